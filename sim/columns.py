"""What is stored of every actor and every case: one array per attribute, one row per actor.

The attributes of a table's class are declarations (type, unit, range, meaning); `allocate` makes
the arrays.

Residents come in the order of compound, grid and micro-grid, so that neighbours are near in
memory. Cases (needs, hazards, disputes, projects, events) are rows that are added and never
deleted, so that every life history can be told: a column that says *when* something happened
means something only once the row's `stage` says that it did.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sim.engine.declare import Column, column, columns_of
from sim.engine.tables import Table

# --- Words that are stored as small integers -------------------------------------------------

YOUNG, MIDDLE, ELDERLY = 0, 1, 2
AGES = ("young", "middle", "elderly")  # 18-40, 41-59, 60 and over

NOT_MEMBER, REGISTERED_MEMBER, FLOATING_MEMBER, DUAL_REGISTERED = 0, 1, 2, 3
PARTY = ("not_member", "registered", "floating", "dual_registered")

CONDITIONAL, FREE_RIDER, HUMP, OTHER = 0, 1, 2, 3
DISPOSITIONS = ("conditional", "free_rider", "hump", "other")

EVENT, VOLUNTEER, REPORT, DELIBERATE = 0, 1, 2, 3
MODES = ("event", "volunteer", "report", "deliberate")
MODE_COUNT = len(MODES)

DIGITAL, PAPER = 0, 1
MEDIA = ("digital", "paper")  # in which offers and notices are posted

DAYTIME, EVENING, WEEKEND = 0, 1, 2
WINDOWS = ("daytime", "evening", "weekend")  # of weekdays, of weekdays, all day
NOT_WORKING, OFFICE_HOURS, SHIFTS, OWN_BUSINESS, GIG = 0, 1, 2, 3, 4
OCCUPATIONS = ("not_working", "office_hours", "shifts", "own_business", "gig")

MEDICAL, ELDERCARE, CHILDCARE, REPAIR, ADMINISTRATION = 0, 1, 2, 3, 4
DOMAINS = ("medical", "eldercare", "childcare", "repair", "administration")
CULTURE, SAFETY, PROPERTY = 5, 6, 7
SERVICES = (*DOMAINS, "culture", "safety", "property")  # what residents are satisfied with, or not
HEARD_OF = SERVICES[:SAFETY]  # those that one must hear of; one lives with the others

ENTERPRISE, PROFESSIONAL, CRAFTSMAN, PUBLIC_BENEFIT = 0, 1, 2, 3
PARTNER_KINDS = ("enterprise", "professional", "craftsman", "public_benefit")
CANDIDATE, PARTNER, FORMER_PARTNER = 0, 1, 2
PARTNER_STAGES = ("candidate", "partner", "former_partner")

GOODS = ("daily_goods", "service_voucher", "cultural_product")

# A need: arisen -> found -> closed, or arisen -> expired (given up unfound).
NEED_ARISEN, NEED_FOUND, NEED_CLOSED, NEED_EXPIRED = 0, 1, 2, 3
NEED_STAGES = ("arisen", "found", "closed", "expired")
SELF_REPORT, WALK_IN, VISIT, ASKING_ROUND, SNAP_REPORT, PATROL, UPKEEP = 0, 1, 2, 3, 4, 5, 6
PEER, GATHERING = 7, 8
CHANNELS = (
    *("self_report", "walk_in", "visit", "asking_round", "snap_report", "patrol", "upkeep"),
    *("peer", "gathering"),
)
BY_COMMITTEE, BY_PARTNER, BY_VOLUNTEERS, BY_FACILITY, BY_STREET, BY_DEPARTMENT = 0, 1, 2, 3, 4, 5
SERVERS = ("committee", "partner", "volunteers", "facility", "street", "department")
LEVELS = ("community", "partner", "street", "department")

HAZARD_ARISEN, HAZARD_FOUND, HAZARD_FIXED = 0, 1, 2
HAZARD_STAGES = ("arisen", "found", "fixed")

# A dispute: arisen -> brought to mediation -> resolved or unresolved; or it is never brought.
DISPUTE_ARISEN, DISPUTE_BROUGHT, DISPUTE_RESOLVED, DISPUTE_UNRESOLVED, DISPUTE_FADED = 0, 1, 2, 3, 4
DISPUTE_STAGES = ("arisen", "brought", "resolved", "unresolved", "faded")

NOT_BOOKED, BOOKED_RESOLVED, BOOKED_UNRESOLVED, MERGED = 0, 1, 2, 3
ENTRIES = (
    "none",
    "resolved",
    "unresolved",
    "merged",
)  # what the committee's books say of a dispute

# A project: proposed -> negotiated and prepared -> running -> (a new problem found, fixed) -> done.
PROJECT_NEGOTIATING, PROJECT_TRAINING, PROJECT_RUNNING, PROJECT_FIXING, PROJECT_DONE = 0, 1, 2, 3, 4
PROJECT_STAGES = ("negotiating", "training", "running", "fixing", "done")

TIE_SLOTS = 12
HISTORY_WEEKS = 16  # weeks of acts kept per mode in `Residents.history`
RECENT = np.uint64(0b1111)  # the last 4 weeks within a mode's 16 bits
QUARTER_WEEKS = 13
POINT = 100  # points are stored in whole hundredths
YUAN = 100  # money is stored in whole fen
MILLION = np.float32(1e6)


# Bits of `Residents.groups`: for observation only, never read by a rule.
GROUPS = (
    "young",
    "middle",
    "elderly",
    "migrant",
    "local",
    "low_income",
    "party_member",
    "tertiary",
    "offline",
    "owner",
)


class Residents(Table):
    """Adult residents; minors are an attribute of their household."""

    # What a resident is, fixed for the run.
    age: Any = column(np.uint8, unit="class", high=2, meaning="18-40, 41-59, 60 and over")
    migrant: Any = column(np.bool_, unit="yes/no", high=1, meaning="registered elsewhere")
    owner: Any = column(np.bool_, unit="yes/no", high=1, meaning="owns the home")
    low_income: Any = column(np.bool_, unit="yes/no", high=1, meaning="low-income household")
    tertiary: Any = column(np.bool_, unit="yes/no", high=1, meaning="college or above")
    children: Any = column(np.uint8, unit="persons", high=3, meaning="minors looked after")
    alone: Any = column(np.bool_, unit="yes/no", high=1, meaning="lives alone")
    frail: Any = column(np.bool_, unit="yes/no", high=1, meaning="limited mobility")
    online: Any = column(np.bool_, unit="yes/no", high=1, meaning="reached by digital channels")
    party: Any = column(np.uint8, unit="class", high=3, meaning="Party membership, organised")
    disposition: Any = column(np.uint8, unit="class", high=3, meaning="response to others' acts")
    propensity: Any = column(np.float32, unit="log-odds", low=-20, high=20, meaning="u_i")
    reward_sensitivity: Any = column(np.float32, unit="ratio", high=100, meaning="kappa_i, mean 1")
    baseline_motivation: Any = column(np.float32, unit="0-1", high=1, meaning="M0_i")
    trusting: Any = column(
        np.float32, unit="0-1", high=1, initial=0.5, meaning="tau_i, disposition to trust"
    )
    threshold: Any = column(np.float32, unit="share of ties", high=1, meaning="theta_i")
    occupation: Any = column(np.uint8, unit="class", high=4, meaning="`OCCUPATIONS`, or none")
    free: Any = column(
        np.float32,
        unit="0-1",
        high=1,
        shape=("window", "row"),
        meaning="a_w, free part of a window",
    )
    heeds: Any = column(
        np.float32,
        unit="share of weeks",
        high=1,
        shape=("medium", "row"),
        meaning="u: how often a medium is looked at, a lasting trait; 0 of digital media offline",
    )
    offset: Any = column(np.float32, unit="log-odds", low=-3, high=3, meaning="gamma, 0 by default")
    asks: Any = column(
        np.float32, unit="ratio", high=25, initial=1, meaning="by which asks are multiplied"
    )
    micro_grid: Any = column(np.int32, unit="row", of="micro_grids", meaning="its own")
    household: Any = column(np.int32, unit="identifier", meaning="members share it")
    x: Any = column(np.float32, unit="km", low=-1e4, high=1e4, meaning="east of the centre")
    y: Any = column(np.float32, unit="km", low=-1e4, high=1e4, meaning="north of the centre")
    distance: Any = column(np.float32, unit="km", high=1e4, meaning="to the community's centre")
    key_care: Any = column(np.bool_, unit="yes/no", high=1, meaning="on the key-care list")
    groups: Any = column(np.uint16, unit="bits", high=65535, meaning="`GROUPS`, for observation")
    # What changes.
    motivation: Any = column(np.float32, unit="0-1", high=1, initial=0.5, meaning="M, intrinsic")
    habit: Any = column(np.float32, unit="0-1", high=1, shape=("mode", "row"), meaning="H_k")
    fatigue: Any = column(np.float32, unit="index", high=3, meaning="Phi")
    trust: Any = column(np.float32, unit="0-1", high=1, initial=0.5, meaning="T, in the committee")
    satisfaction: Any = column(
        np.float32, unit="0-1", high=1, shape=("service", "row"), initial=0.5, meaning="S_d"
    )
    expectation: Any = column(
        np.float32, unit="0-1", high=1, shape=("service", "row"), initial=0.5, meaning="E_d"
    )
    aware: Any = column(
        np.float32,
        unit="0-1",
        high=1,
        shape=("service", "row"),
        meaning="how well a service is known, and where it is",
    )
    used: Any = column(np.uint8, unit="bits", high=255, meaning="`SERVICES` used since launch")
    voiced: Any = column(
        np.uint8,
        unit="class",
        high=8,
        meaning="issue named in a round: 1 + place in `SERVICES`, or 0",
    )
    voiced_level: Any = column(
        np.float32, unit="0-1", high=1, meaning="satisfaction with it when it was named"
    )
    help_recent: Any = column(np.float32, unit="0-1", high=1, meaning="was helped, fading")
    registered: Any = column(np.bool_, unit="yes/no", high=1, meaning="on the volunteer register")
    mediator: Any = column(np.bool_, unit="yes/no", high=1, meaning="serves as a mediator")
    history: Any = column(
        np.uint64,
        unit="bits",
        high=2.0**64,
        meaning="acts of 16 weeks, 16 bits a mode; bit 0 is the latest",
    )
    acts: Any = column(
        np.uint32, unit="acts", high=2.0**32, shape=("mode", "row"), meaning="since the start"
    )
    honour: Any = column(np.float32, unit="0-1", high=1, meaning="freshness of the last honour")
    given: Any = column(np.float32, unit="hours", high=1e5, meaning="given of late, fading")
    got: Any = column(
        np.float32, unit="reference rewards", high=1e6, meaning="for hours given of late, fading"
    )
    contacted: Any = column(
        np.bool_, unit="yes/no", high=1, meaning="personally contacted this week"
    )
    rapport: Any = column(
        np.float32, unit="0-1", high=1, meaning="with whoever came in person, fading"
    )
    tired: Any = column(np.float32, unit="asks", high=1e4, meaning="psi: asks declined, fading")
    # The points economy as a resident lives it.
    reference: Any = column(
        np.float32, unit="ratio of V_ref", high=100, meaning="A, reward taken for granted"
    )
    expected_points: Any = column(np.float32, unit="points per week", high=1000, meaning="f-hat")
    redeemability: Any = column(
        np.float32, unit="0-1", high=1, initial=1, meaning="q-hat, believed"
    )
    satiation: Any = column(np.float32, unit="index", high=100, meaning="sat, with the catalogue")
    prospect: Any = column(
        np.float32,
        unit="ratio of V_ref",
        high=1000,
        meaning="value of one rewarded point's worth of act, V/V_ref per reference act, this week",
    )
    balance: Any = column(
        np.int32, unit="hundredths of a point", high=2.0**31, meaning="points outstanding"
    )
    expiring: Any = column(
        np.int32,
        unit="hundredths of a point",
        high=2.0**31,
        meaning="of the balance, lapsing within 4 weeks",
    )
    earned: Any = column(
        np.int32, unit="hundredths of a point", high=2.0**31, meaning="issued this week"
    )
    # Within one week: what mechanisms ask, and what came of it.
    call: Any = column(
        np.int32,
        unit="millionths of a hazard",
        high=2.0**31,
        shape=("mode", "row"),
        meaning="asks added by mechanisms: 1-exp(-call) is the chance to be reached",
    )
    pull: Any = column(
        np.int32,
        unit="millionths of log-odds",
        low=-(2.0**31),
        high=2.0**31,
        shape=("mode", "row"),
        meaning="added by mechanisms",
    )
    nudge: Any = column(
        np.int32,
        unit="millionths",
        low=-(2.0**31),
        high=2.0**31,
        meaning="to motivation, added by mechanisms",
    )
    trust_nudge: Any = column(
        np.int32,
        unit="millionths",
        low=-(2.0**31),
        high=2.0**31,
        meaning="to trust, added by mechanisms",
    )
    asked: Any = column(np.uint8, unit="bits", high=15, meaning="modes asked for this week")
    willing: Any = column(np.uint8, unit="bits", high=15, meaning="modes accepted this week")
    acted: Any = column(np.uint8, unit="bits", high=15, meaning="modes acted in this week")
    hours: Any = column(np.float32, unit="hours", high=168, meaning="given this week")
    event: Any = column(
        np.int32, unit="row", of="events.rows", meaning="event attended, where `acted` says so"
    )
    # Ties.
    degree: Any = column(np.uint8, unit="ties", high=TIE_SLOTS, meaning="slots in use")
    neighbour: Any = column(
        np.uint32,
        unit="row",
        high=2.0**32,
        shape=("row", "slot"),
        of="residents",
        meaning="the other end",
    )
    tie: Any = column(
        np.float32, unit="0-1", high=1, shape=("row", "slot"), meaning="w, strength", order="F"
    )
    about: Any = column(
        np.float32, unit="ratio", high=10, meaning="o: how much one is about outdoors"
    )
    meets: Any = column(
        np.float32,
        unit="ratio",
        high=100,
        shape=("row", "slot"),
        meaning="m, how readily the two ends run into each other",
        order="F",
    )


class MicroGrids(Table):
    """Micro-grids, each with its residents in consecutive rows and one micro-grid worker."""

    compound: Any = column(np.int32, unit="row", meaning="compound it lies in")
    grid: Any = column(np.int32, unit="row", meaning="general grid it belongs to")
    x: Any = column(np.float32, unit="km", low=-1e4, high=1e4, meaning="its middle, east")
    y: Any = column(np.float32, unit="km", low=-1e4, high=1e4, meaning="its middle, north")
    first: Any = column(np.int64, unit="row", meaning="first resident")
    last: Any = column(np.int64, unit="row", meaning="one past the last resident")
    visits: Any = column(
        np.float32, unit="visits per week", high=1000, meaning="by its grid worker"
    )
    acclaim: Any = column(np.float32, unit="0-1", high=1, meaning="freshness of honours given here")
    leader: Any = column(np.bool_, unit="yes/no", high=1, meaning="has a trained leader")


class GridWorkers(Table):
    """Micro-grid, general and dedicated grid workers."""

    kind: Any = column(np.uint8, unit="class", high=2, meaning="0 micro, 1 general, 2 dedicated")
    micro_grid: Any = column(
        np.int32, unit="row", of="micro_grids", meaning="first micro-grid looked after"
    )
    micro_grids: Any = column(
        np.int32, unit="micro-grids", meaning="how many from there on; 0 is idle"
    )
    visits: Any = column(
        np.float32, unit="visits per week", high=1000, meaning="capacity, all micro-grids together"
    )
    found: Any = column(np.int64, unit="items", meaning="information items reported so far")


class PartnerRows(Table):
    """Partners, candidates and former partners: organisations and professionals, never scaled."""

    stage: Any = column(
        np.uint8, unit="class", high=2, meaning="candidate, partner, former partner"
    )
    kind: Any = column(
        np.uint8,
        unit="class",
        high=3,
        meaning="enterprise, professional, craftsman, public-benefit",
    )
    local: Any = column(np.bool_, unit="yes/no", high=1, meaning="one of the local units")
    market: Any = column(
        np.bool_, unit="yes/no", high=1, meaning="runs a low-fee or market service"
    )
    space: Any = column(np.bool_, unit="yes/no", high=1, meaning="was given space")
    ability: Any = column(
        np.float32, unit="0-1", high=1, shape=("row", "domain"), meaning="caps[d]"
    )
    weekly_hours: Any = column(
        np.float32, unit="hours per week", high=1e5, meaning="offered at full commitment"
    )
    quality: Any = column(np.float32, unit="0-1", high=1, meaning="of its service")
    fee: Any = column(np.int64, unit="fen per user", meaning="where it is a market operator")
    commitment: Any = column(np.float32, unit="0-1", high=1, initial=0.5, meaning="commit")
    utility: Any = column(np.float32, unit="log-odds", low=-100, high=100, meaning="U_p this week")
    trust: Any = column(np.float32, unit="0-1", high=1, initial=0.5, meaning="in the committee")
    exposure: Any = column(np.float32, unit="0-1", high=1, meaning="has heard of the practice")
    stock_per_week: Any = column(
        np.float32,
        unit="units per week",
        high=1e6,
        shape=("row", "good"),
        meaning="given to the exchange shop at full commitment",
    )
    hours_left: Any = column(np.float32, unit="hours", high=1e5, meaning="of this week")
    hours_used: Any = column(np.float32, unit="hours", high=1e5, meaning="this week")
    customers: Any = column(np.int32, unit="residents", meaning="served this week")
    projects: Any = column(np.int32, unit="projects", meaning="carried out so far")
    joined: Any = column(np.int32, unit="week", meaning="once a partner")
    left: Any = column(np.int32, unit="week", meaning="once a former partner")
    weeks_in: Any = column(np.int32, unit="weeks", meaning="as a partner")


class PropertyCompanies(Table):
    """Property companies, one for each compound."""

    first: Any = column(np.int64, unit="row", meaning="first resident of its compound")
    last: Any = column(np.int64, unit="row", meaning="one past the last resident")
    households: Any = column(
        np.float32, unit="households", high=1e7, meaning="that live in its compound"
    )
    skill: Any = column(
        np.float32, unit="0-1", high=1, meaning="q: upkeep at full pay, no complaint"
    )
    responsiveness: Any = column(
        np.float32, unit="0-1", high=1, meaning="rho: how far it answers complaints"
    )
    quality: Any = column(
        np.float32, unit="0-1", high=1, meaning="Q: how well the compound is kept"
    )
    paid: Any = column(np.float32, unit="share of households", high=1, meaning="who pay the fee")
    heard: Any = column(
        np.float32,
        unit="complaints per thousand households",
        high=1e6,
        meaning="that it has in mind",
    )
    complaints: Any = column(
        np.float32, unit="complaints per thousand households", high=1e6, meaning="of this week"
    )
    satisfied: Any = column(
        np.float32, unit="0-1", high=1, meaning="mean satisfaction of its residents"
    )
    expected: Any = column(np.float32, unit="0-1", high=1, meaning="mean of what they expect")


class NeedRows(Table):
    """Residents' needs as cases, from birth to closure."""

    owner: Any = column(np.uint32, unit="row", high=2.0**32, meaning="resident")
    domain: Any = column(np.uint8, unit="class", high=4, meaning="`DOMAINS`")
    urgent: Any = column(np.bool_, unit="yes/no", high=1, meaning="skips meetings")
    stage: Any = column(np.uint8, unit="class", high=3, meaning="`NEED_STAGES`")
    born: Any = column(np.int32, unit="week", low=-520, meaning="it arose")
    found: Any = column(np.int32, unit="week", low=-520, meaning="from stage found on")
    channel: Any = column(np.uint8, unit="class", high=8, meaning="`CHANNELS`, from stage found on")
    matched: Any = column(np.bool_, unit="yes/no", high=1, meaning="a partner took it on")
    partner: Any = column(np.int32, unit="row", meaning="where matched")
    assigned: Any = column(np.int32, unit="week", low=-520, meaning="where matched or escalated")
    level: Any = column(np.uint8, unit="class", high=3, meaning="`LEVELS` it has reached")
    level_since: Any = column(np.int32, unit="week", low=-520, meaning="reached this level")
    started: Any = column(np.bool_, unit="yes/no", high=1, meaning="service has begun")
    first_service: Any = column(np.int32, unit="week", low=-520, meaning="where started")
    hours: Any = column(np.float32, unit="hours", high=168, meaning="of service it takes")
    hours_left: Any = column(np.float32, unit="hours", high=168, meaning="not yet served")
    helpers: Any = column(np.uint8, unit="bits", high=63, meaning="`SERVERS` that served it")
    providers: Any = column(
        np.uint8, unit="providers", high=255, meaning="different providers so far"
    )
    server: Any = column(np.uint8, unit="class", high=5, meaning="`SERVERS`, who closed it")
    closed: Any = column(np.int32, unit="week", low=-520, meaning="from stage closed or expired on")
    quality: Any = column(np.float32, unit="0-1", high=1, meaning="of the service, once closed")


class HazardRows(Table):
    """Safety hazards in the common space of a micro-grid."""

    micro_grid: Any = column(np.int32, unit="row", meaning="where")
    stage: Any = column(np.uint8, unit="class", high=2, meaning="`HAZARD_STAGES`")
    born: Any = column(np.int32, unit="week", low=-520, meaning="it arose")
    found: Any = column(np.int32, unit="week", low=-520, meaning="from stage found on")
    channel: Any = column(np.uint8, unit="class", high=8, meaning="`CHANNELS`, from stage found on")
    finder: Any = column(np.int64, unit="row", meaning="resident, for a snap-report")
    fixed: Any = column(np.int32, unit="week", low=-520, meaning="from stage fixed on")


class DisputeRows(Table):
    """Disputes between households."""

    address: Any = column(
        np.int64, unit="identifier", high=2.0**53, meaning="of its draws: week, micro-grid, which"
    )
    owner: Any = column(np.uint32, unit="row", high=2.0**32, meaning="resident who complains")
    other: Any = column(
        np.uint32, unit="row", high=2.0**32, meaning="complained about, or the owner"
    )
    stage: Any = column(np.uint8, unit="class", high=4, meaning="`DISPUTE_STAGES`")
    born: Any = column(np.int32, unit="week", low=-520, meaning="it arose")
    brought: Any = column(np.int32, unit="week", low=-520, meaning="from stage brought on")
    level: Any = column(np.uint8, unit="class", high=3, meaning="`LEVELS` it has reached")
    level_since: Any = column(np.int32, unit="week", low=-520, meaning="reached this level")
    sessions: Any = column(np.int32, unit="sessions", meaning="of mediation so far")
    with_company: Any = column(
        np.bool_, unit="yes/no", high=1, meaning="a grievance with the property company"
    )
    by_party: Any = column(np.bool_, unit="yes/no", high=1, meaning="mediated by a Party volunteer")
    entry: Any = column(
        np.uint8, unit="class", high=3, meaning="`ENTRIES`, what the committee's books say"
    )
    closed: Any = column(
        np.int32, unit="week", low=-520, meaning="once resolved, unresolved or faded"
    )


class ProjectRows(Table):
    """Projects that partners carry out for a domain of need."""

    domain: Any = column(np.uint8, unit="class", high=4, meaning="`DOMAINS`")
    partner: Any = column(np.int32, unit="row", meaning="who carries it out")
    flagship: Any = column(np.bool_, unit="yes/no", high=1, meaning="a flagship project")
    stage: Any = column(np.uint8, unit="class", high=4, meaning="`PROJECT_STAGES`")
    proposed: Any = column(np.int32, unit="week", low=-520, meaning="entered the project list")
    due: Any = column(np.int32, unit="week", low=-520, meaning="the present stage ends")
    started: Any = column(np.int32, unit="week", low=-520, meaning="from stage running on")
    problem: Any = column(
        np.bool_, unit="yes/no", high=1, meaning="a new problem was found on a revisit"
    )
    problem_found: Any = column(
        np.int32, unit="week", low=-520, meaning="where a problem was found"
    )
    finished: Any = column(np.int32, unit="week", low=-520, meaning="once done")
    served: Any = column(np.int32, unit="residents", meaning="needs it has closed")


class EventRows(Table):
    """Community events."""

    week: Any = column(np.int32, unit="week", low=-520, meaning="it takes place")
    brand: Any = column(np.uint8, unit="class", high=3, meaning="brand series")
    capacity: Any = column(np.int32, unit="persons", meaning="adults who fit in")
    attended: Any = column(np.int32, unit="persons", meaning="adults who came")
    companions: Any = column(np.int32, unit="persons", meaning="children who came along")
    quality: Any = column(np.float32, unit="0-1", high=1, meaning="as experienced, on average")


PLACES: dict[type[Table], str] = {
    Residents: "residents",
    MicroGrids: "micro_grids",
    GridWorkers: "grid_workers",
    PartnerRows: "partners",
    PropertyCompanies: "companies",
    NeedRows: "needs.rows",
    HazardRows: "hazards.rows",
    DisputeRows: "disputes.rows",
    ProjectRows: "projects.rows",
    EventRows: "events.rows",
}
"""Where a community keeps each table."""

SIZES = {
    "mode": len(MODES),
    "window": len(WINDOWS),
    "medium": len(MEDIA),
    "service": len(SERVICES),
    "domain": len(DOMAINS),
    "good": len(GOODS),
    "slot": TIE_SLOTS,
}
"""Lengths of the extra dimensions that column declarations name."""


CACHE_LINE = 64  # bytes; each column begins at one


def _shape(declared: Column, rows: int) -> tuple[int, ...]:
    return tuple(rows if name == "row" else SIZES[name] for name in declared.shape)


def allocate[T](table: type[T], rows: int) -> T:
    """Return a table of `rows` rows, each column at its declared initial value.

    The columns lie one after another in one stretch of memory: it is only taken once it is used,
    and a long one comes in large pages, which a processor finds sooner.
    """
    columns = columns_of(table).values()
    sizes = [np.dtype(c.dtype).itemsize * math.prod(_shape(c, rows)) for c in columns]
    ends = np.cumsum([-(-size // CACHE_LINE) * CACHE_LINE for size in sizes])
    memory = np.zeros(int(ends[-1]) + CACHE_LINE, np.uint8)
    first = -memory.ctypes.data % CACHE_LINE
    arrays = []
    for declared, begin in zip(columns, [first, *(first + ends[:-1])], strict=True):
        shape, order = _shape(declared, rows), declared.order
        array: Any = np.ndarray(shape, declared.dtype, memory, int(begin), order=order)
        if declared.initial:
            array[...] = declared.initial
        arrays.append(array)
    return table(*arrays)


class Cases[T]:
    """A table that grows: `rows` has room for more than the `count` rows in use.

    A loop that may add rows writes while there is room and says how far it came; its caller
    reserves more room and calls again.
    """

    def __init__(self, table: type[T], room: int = 1024) -> None:
        self.table = table
        self.rows: T = allocate(table, room)
        self.count = 0

    @property
    def room(self) -> int:
        """Rows that fit before the table must grow."""
        return len(next(iter(self.rows)))  # type: ignore[call-overload]

    def reserve(self, extra: int) -> T:
        """Make room for `extra` more rows and return the (possibly new) arrays."""
        needed = self.count + extra
        if needed > self.room:
            larger = allocate(self.table, max(needed, 2 * self.room))
            for old, new in zip(self.rows, larger, strict=True):  # type: ignore[call-overload]
                new[: self.count] = old[: self.count]
            self.rows = larger
        return self.rows

    def used(self) -> T:
        """Return the table cut to the rows in use (views, not copies)."""
        return self.table(*(array[: self.count] for array in self.rows))  # type: ignore[attr-defined]

"""The decision of every resident, worked out a second time by hand (equations S5 and S6).

An actor's step is one text for the compiled walk and for the Mesa agents, so that the two no longer
check each other's wiring. Here it is wired anew, in plain Python and 64 bits, from the equations of
the description; only draws, numbers and columns are the model's. Who is within a ten-thousandth of a
threshold may fall on either side.
"""

from math import exp, log

import numpy as np
import pytest

import sim
from sim.columns import DIGITAL, PAPER
from sim.engine import randomness
from sim.tick import MOMENTS

EVENT, VOLUNTEER, REPORT, DELIBERATE = range(4)
NAMES = ("event", "volunteer", "report", "deliberate")
NEAR = 1e-4
SMALL = {"scale": 0.01, "population.burn_in": 8}

CONFIGURATIONS = {
    "as published": ({}, 14),
    "in a round of asking": (
        {"scale": 0.05, "co_consultation.interval": 4, "co_consultation.length": 4},
        3,
    ),
    "with every lever of inclusion and unlike asks": (
        {
            "offline_channel.on": True,
            "flexible_tasks.on": True,
            "leaders.on": True,
            "outreach.on": True,
            "outreach.contacts": 3000.0,
            "population.asks_elderly": 2.0,
            "population.asks_migrant": 0.5,
            "co_consultation.interval": 4,
            "co_consultation.length": 4,
        },
        15,
    ),
}


def hazard(chance):
    return -log(1 - chance)


def offers_met(community):
    """Return how many offers of each mode residents of each micro-grid meet."""
    grids = community.micro_grids
    met = []
    for grid in range(len(grids.first)):
        here = slice(grids.first[grid], grids.last[grid])
        offered = [float(number) for number in community.offers.published]
        offered[EVENT] = float(community.state.events.held)
        asked = community.residents.call[REPORT, here].any()
        if not community.state.hazards.around[grid] or not asked:
            offered[REPORT] = 0.0
        met.append(offered)
    return met


def margins(community, row, mode, offered, active):
    """Return how far a resident is from each threshold: to be reached, to be free, to accept."""
    r, numbers = community.residents, community.numbers
    p, reach, place = numbers.participation, numbers.reach, numbers.place
    heard, free, chance, _ = map(
        float,
        randomness.draws(
            community.seed,
            randomness.decision(f"participation.{NAMES[mode]}"),
            community.week,
            row,
        ),
    )
    grid, degree = r.micro_grid[row], int(r.degree[row])

    postings = offered * float(r.asks[row])
    if mode == VOLUNTEER and not r.registered[row]:
        postings *= float(reach.open_call)
    if not r.online[row]:
        assert r.heeds[DIGITAL, row] == 0
    by_itself = sorted(
        float(r.heeds[medium, row]) * (1 - exp(-each * postings))
        for medium, each in (
            (DIGITAL, hazard(float(reach.digital))),
            (PAPER, float(community.offers.paper)),
        )
    )
    noticed = by_itself[1] + float(reach.both) * (1 - by_itself[1]) * by_itself[0]
    mean_tie = float(r.tie[row].sum()) / max(degree, 1)
    by_tie = hazard(float(reach.neighbour) * mean_tie) * float(community.offers.spread[grid])
    if mode == REPORT:  # seen in the street: neither announced nor passed on
        noticed = by_tie = 0.0
    told = by_tie * active + r.call[mode, row] / 1e6
    reached = 1 - (1 - noticed) * exp(-told * float(r.asks[row]))

    offers, when = community.offers, numbers.availability
    mix = list(map(float, (when.events, when.tasks, when.reports, when.rounds)[mode]))
    if mode != REPORT:  # what is moved is taken from the daytime of weekdays
        moved = [mix[0] * float(share) for share in (offers.to_evening, offers.to_weekend)]
        mix = [mix[0] - sum(moved), mix[1] + moved[0], mix[2] + moved[1]]
    is_free = sum(share * float(part) for share, part in zip(mix, r.free[:, row], strict=True))
    if mode == VOLUNTEER:
        is_free += float(offers.recovered) * (1 - is_free)

    share = active / max(degree, 1)
    norm = {0: share, 2: min(share, 0.5) - max(share - 0.5, 0.0)}.get(int(r.disposition[row]), 0.0)
    if mode == DELIBERATE and share < float(r.threshold[row]):
        norm = 0.0
    way = float(r.distance[row]) * (float(place.frail_mobility) if r.frail[row] else 1.0)
    log_odds = (
        float(p.base[mode])
        + float(r.propensity[row])
        + float(p.motivation) * (float(r.motivation[row]) - 0.5)
        + float(p.habit) * float(r.habit[mode, row])
        + float(p.norm) * norm
        + float(p.trust) * (float(r.trust[row]) - 0.5)
        + float(p.reciprocity) * float(r.help_recent[row])
        + (float(p.membership) if r.party[row] > 0 else 0.0)
        - float(p.fatigue) * float(r.fatigue[row])
        - float(p.tiredness) * float(r.tired[row])
        - float(p.distance) * way
        + float(r.offset[row])
        + r.pull[mode, row] / 1e6
    )
    return reached - heard, is_free - free, 1 / (1 + exp(-log_odds)) - chance


def before_the_decision(overrides, weeks):
    """Return a community in the middle of a week, everything published and nothing decided."""
    community = sim.load(overrides={**SMALL, **overrides}, seed=3)
    community.run_for(weeks)
    acting = community.acting()
    for moment in list(MOMENTS)[: list(MOMENTS).index("decide")]:
        for part in acting[moment]:
            part(community)
    return community, acting["decide"]


@pytest.mark.parametrize("given", CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_everybody_decides_as_the_equations_say(given):
    community, decide = before_the_decision(*given)
    residents, met = community.residents, offers_met(community)
    lately = np.array(
        [[h >> (16 * m) & 0b1111 > 0 for m in range(4)] for h in map(int, residents.history)]
    )
    asked, willing, unsure = {}, {}, 0
    for row in range(len(residents.age)):
        ties = residents.neighbour[row, : residents.degree[row]]
        for mode in range(4):
            offered = met[residents.micro_grid[row]][mode]
            if not offered:
                asked[row, mode] = willing[row, mode] = False
                continue
            found = margins(community, row, mode, offered, int(lately[ties, mode].sum()))
            if min(map(abs, found)) < NEAR:
                unsure += 1
                continue
            asked[row, mode] = found[0] > 0
            willing[row, mode] = min(found) > 0
    for part in decide:
        part(community)
    for (row, mode), expected in asked.items():
        assert bool(residents.asked[row] >> mode & 1) == expected, (row, NAMES[mode])
    for (row, mode), expected in willing.items():
        assert bool(residents.willing[row] >> mode & 1) == expected, (row, NAMES[mode])
    assert unsure < 0.01 * len(asked)
    assert 0 < sum(willing.values()) < sum(asked.values()) < len(asked)

"""The queue of needs, served a second time by hand.

Whoever has hours is asked in turn: the facility, the partner that is matched, for an urgent need every
capable partner from one drawn by lot on, volunteers, the committee's staff. Urgent needs come first,
and are served in two rounds: an equal part from each, then what is missing. The oracle follows that
description (S4 in docs/odd.md) with lists and numbers of one need at a time; only hours are 32-bit, as
in the columns, so that what is used up is used up in both.
"""

from math import exp

import numpy as np
import pytest

import sim
from sim.columns import (
    CHILDCARE,
    DOMAINS,
    ELDERCARE,
    MEDICAL,
    NEED_CLOSED,
    NEED_FOUND,
    SERVERS,
)
from sim.engine import randomness
from sim.rules import service

F = np.float32
SEEN = (
    *("stage", "hours_left", "quality", "providers", "helpers", "started", "first_service"),
    *("closed", "server"),
)
SITUATIONS = {
    "as published": {},
    "few hours for many needs": {
        "rules.needs.level": 4.0,
        "rules.service.staff": 1.0,
        "mechanisms.co_building.opening": 2,
    },
    "many urgent needs, a hub of many, fees that hurt": {
        "rules.needs.urgent": [0.9] * len(DOMAINS),
        "rules.needs.level": 3.0,
        "rules.service.hub_providers": 4,
        "rules.service.capable": 0.1,
        "mechanisms.co_operation.fee_barrier": 0.9,
        "population.market_share": 1.0,
        "population.low_income_elsewhere": 0.5,
        "population.initial_partners": 30,
    },
    "nobody is served at home": {"rules.service.home_service": False, "rules.needs.level": 3.0},
}
WEEKS = 16


def by_lot(community_seed, name, week, actor):
    return float(randomness.draw(community_seed, randomness.decision(name), week, actor))


class Week:
    """What is at hand in a week, and what becomes of it."""

    def __init__(self, given):
        (
            self.queue, self.count, needs, self.residents, partners, inside, volunteers, _, _,
            self.p, self.place, scale, self.open, self.barrier, self.week, self.seed,
        ) = given  # fmt: skip
        self.needs = {name: getattr(needs, name).copy() for name in needs._fields}
        self.ability = partners.ability.copy()
        self.market = partners.market.copy()
        self.partner_quality = partners.quality.copy()
        self.customers = [0] * len(partners.quality)
        self.seen = set()  # of needs and partners: a partner serves a resident once a week
        p = self.p
        facility = [F(inside[d]) if self.open else F(p.outside_hours[d] * scale) for d in range(5)]
        staff = [F(p.staff * p.case_hours * p.attention[d] * scale) for d in range(5)]
        self.hours = {("facility", d): facility[d] for d in range(5)}
        self.hours |= {("staff", d): staff[d] for d in range(5)}
        self.hours |= {("partner", k): F(h) for k, h in enumerate(partners.hours_left)}
        self.hours["volunteers", 0] = F(volunteers)

    def has(self, provider):
        return self.hours[provider] > 0

    def quality(self, provider):
        kind, number = provider
        return {
            "facility": self.p.facility_quality if self.open else self.p.outside_quality,
            "staff": self.p.staff_quality,
            "volunteers": self.p.volunteer_quality,
            "partner": self.partner_quality[number] if kind == "partner" else 0,
        }[kind]

    def serve(self):
        called_in = {
            d: [
                k
                for k in range(len(self.market))
                if self.has(("partner", k)) and self.ability[k, d] >= max(self.p.capable, 1e-9)
            ]
            for d in range(5)
        }
        for urgent in (True, False):
            for row in self.queue[: self.count]:
                waiting = self.needs["stage"][row] == NEED_FOUND
                if waiting and bool(self.needs["urgent"][row]) == urgent:
                    self.serve_one(int(row), urgent, called_in[int(self.needs["domain"][row])])

    def comes(self, row, urgent):
        """Whether owner and service meet: at home, or after a way that the owner makes."""
        domain, owner = int(self.needs["domain"][row]), int(self.needs["owner"][row])
        if domain not in (MEDICAL, ELDERCARE, CHILDCARE) or (urgent and self.p.home_service):
            return True
        near, far = float(self.residents.distance[owner]), float(self.place.outside_distance)
        longer = float(self.place.frail_mobility) if self.residents.frail[owner] else 1.0
        decay = float(self.place.distance_decay) * longer
        aware = float(self.residents.aware[domain, owner]) if self.open else 0.0
        access = aware * exp(-decay * near) + (1 - aware) * exp(-decay * far)
        return by_lot(self.seed, "service.access", self.week, owner) < access

    def serve_one(self, row, urgent, called_in):
        needs, p = self.needs, self.p
        domain, owner = int(needs["domain"][row]), int(needs["owner"][row])
        own = ("partner", int(needs["partner"][row]))
        matched, address = bool(needs["matched"][row]), owner * 8 + domain
        helpful = p.volunteer_domains[domain] >= 0.5
        near = [("volunteers", 0)] * int(helpful) + [("staff", domain)]
        far = [("facility", domain)] + [own] * matched
        if not urgent and not any(self.has(provider) for provider in far + near):
            return
        others = []
        if not self.comes(row, urgent):
            far = []
        elif urgent:
            rows = len(self.market)
            lot = by_lot(self.seed, "service.hub", int(needs["born"][row]), address)
            start = (min(int(F(lot) * F(rows)), rows - 1) + 1) % rows
            turned = [k for k in called_in if k > start] + [k for k in called_in if k <= start]
            others = [("partner", k) for k in turned if not (matched and ("partner", k) == own)]
        fresh = not needs["started"][row]
        parts = [F(needs["hours"][row] / F(p.hub_providers)), None] if urgent else [None]
        for turn, part in enumerate(parts):
            wanted = needs["hours_left"][row] if part is None else part
            for provider in far + others + near:
                if needs["stage"][row] != NEED_FOUND:
                    return
                if self.has(provider) and not self.too_dear(provider, row, address):
                    first_time = fresh and turn == 0
                    self.give(row, provider, wanted, turn, provider in others, first_time)

    def too_dear(self, provider, row, address):
        kind, number = provider
        if kind != "partner" or not self.market[number]:
            return False
        poor = bool(self.residents.low_income[int(self.needs["owner"][row])])
        born = int(self.needs["born"][row])
        return poor and by_lot(self.seed, "service.fee", born, address) < self.barrier

    def give(self, row, provider, wanted, turn, from_hub, first_time):
        needs = self.needs
        given = min(wanted, needs["hours_left"][row], self.hours[provider])
        self.hours[provider] = F(self.hours[provider] - given)
        needs["hours_left"][row] -= given
        gained = F(self.quality(provider)) * F(given / needs["hours"][row])
        needs["quality"][row] = min(needs["quality"][row] + gained, F(1))
        names = {"staff": "committee", "facility": "facility", "volunteers": "volunteers"}
        kind = SERVERS.index(names.get(provider[0], "partner"))
        new_kind = not int(needs["helpers"][row]) >> kind & 1
        needs["providers"][row] += first_time if from_hub else new_kind
        needs["helpers"][row] |= 1 << kind
        if provider[0] == "partner" and (row, provider[1]) not in self.seen:
            self.seen.add((row, provider[1]))
            self.customers[provider[1]] += 1
        if not needs["started"][row]:
            needs["started"][row], needs["first_service"][row] = True, self.week
        if needs["hours_left"][row] == 0:
            needs["stage"][row], needs["closed"][row] = NEED_CLOSED, self.week
            needs["server"][row] = kind


@pytest.mark.parametrize("name", SITUATIONS)
def test_every_need_is_served_by_whom_and_as_far_as_the_description_says(name, monkeypatch):
    by_model = service.spend
    closed = {"urgent": 0, "ordinary": 0}

    def beside(*given):
        week = Week(given)
        before = given[4].customers.copy()
        week.serve()
        answer = by_model(*given)
        needs, partners, hours = given[2], given[4], given[8]
        rows = np.asarray(week.queue[: week.count])
        for column in SEEN:
            ours, theirs = week.needs[column][rows], getattr(needs, column)[rows]
            np.testing.assert_allclose(theirs, ours, rtol=2e-5, atol=2e-5, err_msg=column)
        left = [week.hours["facility", d] for d in range(5)] + [week.hours["volunteers", 0]]
        left += [week.hours["staff", d] for d in range(5)]
        left += [week.hours["partner", k] for k in range(len(week.market))]
        np.testing.assert_allclose(hours, left, rtol=1e-4, atol=1e-4)
        assert (partners.customers - before).tolist() == week.customers
        now = needs.stage[rows] == NEED_CLOSED
        closed["urgent"] += int((now & (needs.urgent[rows] > 0)).sum())
        closed["ordinary"] += int((now & (needs.urgent[rows] == 0)).sum())
        return answer

    monkeypatch.setattr(service, "spend", beside)
    changes = {"population.scale": 0.05, "population.burn_in": 4, **SITUATIONS[name]}
    community = sim.load(overrides=changes, seed=2)
    community.run_for(WEEKS)
    assert min(closed.values()) >= 3, closed

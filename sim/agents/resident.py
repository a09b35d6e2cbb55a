"""Residents and Party members as Mesa agents: each method is one resident's part of a moment.

The methods stand in the order of the week. Each reads this resident's attributes, hands them to
rules of the model together with addressed draws, and writes what comes out of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import numerics, randomness
from sim.agents.windows import Window
from sim.columns import (
    CULTURE,
    DELIBERATE,
    ELDERLY,
    EVENT,
    MODES,
    NEED_CLOSED,
    RECENT,
    REPORT,
    TIE_SLOTS,
    VOLUNTEER,
    Residents,
)
from sim.incentives import honours, points
from sim.inclusion import outreach
from sim.mechanisms import co_consultation
from sim.rules import motivation, needs, participation, reach, satisfaction, ties


class Resident(Window):
    """An adult resident."""

    table = "residents"
    columns = Residents

    # Every column is an attribute; these are the ones that a resident writes.
    motivation: Any
    fatigue: Any
    trust: Any
    help_recent: Any
    registered: Any
    mediator: Any
    history: Any
    honour: Any
    contacted: Any
    reference: Any
    expected_points: Any
    satiation: Any
    prospect: Any
    balance: Any
    earned: Any
    nudge: Any
    trust_nudge: Any
    asked: Any
    willing: Any
    acted: Any
    hours: Any

    def was_asked(self, mode: int) -> bool:
        """Return whether an offer of this mode has reached the resident this week."""
        return bool(self.asked & (1 << mode))

    def has_acted(self, mode: int) -> bool:
        """Return whether the resident has acted in this mode this week."""
        return bool(self.acted & (1 << mode))

    # --- open_week ---

    def start_week(self) -> None:
        """Forget last week's asks and acts; their history moves on by one week."""
        self.history = participation.week_later(self.history)
        self.nudge = self.trust_nudge = self.earned = 0
        self.asked = self.willing = self.acted = 0
        self.hours = 0
        self.contacted = False
        self.call[:] = 0
        self.pull[:] = 0

    def let_honour_fade(self) -> None:
        """Let the last honour lose freshness (S8)."""
        self.honour = honours.faded(self.honour, honours.fading(self.model.numbers.honours))

    # --- arise ---

    def have_needs(self) -> int:
        """Draw this week's needs; return how many arise (S1)."""
        model: Any = self.model
        p, seed, week = model.numbers.needs, model.seed, model.week
        rates = needs.arrival_rates(p, self.age == ELDERLY, self.alone, self.children > 0)
        chances = (
            *randomness.draws(seed, needs.ARISE, week, self.row),
            randomness.draw(seed, needs.ARISE_ADMINISTRATION, week, self.row),
        )
        arisen = [bool(needs.arises(r, u)) for r, u in zip(rates, chances, strict=True)]
        model.state.needs.hits[self.row] = sum(1 << d for d, arose in enumerate(arisen) if arose)
        return sum(arisen)

    # --- publish ---

    def hear_ask(self, mode: int, hazard: Any) -> None:
        """Be within reach of an ask: at the door, on a poster, at the counter (S5)."""
        self.call[mode] += hazard

    def is_wanted(self) -> bool:
        """Return whether outreach, as it is aimed, may call on the resident."""
        return bool(
            outreach.eligible(
                self.model.numbers.outreach.target,
                self.online,
                self.history != np.uint64(0),
                self.age == ELDERLY,
                self.migrant,
            )
        )

    def be_contacted(self, chance: Any, hazard: Any) -> bool:
        """Be contacted personally, or not; return whether it happened."""
        model: Any = self.model
        if not self.is_wanted():
            return False
        if not randomness.draw(model.seed, outreach.CONTACT, model.week, self.row) < chance:
            return False
        self.contacted = True
        for mode in (EVENT, VOLUNTEER, DELIBERATE):
            self.hear_ask(mode, hazard)
        return True

    # --- value ---

    def weigh_rewards(self, price: Any, weeks: Any, counter: bool, safety: bool) -> None:
        """See what rewarded acts are worth this week, and feel the pull (S7).

        Args:
            price: points that the cheapest good costs; 0 if there is none.
            weeks: how far the resident looks ahead.
            counter: whether points can be earned and spent without a telephone.
            safety: whether reports of hazards earn points.
        """
        p = self.model.numbers.points
        balance = points.in_points(self.balance)
        self.prospect = points.prospect(
            p,
            self.redeemability,
            self.satiation,
            points.reach(price, balance, self.expected_points, weeks),
            balance >= price,
            points.ease(p, self.online, counter),
        )
        for mode in range(len(MODES)):
            log_odds = points.reward_pull(
                p,
                self.reward_sensitivity,
                self.prospect,
                points.points_offered(p, mode, safety),
                points.progress(price, balance),
                points.pressure(p, price, balance, self.expiring),
                self.reference,
            )
            self.pull[mode] += numerics.millionths(log_odds)

    def feel_honours(self, both: bool) -> None:
        """Feel the pull of one's own honour and of those seen nearby (S8).

        Args:
            both: whether points are in force as well.
        """
        model: Any = self.model
        acclaim = model.micro_grids.acclaim[self.micro_grid]
        log_odds = honours.honour_pull(model.numbers.honours, self.honour, acclaim, both)
        self.pull[VOLUNTEER] += numerics.millionths(log_odds)

    # --- decide ---

    def light_beacon(self) -> None:
        """Show neighbours what was done within four weeks."""
        lit = 0
        for mode in range(len(MODES)):
            if (self.history >> np.uint64(16 * mode)) & RECENT:
                lit |= 1 << (4 * mode)
        self.model.state.participation.beacon[self.row] = lit

    def look_around(self) -> None:
        """See which ties were active, and how strong the ties are on average."""
        model: Any = self.model
        state = model.state.participation
        state.company[self.row] = sum(
            int(state.beacon[self.neighbour[slot]]) for slot in range(self.degree)
        )
        strength = sum((self.tie[slot] for slot in range(self.degree)), start=np.float32(0))
        state.by_tie[self.row] = reach.neighbour_hazard(
            model.numbers.reach,
            participation.mean_tie(strength, self.degree),
            state.leadership[self.micro_grid],
        )

    def meet_offer(self, mode: int, offers: Any) -> None:
        """Be reached or not, be free or not, accept or not (S5, S6)."""
        model: Any = self.model
        state, numbers = model.state.participation, model.numbers
        p = numbers.participation
        heard, free, chance, _ = randomness.draws(
            model.seed, participation.DECISIONS[mode], model.week, self.row
        )
        ties_active = (int(state.company[self.row]) >> (4 * mode)) & 15
        total = reach.total_hazard(
            participation.noticed(
                reach.hazard(numbers.reach.digital),
                state.paper,
                numbers.reach.open_call,
                mode,
                self.online,
                self.registered,
            ),
            offers,
            participation.by_word(mode, ties_active),
            state.by_tie[self.row],
            self.call[mode],
        )
        if not heard < reach.chance_reached(participation.dosed(total, self.asks)):
            return
        self.asked |= np.uint8(1 << mode)
        if not free < reach.chance_free(self.free_time, state.flexibility):
            return
        share = participation.share_active(ties_active, self.degree)
        felt = participation.norm(self.disposition, share)
        if mode == DELIBERATE:
            felt = participation.norm_past_threshold(felt, share, self.threshold)
        log_odds = participation.appeal(
            p,
            p.base[mode],
            self.propensity,
            self.motivation,
            self.habit[mode],
            felt,
            self.trust,
            self.help_recent,
            self.party > 0,
            self.fatigue,
            participation.way(numbers.place, self.distance, self.frail),
            self.offset,
            self.pull[mode],
        )
        if participation.accepts(log_odds, chance):
            self.willing |= np.uint8(1 << mode)

    # --- reward ---

    def earn_points(self, safety: bool) -> int:
        """Be issued the points of the week's acts; return how many hundredths (S7)."""
        self.earned = points.whole_hundredths(
            points.points_for(
                self.model.numbers.points,
                self.has_acted(EVENT),
                self.has_acted(VOLUNTEER),
                self.has_acted(REPORT) and safety,
                self.has_acted(DELIBERATE),
                self.hours,
                points.in_points(self.earned),
            )
        )
        self.balance += self.earned
        return int(self.earned)

    def feel_rewarded(self) -> None:
        """Let the week's reward touch intrinsic motivation, either way (S9)."""
        p = self.model.numbers.points
        value = points.received(p, self.prospect, points.in_points(self.earned))
        self.nudge += numerics.millionths(points.crowding(p, self.reward_sensitivity, value))

    # --- learn ---

    def feel_acts(self) -> None:
        """Experience what was done this week (S9)."""
        model: Any = self.model
        if self.acted:
            p = model.numbers.motivation
            chance = randomness.draw(model.seed, motivation.EXPERIENCE, model.week, self.row)
            self.nudge += numerics.millionths(motivation.lift(p, motivation.experience(p, chance)))

    def change_mind(self) -> None:
        """Move motivation, fatigue and habits by one week (S9)."""
        p = self.model.numbers.motivation
        self.motivation = motivation.next_motivation(
            p, self.motivation, self.baseline_motivation, self.nudge
        )
        self.fatigue = motivation.next_fatigue(p, self.fatigue, self.hours)
        for mode in range(len(MODES)):
            self.habit[mode] = motivation.next_habit(p, self.habit[mode], self.has_acted(mode))

    def leave_register(self) -> bool:
        """Leave the volunteer register or stay; return whether the resident left (S9)."""
        model: Any = self.model
        if not self.registered or self.acted:
            return False
        chance = motivation.exit_chance(
            model.numbers.motivation,
            model.numbers.honours.exit_effect,
            self.fatigue,
            self.motivation,
            self.honour,
        )
        if not randomness.draw(model.seed, motivation.EXIT, model.week, self.row) < chance:
            return False
        self.registered = False
        self.mediator = False
        return True

    def get_used_to_rewards(self, variety: Any, safety: bool) -> None:
        """Take rewards for granted, expect what was earned, get over what was redeemed (S7).

        Args:
            variety: how many different goods the shelf holds, 0 to 1.
            safety: whether reports of hazards earn points.
        """
        p = self.model.numbers.points
        offered = points.best_offer(
            p,
            self.was_asked(EVENT),
            self.was_asked(VOLUNTEER),
            self.was_asked(REPORT),
            self.was_asked(DELIBERATE),
            safety,
        )
        earned = points.in_points(self.earned)
        self.reference = points.next_reference(
            p,
            self.reference,
            points.received(p, self.prospect, earned),
            points.worth_of(p, self.prospect, offered),
            self.earned,
            offered,
        )
        self.expected_points = points.moved(self.expected_points, earned, p.expectation_learning)
        self.satiation = points.next_satiation(p, self.satiation, variety)

    def hear_back(self) -> None:
        """Hear, or not, what came of having spoken in a round of asking (S11)."""
        model: Any = self.model
        if self.has_acted(DELIBERATE):
            p = model.numbers.co_consultation
            chance = randomness.draw(model.seed, co_consultation.FOLLOW_UP, model.week, self.row)
            self.trust_nudge -= numerics.millionths(co_consultation.loss(p, chance < p.follow_up))

    # --- bond ---

    def let_ties_fade(self) -> None:
        """Fade every tie by one week (S10)."""
        p = self.model.numbers.ties
        for slot in range(TIE_SLOTS):
            self.tie[slot] = ties.faded(p, self.tie[slot])

    def settle_trust(self) -> None:
        """Let what mechanisms added change trust, and the memory of help fade (S11)."""
        self.trust = satisfaction.nudged(self.trust, self.trust_nudge)
        self.help_recent = satisfaction.faded(self.model.numbers.satisfaction, self.help_recent)

    def review_need(self, case: int) -> None:
        """Experience what became of one's need this week: served, or still open (S11)."""
        model: Any = self.model
        p, cases = model.numbers.satisfaction, model.needs.rows
        domain = int(cases.domain[case])
        wait = np.float32(model.week - int(cases.born[case]))
        if cases.stage[case] == NEED_CLOSED:
            perceived = satisfaction.performance(p, cases.quality[case], wait)
            weight = np.float32(1.0)
            self.help_recent = 1.0
        else:
            perceived = satisfaction.performance(p, self.expectation[domain], wait)
            weight = p.waiting
        self.experience_service(domain, perceived, weight)
        self.trust = satisfaction.trust_after(p, self.trust, perceived, weight)

    def enjoy_event(self) -> None:
        """Be satisfied, or not, with the community's culture after an event (S11)."""
        if self.has_acted(EVENT):
            quality = self.model.events.rows.quality[self.event]
            self.experience_service(CULTURE, quality, np.float32(1.0))

    def experience_service(self, service: int, perceived: Any, weight: Any) -> None:
        """Let an experience of this weight move satisfaction and expectation (S11)."""
        p, expected = self.model.numbers.satisfaction, self.expectation[service]
        self.satisfaction[service] = satisfaction.satisfaction_after(
            p, self.satisfaction[service], expected, perceived, weight
        )
        self.expectation[service] = satisfaction.expectation_after(p, expected, perceived, weight)


class PartyMember(Resident):
    """An organised Party member: a resident whom the branch can call."""

    table = "residents"
    columns = Residents

    # --- publish ---

    def hear_call(self) -> None:
        """Be called by the branch to volunteer and to come to events (P3)."""
        p = self.model.numbers.party_vanguard
        self.call[VOLUNTEER] += numerics.millionths(reach.hazard(p.branch_call))
        self.call[EVENT] += numerics.millionths(reach.hazard(p.event_call))

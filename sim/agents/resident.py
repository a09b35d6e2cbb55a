"""Residents and Party members as Mesa agents: each method is one resident's part of a moment."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim import numerics, randomness
from sim.agents.windows import Window
from sim.columns import DELIBERATE, ELDERLY, MODES, RECENT, TIE_SLOTS, Residents
from sim.rules import motivation, needs, participation, reach, ties


class Resident(Window):
    """An adult resident."""

    table = "residents"
    columns = Residents

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
        state.by_tie[self.row] = reach.neighbour_hazard(
            model.numbers.reach,
            participation.mean_tie(self.tie, self.degree),
            state.leadership[self.micro_grid],
        )

    def meet_offer(self, mode: int) -> None:
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
                numbers.reach.open_call,
                mode,
                self.online,
                self.registered,
            ),
            state.offers[mode],
            participation.by_word(mode, ties_active),
            state.by_tie[self.row],
            self.call[mode],
        )
        if not heard < reach.chance_reached(total):
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
            acted = bool(self.acted & (1 << mode))
            self.habit[mode] = motivation.next_habit(p, self.habit[mode], acted)

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

    # --- bond ---

    def let_ties_fade(self) -> None:
        """Fade every tie by one week (S10)."""
        p = self.model.numbers.ties
        for slot in range(TIE_SLOTS):
            self.tie[slot] = ties.faded(p, self.tie[slot])


class PartyMember(Resident):
    """An organised Party member: a resident whom the branch can call."""

    table = "residents"
    columns = Residents

    def hear_call(self, volunteer: Any, event: Any) -> None:
        """Be called by the branch (P3)."""
        self.call[1] += volunteer
        self.call[0] += event

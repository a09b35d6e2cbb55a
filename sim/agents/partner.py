"""Partners and candidates as Mesa agents: each method is one organisation's part of a moment."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.agents.windows import Window
from sim.columns import CANDIDATE, DOMAINS, FORMER_PARTNER, PARTNER, Partners
from sim.randomness import draw
from sim.rules import partners


class Partner(Window):
    """A partner, a candidate or a former partner: an organisation or a professional."""

    table = "partners"
    columns = Partners

    # Every column is an attribute; these are the ones that a partner writes.
    stage: Any
    quality: Any
    commitment: Any
    utility: Any
    exposure: Any
    hours_left: Any
    hours_used: Any
    customers: Any
    joined: Any
    left: Any
    weeks_in: Any

    @property
    def is_partner(self) -> bool:
        """Whether it is a partner now."""
        return bool(self.stage == PARTNER)

    def chance(self, decision: np.uint64) -> Any:
        """Return this week's uniform draw for one of its decisions."""
        model: Any = self.model
        return draw(model.seed, decision, model.week, self.row)

    # --- serve ---

    def offer_hours(self, market_free: Any) -> None:
        """Offer this week's hours; none is used yet (S4).

        Args:
            market_free: share of a market operator's hours that it can offer.
        """
        model: Any = self.model
        state, row = model.state, self.row
        offered = 0.0
        if self.is_partner and state.partners.participates[row]:
            offered = partners.hours_offered(
                self.weekly_hours,
                self.commitment,
                self.quality,
                state.projects.hours[row],
                state.co_operation.bought[row],
                market_free if self.market else np.float32(1.0),
                model.extent,
            )
        state.partners.offered[row] = offered
        self.hours_left = offered
        self.hours_used = 0.0
        self.customers = 0

    # --- renew ---

    def weigh_partnership(self) -> None:
        """Weigh what the week gave against what it cost; commitment follows (S12)."""
        model: Any = self.model
        p, state, row = model.numbers.partners, model.state, self.row
        if not self.is_partner:
            return
        self.utility = partners.utility(
            p,
            self.kind,
            partners.saturating(np.float32(self.customers), p.customers_half * model.extent),
            state.partners.visibility,
            partners.saturating(np.float32(self.projects), p.projects_half),
            self.space,
            partners.saturating(state.co_operation.purchase[row], p.purchase_half),
            self.trust,
            partners.load_of(self.hours_used, state.partners.offered[row]),
            state.projects.delay,
            partners.own_stock_cost(
                state.partners.stock_value[row], self.commitment, model.numbers.exchange.subsidy
            ),
        )
        self.commitment = partners.commitment_after(p, self.commitment, self.utility)
        self.weeks_in += 1
        idle = min(state.partners.idle_weeks[row] + 1, partners.IDLE_CEILING)
        state.partners.idle_weeks[row] = 0 if self.hours_used > 0.0 else idle

    def train(self, share: Any) -> bool:
        """Finish a training or begin one; return whether one begins (S12).

        Args:
            share: chance that a partner not in training enters it this week.
        """
        model: Any = self.model
        p, state, row = model.numbers.partners, model.state.partners, self.row
        if not self.is_partner:
            return False
        if state.training[row]:
            if model.week >= state.trained_at[row]:
                state.training[row] = False
                self.improve(p.training_gain)
            return False
        if not self.chance(partners.TRAINED) < share:
            return False
        state.training[row] = True
        state.trained_at[row] = model.week + p.training_lag
        return True

    def improve(self, gain: Any) -> None:
        """Become better at what it can do: in quality and in every ability that it has."""
        self.quality = partners.improved(self.quality, gain)
        for domain in range(len(DOMAINS)):
            if self.ability[domain] > 0.0:
                self.ability[domain] = partners.improved(self.ability[domain], gain)

    def leave(self) -> bool:
        """Leave the practice for good, or stay; return whether it leaves (S12)."""
        if not self.is_partner:
            return False
        hazard = partners.exit_hazard(self.model.numbers.partners, self.commitment)
        if not partners.happens(hazard, self.chance(partners.LEAVES)):
            return False
        self.stage = FORMER_PARTNER
        self.left = self.model.week
        return True

    def join(self, share_joined: Any, reach_of_others: Any) -> bool:
        """Hear of the practice and join it, or not; return whether it joins (S12).

        Args:
            share_joined: share of partners among partners and candidates.
            reach_of_others: how well the practice reaches candidates who are no local unit.
        """
        model: Any = self.model
        p, state = model.numbers.partners, model.state
        if self.stage != CANDIDATE:
            return False
        reach = np.float32(1.0) if self.local else reach_of_others
        seen = max(state.partners.visibility, self.exposure)
        self.exposure = partners.toward(self.exposure, seen, p.hearsay * reach)
        hazard = partners.join_hazard(p, reach, self.exposure, share_joined, state.projects.delay)
        if not partners.happens(hazard, self.chance(partners.JOINS)):
            return False
        self.stage = PARTNER
        self.joined = model.week
        self.weeks_in = 0
        state.partners.idle_weeks[self.row] = partners.IDLE_CEILING
        return True

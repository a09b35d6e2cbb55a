"""The ledger of points, kept a second time by hand: purses of dated coins, in whole hundredths.

Each resident has a purse, a list of (week of issue, hundredths), the oldest first. What the oracle does
not draw by itself is who goes to the shop: it watches the counter, and takes what was paid from the
oldest coins. All else it reckons from the week's acts and the declared numbers.
"""

from math import floor

import pytest

import sim
from sim.columns import DELIBERATE, EVENT, REPORT, VOLUNTEER
from sim.incentives import points

WEEKS = 34
SEED = 6
NUMBERS = {
    "rate": 1.5,
    "volunteer_points": 1.0,
    "rewarded_hours": 3.0,
    "report_points": 2.0,
    "deliberation_points": 1.25,
    "attendance_points": 0.5,
    "endowment": 4.0,
    "redemption_chance": 0.9,
}
"""Numbers that 32-bit and decimal arithmetic hold alike."""

POLICIES = {
    "none": {},
    "window": {"window": 5},
    "exponential": {"half_life": 6.0},
    "quarterly": {},
    "yearly": {},
}
QUARTER, YEAR = 13, 52


class Ledger:
    """What every resident should own."""

    def __init__(self, policy: str, window: int, half_life: float, people: int) -> None:
        self.policy, self.window = policy, window
        self.kept = 0.5 ** (1 / half_life)
        self.purses: list[list[list[int]]] = [[] for _ in range(people)]
        self.endowed: set[int] = set()
        self.issued = self.redeemed = self.expired = 0

    def balance(self, resident: int) -> int:
        return sum(hundredths for _, hundredths in self.purses[resident])

    def put(self, resident: int, week: int, hundredths: int) -> None:
        if hundredths:
            self.purses[resident].append([week, hundredths])
            self.issued += hundredths

    def pay(self, resident: int, hundredths: int) -> None:
        self.redeemed += hundredths
        for coin in self.purses[resident]:
            taken = min(coin[1], hundredths)
            coin[1] -= taken
            hundredths -= taken
        assert hundredths == 0, "paid more than there was"

    def lapse(self, week: int) -> None:
        """End a week of the programme, counted from 0."""
        for resident, purse in enumerate(self.purses):
            before = self.balance(resident)
            if self.policy == "window":
                purse[:] = [coin for coin in purse if coin[0] > week + 1 - self.window]
            elif self.policy == "exponential":
                lost = min(floor(before * (1 - self.kept) + 0.5), before)
                purse[:] = [[week, before - lost]]
            elif self.policy in ("quarterly", "yearly"):
                length = QUARTER if self.policy == "quarterly" else YEAR
                if (week + 1) % length == 0:
                    purse.clear()
            self.expired += before - self.balance(resident)


def earned(community: sim.Community, resident: int, from_others: int) -> int:
    """Hundredths that a week's acts earn, by the earning table."""
    r = community.residents
    acted = {mode for mode in range(4) if int(r.acted[resident]) >> mode & 1}
    table = from_others / 100
    table += NUMBERS["attendance_points"] * (EVENT in acted)
    table += min(float(r.hours[resident]), NUMBERS["rewarded_hours"]) * (VOLUNTEER in acted)
    table += NUMBERS["report_points"] * (REPORT in acted)
    table += NUMBERS["deliberation_points"] * (DELIBERATE in acted)
    return floor(NUMBERS["rate"] * table * 100 + 0.5)


@pytest.mark.parametrize("policy", POLICIES)
def test_every_purse_agrees_week_by_week_and_the_books_balance(
    policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {**NUMBERS, **POLICIES[policy], "policy": policy}
    community = sim.load(
        overrides={
            "scale": 0.01,
            "population.burn_in": 0,
            "co_consultation.interval": 6,
            "population.register": 0.3,
            **{f"incentives.points.{name}": value for name, value in numbers.items()},
        },
        seed=SEED,
    )
    people = len(community.residents.balance)
    extra = {"window": 0, "half_life": 1.0, **POLICIES[policy]}
    ledger = Ledger(policy, int(extra["window"]), float(extra["half_life"]), people)
    at_counter: list[tuple[list[int], list[int]]] = []
    serve = points.exchange.redeem

    def watched(community, *given):
        before = community.residents.balance.tolist()
        paid = serve(community, *given)
        at_counter.append((before, community.residents.balance.tolist()))
        return paid

    monkeypatch.setattr(points.exchange, "redeem", watched)

    def keep(name, part):
        if name != "reward.points":
            return part

        def beside(community):
            week, r = community.programme_week, community.residents
            others = r.earned.tolist()
            for resident in range(people):
                ledger.put(resident, week, earned(community, resident, others[resident]))
                if r.registered[resident] and resident not in ledger.endowed:
                    ledger.endowed.add(resident)
                    ledger.put(resident, week, round(NUMBERS["endowment"] * 100))
            part(community)
            before, after = at_counter.pop()
            assert before == [ledger.balance(resident) for resident in range(people)]
            for resident in range(people):
                ledger.pay(resident, before[resident] - after[resident])
            ledger.lapse(week)
            owned = [ledger.balance(resident) for resident in range(people)]
            assert r.balance.tolist() == owned, f"week {week}"
            books = community.state.points
            assert (books.issued, books.redeemed, books.expired) == (
                ledger.issued,
                ledger.redeemed,
                ledger.expired,
            )
            assert ledger.issued == ledger.redeemed + ledger.expired + sum(owned)

        return beside

    community.watch(keep)
    community.run_for(WEEKS)
    assert ledger.issued > 0
    assert ledger.redeemed > 0, "nobody went to the shop: the test shows nothing"
    assert (ledger.expired > 0) == (policy in ("window", "exponential", "quarterly"))

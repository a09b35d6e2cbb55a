"""Who takes part, in what form, and what becomes of whose needs: by group, in the last year of a run.

*Taking part* is having acted within 13 weeks (`event`, `volunteer`, `deliberate`, or `any` of
these three), or holding a standing role (`register`, `mediator`). No resident is a partner in this
model: partners are organisations. A mediator, chosen among trusting volunteers and Party members
(S3), is the nearest that a resident comes to a partner's role, and there are two dozen of them.

*Representation* is a group's share of those who take part over its share of adults: 1 where the
group takes part like everybody. A *parity gap* is seen over a partition of adults, by age (young,
middle, elderly) or by origin (migrant, local), among those of its groups that have anybody in them.

What is said of a group with nobody in it, or of needs of which there were none, is not a number.

Groups are observed here and steer nothing.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import DELIBERATE, EVENT, GROUPS, NEED_CLOSED, VOLUNTEER, Residents
from sim.records import NOTHING, Outcome, outcome, share
from sim.rules.participation import each_takes
from sim.words.glossary import zh

if TYPE_CHECKING:
    from sim.model import Community

EVERYONE = "everyone"
SEEN = (EVERYONE, "young", "middle", "elderly", "migrant", "local", "low_income", "offline")
NEEDY = (EVERYONE, "elderly", "migrant", "low_income", "offline")
"""Groups whose taking part is seen, and those whose needs are."""

PARTITIONS = {"age": ("young", "middle", "elderly"), "origin": ("migrant", "local")}

PARTITIONS_ZH = {"age": "年龄", "origin": "户籍"}

ACTS = {"event": EVENT, "volunteer": VOLUNTEER, "deliberate": DELIBERATE}
"""Modes in which residents take part; a hazard is seen and reported, which nobody is asked for."""

FORMS = ("any", *ACTS, "register", "mediator")
SHARED = ("any", *ACTS)
"""Forms in which enough take part for gaps to be told."""

YEAR = 52
FOLLOWED = 12
"""Weeks within which a need is to be found or met, as in the records' cohorts."""

QUARTER = np.uint64(0x1FFF)
"""The latest 13 of the 16 weeks that a history holds of a mode."""


def _who(group: str) -> str:
    return "全体成年人" if group == EVERYONE else zh(f"GROUPS.{group}")


def _form(form: str) -> str:
    others = {"any": "任一形式", "register": "登记志愿者", "mediator": zh("Residents.mediator")}
    return others[form] if form in others else zh(f"MODES.{form}")


def _mean(unit: str, meaning: str, meaning_zh: str, scaled: bool = False) -> Outcome:
    return outcome(unit, "mean", scaled=scaled).means(meaning, meaning_zh)


def _sum(unit: str, meaning: str, meaning_zh: str) -> Outcome:
    return outcome(unit, "sum", scaled=True).means(meaning, meaning_zh)


MEASURES: dict[str, Outcome] = {
    **{
        f"taking_part_{form}_{group}": _mean(
            "share",
            f"share of {group} who take part ({form})",
            f"{_who(group)}参与率（{_form(form)}）",
        )
        for form in FORMS
        for group in SEEN
    },
    **{
        f"representation_{form}_{group}": _mean(
            "ratio",
            f"share of {group} among those who take part ({form}), over their share of adults; "
            "none if nobody does",
            f"参与者（{_form(form)}）中{_who(group)}的份额与其人口份额之比",
        )
        for form in FORMS
        for group in SEEN[1:]
    },
    **{
        f"gap_{partition}_{form}": _mean(
            "0-1",
            f"1 - lowest/highest share who take part ({form}) by {partition}",
            f"按{PARTITIONS_ZH[partition]}分的参与率（{_form(form)}）差距：1 减最低与最高之比",
        )
        for partition in PARTITIONS
        for form in SHARED
    },
    **{
        f"spread_{partition}_{form}": _mean(
            "ratio",
            f"highest less lowest representation ({form}) by {partition}",
            f"按{PARTITIONS_ZH[partition]}分的代表性（{_form(form)}）：最高减最低",
        )
        for partition in PARTITIONS
        for form in SHARED
    },
    **{
        f"acts_taken_{group}": _sum(
            "acts",
            f"{', '.join(ACTS)} acts of {group}, last 52 weeks",
            f"{_who(group)}近 52 周的参与次数",
        )
        for group in SEEN
    },
    **{
        f"hours_given_{group}": _sum(
            "hours",
            f"hours given by volunteers who are {group}, last 52 weeks",
            f"{_who(group)}近 52 周的志愿工时",
        )
        for group in SEEN
    },
    **{
        f"needs_born_{group}": _sum(
            "needs",
            f"needs of {group} that arose in the 52 weeks before the last 12",
            f"{_who(group)}在末 12 周之前 52 周内产生的需求",
        )
        for group in NEEDY
    },
    **{
        f"needs_known_share_{group}": _mean(
            "share of needs",
            f"share of the needs of {group} (those born as above) found within 12 weeks",
            f"{_who(group)}的需求在 12 周内被发现的比例",
        )
        for group in NEEDY
    },
    **{
        f"needs_served_share_{group}": _mean(
            "share of needs",
            f"share of the needs of {group} (those born as above) met within 12 weeks",
            f"{_who(group)}的需求在 12 周内得到满足的比例",
        )
        for group in NEEDY
    },
    **{
        f"needs_unknown_{group}": _mean(
            "needs",
            f"needs of {group}, open and found by nobody, mean of 52 weeks",
            f"{_who(group)}无人知晓的未决需求，52 周平均",
            scaled=True,
        )
        for group in NEEDY
    },
    **{
        f"needs_unknown_share_{group}": _mean(
            "share of needs",
            f"share of the open needs of {group} found by nobody, mean of 52 weeks",
            f"{_who(group)}未决需求中无人知晓的比例，52 周平均",
        )
        for group in NEEDY
    },
}


# --- Ratios ------------------------------------------------------------------------------------


def representation(rate: float, everybody: float) -> float:
    """Return a group's share who take part over everybody's; `NOTHING` where nobody does."""
    return share(rate, everybody)


def _of_several(values: list[float]) -> list[float]:
    """Return the values that are numbers, where there are two or more to be compared."""
    known = [value for value in values if not math.isnan(value)]
    return known if len(known) > 1 else []


def parity_gap(rates: list[float]) -> float:
    """Return 1 - lowest/highest; `NOTHING` where nobody takes part, or fewer than two groups exist."""
    known = _of_several(rates)
    return 1 - share(min(known), max(known)) if known else NOTHING


def spread(representations: list[float]) -> float:
    """Return highest less lowest representation; `NOTHING` as in `parity_gap`."""
    known = _of_several(representations)
    return max(known) - min(known) if known else NOTHING


def members_of(bits: Any) -> Any:
    """Return bool[seen group, resident] from the bits of `GROUPS`, uint16[resident]."""
    return np.array(
        [
            np.ones(len(bits), np.bool_)
            if group == EVERYONE
            else (bits >> np.uint16(GROUPS.index(group)) & np.uint16(1)).astype(np.bool_)
            for group in SEEN
        ]
    )


def taking_part(residents: Residents) -> Any:
    """Return bool[form, resident]: who takes part in each of `FORMS` as of this week."""
    acted = [
        (residents.history >> np.uint64(16 * mode)) & QUARTER != np.uint64(0)
        for mode in ACTS.values()
    ]
    return np.array([np.any(acted, axis=0), *acted, residents.registered, residents.mediator])


class Probe:
    """Watches one run, and says what its last year was like."""

    def __init__(self, community: Community) -> None:
        """Note who belongs to which group, which never changes."""
        self.scale = float(community.setting.value("population.scale"))
        self.members = members_of(community.residents.groups)
        self.sizes = self.members.sum(axis=1)
        self.weights = self.members.astype(np.float32)
        self.part: deque[Any] = deque(maxlen=YEAR)  # float64[group, form]
        self.acts: deque[Any] = deque(maxlen=YEAR)  # int64[mode, group]
        self.hours: deque[float] = deque(maxlen=YEAR)  # of an act of volunteering
        self.unknown: deque[Any] = deque(maxlen=YEAR)  # int64[group]
        self.open: deque[Any] = deque(maxlen=YEAR)  # int64[group]
        self.known: dict[int, Any] = {}  # by week of birth, int64[group]
        self.arisen: dict[int, Any] = {}
        self.served: dict[int, Any] = {}

    def week(self, community: Community) -> None:
        """Note who takes part, which needs are open, and which were found this week."""
        self.part.append(self.weights @ taking_part(community.residents).T.astype(np.float32))
        places = [GROUPS.index(group) if group != EVERYONE else -1 for group in SEEN]
        self.acts.append(
            community.state.participation.acts_now[list(ACTS.values())][:, places].copy()
        )
        self.hours.append(float(each_takes(community)))
        unfound, queue = community.state.needs, community.state.service
        waiting = self._count(community, unfound.unfound[: unfound.unfound_count])
        self.unknown.append(waiting)
        self.open.append(waiting + self._count(community, queue.queue[: queue.queue_count]))
        self._follow_needs(community)

    def _count(self, community: Community, rows: Any) -> Any:
        """Return int64[group], how many of these needs each group has."""
        owners = community.needs.rows.owner[rows].astype(np.int64)
        return self.members[:, owners].sum(axis=1)

    def _follow_needs(self, community: Community) -> None:
        """Add to each week's cohort what arose, was found in time, and, 12 weeks on, is met."""
        needs, week, state = community.needs.used(), community.week - 1, community.state.needs
        found = state.newly_found[: state.newly_found_count]
        ages = week - needs.born[found]
        for age in np.unique(ages[ages <= FOLLOWED]).tolist():
            born = week - age
            if born in self.known:
                self.known[born] += self._count(community, found[ages == age])
        arisen = np.flatnonzero(needs.born == week)
        self.arisen[week] = self._count(community, arisen)
        self.known[week] = self._count(community, found[ages == 0])
        then = np.flatnonzero(needs.born == week - FOLLOWED)
        if week - FOLLOWED in self.arisen:
            met = then[needs.stage[then] == NEED_CLOSED]
            self.served[week - FOLLOWED] = self._count(community, met)

    def outcomes(self) -> dict[str, float]:
        """Return the figures of the last 52 weeks, and of the needs born 12 weeks before."""
        rates = self._rates()
        figures = {
            f"taking_part_{form}_{group}": rates[form][group] for form in FORMS for group in SEEN
        }
        for form in FORMS:
            everybody = rates[form][EVERYONE]
            figures |= {
                f"representation_{form}_{group}": representation(rates[form][group], everybody)
                for group in SEEN[1:]
            }
        for partition, groups in PARTITIONS.items():
            for form in SHARED:
                parts = [rates[form][group] for group in groups]
                likeness = [representation(part, rates[form][EVERYONE]) for part in parts]
                figures[f"gap_{partition}_{form}"] = parity_gap(parts)
                figures[f"spread_{partition}_{form}"] = spread(likeness)
        return figures | self._acts() | self._needs()

    def _rates(self) -> dict[str, dict[str, float]]:
        """Return by form and group the mean share who take part."""
        mean = np.mean(np.array(self.part, np.float64), axis=0)
        return {
            form: {
                group: share(float(mean[row, column]), float(self.sizes[row]))
                for row, group in enumerate(SEEN)
            }
            for column, form in enumerate(FORMS)
        }

    def _acts(self) -> dict[str, float]:
        """Return acts and volunteer hours of the last 52 weeks, for the whole community."""
        acts = np.sum(self.acts, axis=0) / self.scale
        volunteered = np.array(self.acts)[:, list(ACTS).index("volunteer")]
        hours = np.array(self.hours) @ volunteered / self.scale
        return {
            **{f"acts_taken_{g}": float(acts[:, row].sum()) for row, g in enumerate(SEEN)},
            **{f"hours_given_{g}": float(hours[row]) for row, g in enumerate(SEEN)},
        }

    def _needs(self) -> dict[str, float]:
        """Return what became of the needs of a year, and how many stay unknown."""
        cohort = sorted(self.served)[-YEAR:]
        nothing = np.zeros(len(SEEN), np.int64)
        born, known, served = (
            sum((seen[week] for week in cohort), nothing)
            for seen in (self.arisen, self.known, self.served)
        )
        unknown, opened = np.mean(self.unknown, axis=0), np.mean(self.open, axis=0)
        figures: dict[str, float] = {}
        for group in NEEDY:
            row = SEEN.index(group)
            figures[f"needs_born_{group}"] = float(born[row]) / self.scale
            figures[f"needs_known_share_{group}"] = share(float(known[row]), float(born[row]))
            figures[f"needs_served_share_{group}"] = share(float(served[row]), float(born[row]))
            figures[f"needs_unknown_{group}"] = float(unknown[row]) / self.scale
            figures[f"needs_unknown_share_{group}"] = share(float(unknown[row]), float(opened[row]))
        return figures

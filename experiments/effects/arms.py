"""What is changed, one thing at a time: switches, levers and causes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.engine.declare import Number
from sim.scenario import Scenario, entries
from sim.study.plan import Arm, arm

SWITCH, LEVER, CAUSE = "switch", "lever", "cause"
STARTS = "starts"
BASE = "base"

CAUSES: dict[str, dict[str, Any]] = {
    "nobody tells of services": {"rules.satisfaction.hearsay": 0.0},
    "nobody sees what is to be had": {"rules.satisfaction.availability": 0.0},
    "peers find no needs": {"rules.needs.peer": 0.0, "rules.needs.at_event": 0.0},
    "no everyday encounters": {"rules.ties.encounters": 0.0, "rules.ties.chat": 0.0},
    "events make no ties": {"rules.ties.meeting_gain": 0.0, "rules.ties.new_tie_chance": 0.0},
    "disputes thin no ties": {"rules.aftermath.thinning": 0.0, "rules.aftermath.feud": 0.0},
    "disputes move no trust": {
        "rules.aftermath.trust_won": 0.0,
        "rules.aftermath.trust_lost": 0.0,
        "rules.files.trust_lost": 0.0,
    },
    "hazards harm nobody": {"rules.harm.rate": 0.0},
    "repairs are not seen": {"rules.harm.repair_seen": 0.0},
    "nothing is put right": {"rules.hazards.fix": 0.0},
    "ten times the hazards": {"rules.hazards.arrival": 10},
    "ten times the disputes": {"rules.disputes.arrival": 10},
    "ten times the grievances": {"rules.property_management.grievance": 10},
    "companies answer nothing": {
        "rules.property_management.responsiveness": 0.0,
        "rules.property_management.responsiveness_spread": 0.0,
    },
    "companies answer everything": {
        "rules.property_management.responsiveness": 1.0,
        "rules.property_management.responsiveness_spread": 0.0,
    },
    "grievances are not seen": {"rules.property_management.seen": 0.0},
    "voices move no trust": {
        "mechanisms.co_consultation.answered": 0.0,
        "mechanisms.co_consultation.unanswered": 0.0,
    },
    "nobody compares rewards": {"incentives.fairness.disadvantage": 0.0},
    "asks do not tire": {"rules.participation.tiredness": 0.0},
    "attention is undivided": {"rules.reach.both": 1.0},
    "points pull nobody": {"incentives.points.strength": 0.0},
    "no norms": {"rules.participation.norm": 0.0},
    "no habits": {"rules.participation.habit": 0.0},
    "trust makes nobody take part": {"rules.participation.trust": 0.0},
    "motives do not move": {"rules.motivation.recognition": 0.0},
    "no help remembered": {"rules.participation.reciprocity": 0.0},
}
"""Causes taken out, or changed; a whole number multiplies what the scenario has."""

ZH = {
    "nobody tells of services": "口碑不起作用",
    "nobody sees what is to be had": "看不到服务可得性",
    "peers find no needs": "邻里不发现需求",
    "no everyday encounters": "没有日常相遇",
    "events make no ties": "活动不增进联系",
    "disputes thin no ties": "纠纷不伤联系",
    "disputes move no trust": "纠纷不影响信任",
    "hazards harm nobody": "隐患不伤人",
    "repairs are not seen": "整改无人看见",
    "nothing is put right": "隐患不整改",
    "ten times the hazards": "隐患十倍",
    "ten times the disputes": "邻里纠纷十倍",
    "ten times the grievances": "物业矛盾十倍",
    "companies answer nothing": "物业从不回应",
    "companies answer everything": "物业有诉必应",
    "grievances are not seen": "物业矛盾无人知晓",
    "voices move no trust": "提意见不影响信任",
    "nobody compares rewards": "不比较奖励",
    "asks do not tire": "邀请不使人厌烦",
    "attention is undivided": "注意力不受限",
    "points pull nobody": "积分无吸引力",
    "no norms": "没有社会规范",
    "no habits": "没有习惯",
    "trust makes nobody take part": "信任不影响参与",
    "motives do not move": "体验不影响动机",
    "no help remembered": "不记得受过帮助",
}


def arms(base: Scenario) -> list[Arm]:
    """Return the base, and an arm for everything that is changed."""
    return [arm(BASE, kind=BASE, path=""), *_switches(base), *_levers(base), *_causes(base)]


def _switches(base: Scenario) -> Iterator[Arm]:
    for path, entry in entries().items():
        if entry.declared.kind == "switch":
            on = bool(base.value(path))
            yield arm(path, {path: not on}, kind=SWITCH, path=path)


def _levers(base: Scenario) -> Iterator[Arm]:
    """Yield an arm for each lever of a heading that is on; what is a date or a choice is no lever."""
    for path, entry in entries().items():
        declared, stem = entry.declared, path.rpartition(".")[2]
        if not declared.lever or declared.kind not in ("real", "whole") or stem == STARTS:
            continue
        if is_on(base, path):
            value = stronger(declared, base.value(path))
            if value != base.value(path):
                yield arm(path, {path: value}, kind=LEVER, path=path)


def is_on(base: Scenario, path: str) -> bool:
    """Return whether the heading of a number is switched on, as far as it can be off."""
    heading = next(
        (path[:end] for end in range(len(path), 0, -1) if f"{path[:end]}.on" in entries()), ""
    )
    return bool(base.value(f"{heading}.on")) if heading else not path.startswith("manager.")


def stronger(declared: Number, value: float) -> float:
    """Return twice the value, as far as its bounds allow; from zero, half of its range."""
    wanted = 2 * value if value else (declared.low + declared.high) / 2
    kept = min(max(wanted, declared.low), declared.high)
    return round(kept) if declared.kind == "whole" else kept


def _causes(base: Scenario) -> Iterator[Arm]:
    for label, changes in CAUSES.items():
        made = {
            path: base.value(path) * value if isinstance(value, int) else value
            for path, value in changes.items()
        }
        yield arm(label, made, kind=CAUSE, path=next(iter(changes)))

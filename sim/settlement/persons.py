"""Persons: education, health, digital access, the Party, lists, time and inner life.

What a resident does not share with the household. Each attribute has a draw of its own, addressed
by resident; ages, origins and homes are there before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.columns import (
    AGES,
    DUAL_REGISTERED,
    ELDERLY,
    FLOATING_MEMBER,
    GROUPS,
    MIDDLE,
    NOT_MEMBER,
    NOT_WORKING,
    OFFICE_HOURS,
    REGISTERED_MEMBER,
    YOUNG,
    Residents,
)
from sim.engine.declare import columns_of
from sim.settlement.drawing import (
    HALF_STEP,
    apportion,
    bounded,
    classes,
    lowest,
    members,
    nearest,
    normal,
    uniforms,
)
from sim.settlement.layout import Layout


def educate(p: Any, seed: Any, layout: Layout, person: Any, r: Residents) -> None:
    """Draw who has tertiary education; the younger and owners lean to it.

    Args:
        p: the numbers.
        seed: the community's seed.
        layout: counts.
        person: uint64[residents], the address of each resident's draws.
        r: `Residents` of one community; `age` and `owner` are read, `tertiary` is written.
    """
    _, of_education, _, _ = uniforms(seed, "person", person)
    youth = float(p.tertiary_by_youth) * (ELDERLY - r.age.astype(np.float64))
    means = float(p.tertiary_by_ownership) * r.owner
    graduates = nearest(layout.people * float(p.tertiary))
    r.tertiary[:] = lowest(-(normal(of_education) + youth + means), graduates)


def give_health_and_access(p: Any, seed: Any, person: Any, r: Residents) -> None:
    """Draw who is frail, by age class, and who is online, among the elderly and the others.

    Args:
        p: the numbers.
        seed: the community's seed.
        person: uint64[residents], the address of each resident's draws.
        r: `Residents` of one community; `age` is read, `frail` and `online` are written.
    """
    _, _, of_frailty, of_online = uniforms(seed, "person", person)
    for age in range(len(AGES)):
        r.frail[:] |= members(of_frailty, r.age == age, p.frail[age])
    elderly = r.age == ELDERLY
    r.online[:] = members(of_online, elderly, p.online_elderly)
    r.online[:] |= members(of_online, ~elderly, p.online_others)


def give_roles(p: Any, seed: Any, person: Any, r: Residents) -> None:
    """Draw who does not work, the Party members, and the lists: key care, register, mediators.

    Args:
        p: the numbers.
        seed: the community's seed.
        person: uint64[residents], the address of each resident's draws.
        r: `Residents` of one community; `age`, `alone`, `frail` and `migrant` are read, `party`,
            `key_care`, `registered`, `mediator` and `occupation` are written; what those who work
            do is `rules.availability`'s to say.
    """
    of_member, of_floating, of_dual, of_register = uniforms(seed, "role", person)
    _, _, of_work, of_care = uniforms(seed, "life", person)
    at_home = np.zeros(len(person), np.bool_)
    for age in range(len(AGES)):
        at_home |= members(of_work, r.age == age, p.not_working[age])
    join_party(p, r, at_home, (of_member, of_floating, of_dual))
    in_care = (r.age == ELDERLY) & (r.alone | r.frail)
    r.key_care[:] = members(of_care, in_care, p.key_care)
    r.registered[:] = members(of_register, r.party == NOT_MEMBER, p.register)
    r.registered[:] |= members(of_register, r.party != NOT_MEMBER, p.register_members)
    r.mediator[:] = lowest(
        of_register - r.registered, nearest(float(p.initial_mediators) * float(p.scale))
    )
    r.occupation[:] = np.where(at_home, NOT_WORKING, OFFICE_HOURS)


def join_party(p: Any, r: Residents, at_home: Any, draws: Any) -> None:
    """Make the declared numbers of residents Party members, as far as there are residents.

    The organised members are older; floating members are migrants and dual-registered members
    are at work, as long as there are enough of these.

    Args:
        p: the numbers.
        r: `Residents` of one community; `party` is written.
        at_home: bool[residents], who does not work.
        draws: uniforms for registered, floating and dual-registered membership [residents each].
    """
    chance = np.array(p.member_by_age, np.float64)[r.age]
    by_age = [-np.log(draw + HALF_STEP) / chance for draw in draws]
    later = -np.log(HALF_STEP) / float(min(p.member_by_age))  # beyond any key above
    for kind, declared, keys in (
        (REGISTERED_MEMBER, p.registered_members, by_age[0]),
        (FLOATING_MEMBER, p.floating_members, by_age[1] + later * ~r.migrant),
        (DUAL_REGISTERED, p.dual_registered, draws[2] + 1.0 * at_home),
    ):
        free = np.flatnonzero(r.party == NOT_MEMBER)
        count = nearest(float(declared) * float(p.scale))
        r.party[free[lowest(keys[free], count)]] = kind


def give_inner_life(p: Any, seed: Any, person: Any, r: Residents) -> None:
    """Draw propensity, motivation, trust and the like, and set what is the same for all.

    Args:
        p: the numbers.
        seed: the community's seed.
        person: uint64[residents], the address of each resident's draws.
        r: `Residents` of one community; `age` and `migrant` are read, `propensity`,
            `reward_sensitivity`, `baseline_motivation`, `motivation`, `threshold`, `trusting`,
            `disposition`, `offset` and `asks` are written.
    """
    of_trust, of_disposition, _, _ = uniforms(seed, "life", person)
    u, kappa, motivation, threshold = (normal(d) for d in uniforms(seed, "character", person))
    spread = float(p.reward_sensitivity_sd)
    limits = columns_of(Residents)
    r.propensity[:] = np.clip(
        float(p.propensity_sd) * u, limits["propensity"].low, limits["propensity"].high
    )
    r.reward_sensitivity[:] = np.minimum(
        np.exp(spread * kappa - spread * spread / 2), limits["reward_sensitivity"].high
    )
    r.baseline_motivation[:] = bounded(p.motivation_mean + float(p.motivation_sd) * motivation)
    r.motivation[:] = r.baseline_motivation
    r.threshold[:] = bounded(p.threshold_mean + float(p.threshold_sd) * threshold)
    r.trusting[:] = bounded(p.trusting + float(p.trusting_sd) * normal(of_trust))
    r.disposition[:] = classes(of_disposition, apportion(len(person), p.dispositions))
    r.offset[:] = p.offset_elderly * (r.age == ELDERLY) + p.offset_migrant * r.migrant
    r.asks[:] = np.where(r.age == ELDERLY, p.asks_elderly, 1) * np.where(
        r.migrant, p.asks_migrant, 1
    )


def group_bits(r: Residents) -> Any:
    """Return the bits of `GROUPS`, uint16[residents]."""
    belongs = {
        "young": r.age == YOUNG,
        "middle": r.age == MIDDLE,
        "elderly": r.age == ELDERLY,
        "migrant": r.migrant,
        "local": ~r.migrant,
        "low_income": r.low_income,
        "party_member": r.party != NOT_MEMBER,
        "tertiary": r.tertiary,
        "offline": ~r.online,
        "owner": r.owner,
    }
    bits = np.zeros(len(r.age), np.uint16)
    for position, group in enumerate(GROUPS):
        bits |= belongs[group].astype(np.uint16) << np.uint16(position)
    return bits

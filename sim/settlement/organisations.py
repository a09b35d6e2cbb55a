"""Organisations: the partners at the start, the candidates to become one, and the grid workers.

Kinds, market services and space hit their shares exactly, among the partners, the local units and
the other candidates of each community; what each can do and offers is drawn by its kind. Nothing
about grid workers is drawn: they follow from the grids.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.columns import (
    CANDIDATE,
    DOMAINS,
    ENTERPRISE,
    PARTNER,
    GridWorkers,
    PartnerRows,
    PropertyCompanies,
    allocate,
)
from sim.settlement.drawing import (
    addresses,
    apportion,
    bounded,
    classes,
    members,
    normal,
    uniforms,
)

MICRO, GENERAL, DEDICATED = 0, 1, 2  # kinds of grid worker


def gather_partners(p: Any, seed: Any) -> Any:
    """Return the partners at the start, then the local units, then the other candidates.

    Hours and stock are before scaling. With several communities, one community follows the other.
    """
    origins = [int(p.initial_partners), int(p.local_units), int(p.other_candidates)]
    each = sum(origins)
    rows = each * int(p.communities)
    partners = allocate(PartnerRows, rows)
    actors = addresses(rows)
    of_kind, of_domain, of_hours, of_quality = uniforms(seed, "organisation", actors)
    of_market, of_space, _, _ = uniforms(seed, "organisation_terms", actors)
    overlaps = [
        uniforms(seed, f"ability_{domain}", actors)[0] < p.ability_overlap for domain in DOMAINS
    ]

    origin = np.tile(np.repeat(np.arange(len(origins)), origins), int(p.communities))
    kinds = (p.partner_kinds, p.local_kinds, p.candidate_kinds)
    begins = np.cumsum([0, *origins])
    for community in range(int(p.communities)):
        for shares, begin, count in zip(kinds, begins, origins, strict=False):
            block = slice(community * each + begin, community * each + begin + count)
            partners.kind[block] = classes(of_kind[block], apportion(count, shares))
        block = slice(community * each, (community + 1) * each)
        kind = partners.kind[block]
        partners.market[block] = members(of_market[block], kind == ENTERPRISE, p.market_share)
        for space_kind, share in enumerate(p.space_given):
            given = (kind == space_kind) & (origin[block] == 0)
            partners.space[block] |= members(of_space[block], given, share)

    kind = partners.kind
    partners.stage[:] = np.where(origin == 0, PARTNER, CANDIDATE)
    partners.local[:] = origin == 1
    domains = np.array(
        [
            p.enterprise_domains,
            p.professional_domains,
            p.craftsman_domains,
            p.public_benefit_domains,
        ],
        np.float64,
    )
    passed = np.cumsum(domains, axis=1)[kind, :-1] <= of_domain[:, None]
    main = np.arange(len(DOMAINS)) == passed.sum(axis=1)[:, None]
    able = main | np.stack(overlaps, axis=1)
    partners.ability[:] = np.where(able, p.ability_high, p.ability_low)
    spread = 1.0 + float(p.hours_spread) * (2.0 * of_hours - 1.0)
    partners.weekly_hours[:] = np.array(p.weekly_hours)[kind] * spread
    partners.quality[:] = bounded(p.quality_mean + float(p.quality_sd) * normal(of_quality))
    partners.fee[:] = np.where(partners.market, p.fee, 0)
    partners.stock_per_week[:] = np.array(
        [p.enterprise_stock, p.professional_stock, p.craftsman_stock, p.public_benefit_stock]
    )[kind]
    partners.commitment[:] = p.commitment_initial
    partners.trust[:] = p.partner_trust
    partners.exposure[:] = np.array(p.exposure)[origin]
    return partners


def appoint_grid_workers(p: Any, micro: Any) -> Any:
    """Return the grid workers: one per micro-grid in its order, then the general, then the dedicated."""
    grids, first, sizes = np.unique(micro.grid, return_index=True, return_counts=True)
    micro_grids = len(micro.grid)
    general = slice(micro_grids, micro_grids + len(grids))
    workers = allocate(GridWorkers, general.stop + int(p.dedicated_grids * p.communities))
    workers.kind[:micro_grids] = MICRO
    workers.micro_grid[:micro_grids] = np.arange(micro_grids)
    workers.micro_grids[:micro_grids] = 1
    workers.visits[:micro_grids] = p.visits_per_week
    workers.kind[general] = GENERAL
    workers.micro_grid[general] = first
    workers.micro_grids[general] = sizes
    workers.visits[general] = p.general_visits
    workers.kind[general.stop :] = DEDICATED
    return workers


def name_companies(micro: Any, residents: Any) -> Any:
    """Return the property companies, one for each compound, with whom they serve."""
    compounds = range(int(micro.compound.max()) + 1)
    companies = allocate(PropertyCompanies, len(compounds))
    for compound in compounds:
        mine = np.flatnonzero(micro.compound == compound)
        if len(mine):
            first, last = int(micro.first[mine].min()), int(micro.last[mine].max())
            companies.first[compound], companies.last[compound] = first, last
            companies.households[compound] = len(np.unique(residents.household[first:last]))
    return companies

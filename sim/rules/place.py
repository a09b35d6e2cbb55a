"""Distance: where a service is, and how much of its use distance takes away (S2, S4)."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.columns import ADMINISTRATION, REPAIR
from sim.engine import numerics
from sim.engine.compiled import rule
from sim.engine.declare import number


class Place(NamedTuple):
    """Distances of services and the friction of distance."""

    outside_distance: float = number(2.2, "km", 0, 20, "fact", "B1").means(
        "to the nearest health centre and care services before the complex opens (the source says over 2 km)",
        "综合体开放前到最近的卫生中心和照护服务的距离",
    )
    distance_decay: float = number(0.5, "per km", 0, 2, "literature", "E52", sweep=(0.2, 1)).means(
        "how fast the use of a place-bound service falls with distance",
        "场所服务的使用随距离下降的速度",
    )
    frail_mobility: float = number(2.0, "ratio", 1, 3, "literature", "E52", sweep=(1, 2.5)).means(
        "how many times longer a way is for a frail resident", "对行动不便者而言路程延长的倍数"
    )


@rule
def mobility(p: Place, frail: Any) -> Any:
    """How many times a kilometre counts for this resident."""
    return p.frail_mobility if frail else 1.0


@rule
def service_distance(p: Place, domain: Any, own_distance: Any, facility_open: Any) -> Any:
    """Kilometres to where a domain's need is served.

    Repairs are made at home; administration is done at the community's own counter; the other
    domains are at the complex once it is open and outside the community before.
    """
    facility = own_distance if facility_open else p.outside_distance
    counter = own_distance if domain == ADMINISTRATION else facility
    return 0.0 if domain == REPAIR else counter


@rule
def finds_the_way(near: Any, far: Any, aware: Any) -> Any:
    """Access of somebody who knows the new place this well, and else goes where the service was.

    > access = aware · access(new place) + (1 − aware) · access(where it was),
    """
    return numerics.toward(far, near, aware)


@rule
def access(p: Place, distance: Any, frail: Any) -> Any:
    """Chance that a resident makes the way to a place-bound service this week.

    > access = e^{−λ · distance · mobility},
    """
    return numerics.exp(-p.distance_decay * distance * mobility(p, frail))


@rule
def access_to(
    p: Place, domain: Any, own_distance: Any, frail: Any, facility_open: Any, aware: Any
) -> Any:
    """Chance that a resident makes the way to a domain's service this week, knowing where it is or not."""
    near = access(p, service_distance(p, domain, own_distance, facility_open), frail)
    far = access(p, service_distance(p, domain, own_distance, False), frail)
    return finds_the_way(near, far, aware)

"""How do rules for the validity of points change participation, and why would their effect weaken?

Question. *Balance decay* is a policy: points lapse. *Effect decay* is an outcome: the difference that
points make gets smaller. Does the second follow from the first, from the residents, or from neither?

Design. Points and honours begin in week 26 and run for 156 weeks. In the half-year before, which is
the same in all arms of a block, core (three or more volunteer acts), casual (one or two) and latent
volunteers (none) are told apart. Four parts, each crossed with draws of the unknowns (worlds), in
which chi, the weight of the reward that is taken for granted, is 0, .5 or 1 in turn:

- `prior`: no incentive, points, honours, both; no balance decay; many worlds, two replications.
  One more arm has both with the synergy of the world; everywhere else the synergy is zero.
- `rules`: nine rules of validity (no decay; windows of 13, 26, 52 weeks; half-lives of 8, 26, 52
  weeks; reset each quarter, each year) for points and for both, at stock .25, 1, 4.
- `price`: six windows and no decay, at three prices of the cheapest good, and with an endowment.
- `causes`: worlds in which one thing alone can weaken points, and remedies at the shop.

Equal spending. Every arm of a block has one sum a year: for the shop, for honours, or half for each.
What is not asked for stays in the fund; the tables show what was paid. Goods cost the community 1.5
yuan for each point of their price, so that a lower price is a smaller good, not a gift.

Measure. ME(t) = volunteer acts with incentive − without, same block and seed; `WI` = 1 − ME a week in
weeks 105-156 / ME a week in weeks 1-26, as a ratio of means. WI has no value for a world in which the
first effect is not clearly above zero.

Predictions, written before the runs: `PREDICTIONS` below.
"""

from __future__ import annotations

from sim.study.verdict import Prediction

NAME = "points_decay"
TITLE = {
    "en": "Points: balances that lapse, effects that weaken",
    "zh": "积分:余额的失效与效果的减弱",
}

PREDICTIONS = (
    Prediction(
        "H1.1",
        "Without any balance decay WI can be of either sign; it is positive mainly for core "
        "volunteers, where the price is out of reach, or where shelves run empty.",
        "WI > 0 in more than 95 % of the prior, or core and casual volunteers do not differ",
    ),
    Prediction(
        "H1.2",
        "Short validity cuts the liability but raises what lapses unused, and costs more "
        "participation among those who act seldom than among the core.",
        "both lose alike, or participation rises at every frequency",
    ),
    Prediction(
        "H1.3",
        "A window of about one to two times what an ordinary volunteer needs for the cheapest "
        "reward costs least per hour; a lower price or an endowment moves the best window down.",
        "cost per hour is monotone in the window at every price",
    ),
    Prediction(
        "H1.4",
        "More variety and stock restore the effect if it weakened through satiation or empty "
        "shelves, and do not if it weakened through adaptation or crowding out.",
        "the remedy works, or fails, whatever the cause",
    ),
    Prediction(
        "H1.5",
        "Even with no synergy, points with honours last longer than points alone.",
        "WI of both is at least WI of points, at zero synergy",
    ),
)

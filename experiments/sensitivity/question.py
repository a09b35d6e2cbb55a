"""Which of the unknown numbers decide what the model says, and which causes could be left out?

Question. Some forty numbers of the model are known only within wide ranges. For each headline outcome:
which of them matter, by themselves or together with others; what do the important ones do along
their range; and what changes if a whole cause is taken out?

Design. Four stages; each is decided by the tables of those before it.
1. *Screening*: elementary effects (Morris) of 37 numbers and of a dummy that changes nothing.
2. *Indices*: Sobol indices of the numbers with the largest effects over all headline outcomes, and of
   the dummy; the others stay at their defaults.
3. *Curves*: the most important of these, one at a time.
4. *Structure*: one cause at a time is taken out, in the same draws of all 37 numbers, under the same
   luck; and the community is run at its full size, to see whether the size that the other stages run
   at changes the answer.
Every point is run with points and without, under the same luck. The twin without points does not
read the numbers that only points need (they are left at their defaults there, so that many twins are
one run). Stages 1 to 4 run a quarter of the community (`full`) or a tenth (`quick`): for the
same time, more points at a quarter give narrower intervals than fewer at full size, since
the luck of a run is a small part of the variance.

Measure. The effect of points is volunteer acts a week with points less those without: early (weeks
1 to 26) and late (weeks 105 to 156). Weakening is early less late, not WI: WI divides by the
early effect, which is near nothing where points are weak, and a quotient without a variance has no
indices. WI is given where means over many draws are divided. Representation and unmet need are
those of the last year; the fund's balance that of the last week. What the fund paid is shown beside.

Predictions (written before the runs).
S4.1 Weakening depends more on how unequal propensities are (sigma_u) than on how fast rewards are
     taken for granted (alpha). Refuted if alpha has the larger total index, beyond the interval.
S4.2 The late effect depends most on the launch strength of points (B_R). Refuted if another number has
     a larger total index, beyond the interval.
S4.3 The elderly's representation at events hangs on who is online, migrants' on when they are
     free: each is among the two most important numbers there. Refuted if one of them is among the
     two in fewer than 5 % of the resamples.
S4.4 The fund's balance depends more on the sum it starts with than on everything that makes points
     weak or strong. Refuted if the latter have the larger mean squared effect, beyond the interval.
S4.5 Taking rewards for granted weakens points more than any other cause: without it the late effect
     rises more, relative to the early one, than without any other. Refuted if it rises more without
     another one, beyond the interval.
"""

from __future__ import annotations

from sim.study.verdict import Prediction

NAME = "sensitivity"
TITLE = {
    "en": "Which unknowns decide what the model says?",
    "zh": "哪些未知量决定模型的结论?",
}

PREDICTIONS = (
    Prediction(
        "S4.1",
        "The weakening of the effect of points depends more on how unequal people's propensities are "
        "(sigma_u) than on how fast rewards are taken for granted (alpha).",
        "alpha has the larger total index for early less late effect (the larger mean squared "
        "effect, if stage 2 does not have both), beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.2",
        "The late effect of points depends most on their launch strength (B_R).",
        "another number has a larger total index, beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.3",
        "The elderly's representation at events hangs on who is online, migrants' on when they are "
        "free: each is among the two most important numbers there.",
        "one of them is among the two in fewer than 5 % of the resamples",
    ),
    Prediction(
        "S4.4",
        "The fund's balance depends more on the sum it starts with than on everything that makes "
        "points weak or strong.",
        "the latter have the larger mean squared effect, beyond the 95 % interval of the difference",
    ),
    Prediction(
        "S4.5",
        "Taking rewards for granted weakens points more than any other cause: without it WI falls more "
        "than without any other.",
        "WI falls more without another cause, beyond the 95 % interval of the difference",
    ),
)

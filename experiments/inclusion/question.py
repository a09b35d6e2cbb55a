"""Which levers bring in the elderly and migrants, at what price, and what comes of it for needs?

Question. The account of the case says that the elderly, migrants and people with a low income are
under-represented, and recommends an offline channel, flexible tasks, outreach and leaders. Whom
does each of these levers bring in for the same money? Does it matter whom outreach is aimed at, and
what does asking along the ties that are there do? If more of a group took part, would more of its
needs be known and met? And which gaps can no lever close?

Design. Three years of the practice (156 weeks); the last 52 weeks are looked at. Five parts, each
with the arm `none` (no lever). Every arm is run in *worlds*, draws of 24 unknowns; all arms of a
world share every draw of luck. All arms have the same income, so large that the fund cuts nothing,
and every table shows what the fund paid.

- `levers`: offline channel, flexible tasks and outreach (to the inactive), each on and off. Every
  arm but `none` spends the same 1,200 yuan a week: levers that are on share it equally, and a
  lever's strength (hazard of noticing, time recovered, contacts) goes with its money as it does in
  the model when the fund is short; `events` spends it on more events instead. So there are two
  references: `none`, which keeps the money, and `events`, which spends as much as the levers.
- `outreach`: 400 contacts a week to anybody, the inactive, those offline, the elderly, migrants,
  or (placebo) those already active. So many, because the effect of few drowns in luck.
- `ties`: asks along the ties that are there, at no cost: branches call their members twice as often,
  neighbours pass an ask on twice as readily, or both.
- `doses`: .5, 1, 1.5 and 2 times as many asks reach the elderly, migrants, or both, by fiat.
- `offsets`: residual offsets of 0, -.25, -.5 and -.7 for both groups, without levers and with all
  three levers at their declared strength (3,200 yuan a week).

Measure. Taking part: an act of event, volunteering or deliberation within 13 weeks, mean of the
last 52 weeks; also by mode, and as standing roles (register, mediator; partners are organisations,
so a mediator is the nearest to a partner's role). Representation: share of those who take part over
share of adults. Gap, fixed before the runs: the mean of two parity gaps, 1 - lowest/highest share
that takes part, one over ages (young, middle, elderly) and one over origins (migrant, local). Needs
are those born in the 52 weeks before the last 12, followed for 12 weeks; unknown need is the number
of open needs that nobody has found.

Predictions (written before the runs; sense and criteria of
`docs/explanation/what-the-model-is-for.md`).
H3.1 The offline channel raises the elderly's representation and hardly moves migrants'; flexible
tasks do the reverse. Refuted if cross-effects are as large as own effects. Judged for each lever
alone, any form, against both references, which must agree.
H3.2 Targeted outreach closes more of the gap per yuan than random outreach; asking along Party and
active ties raises totals and widens the gap. Refuted if the gap falls under asking along ties.
H3.3 When more of the elderly and migrants take part, need that nobody knows of falls in their group
by more than volunteer hours rise. Refuted if needs met stay flat. Judged between doses .5 and 2 of
both groups, in shares of the value at dose 1; flat is within one percentage point of needs met.
H3.4 If residual group offsets are zero, the levers can bring representation to .9 or more; if
matching an observed gap takes an offset below -.5, they cannot, and motives rather than access are
the problem. Refuted if levers fail with zero offsets, or succeed below -.5. Judged for each group
and for the one that is further behind.
"""

from __future__ import annotations

from sim.study.verdict import Prediction

NAME = "inclusion"
TITLE = {
    "en": "Who takes part, and which levers change it?",
    "zh": "谁在参与?哪些举措能改变?",
}

PREDICTIONS = (
    Prediction(
        "H3.1",
        "The offline channel raises the elderly's representation and hardly moves migrants'; flexible tasks do the reverse",
        "cross-effects are as large as own effects",
    ),
    Prediction(
        "H3.2",
        "Targeted outreach closes more of the gap per yuan than random outreach; asking along Party and active ties raises totals and widens the gap",
        "the gap falls under asking along ties",
    ),
    Prediction(
        "H3.3",
        "When more of the elderly and migrants take part, need that nobody knows of falls in their group by more than volunteer hours rise",
        "needs met stay flat",
    ),
    Prediction(
        "H3.4",
        "If residual group offsets are zero, the levers can bring representation to .9 or more; if matching an observed gap takes an offset below -.5, they cannot, and motives rather than access are the problem",
        "levers fail with zero offsets, or succeed below -.5",
    ),
)

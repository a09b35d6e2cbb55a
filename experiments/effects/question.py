"""What does each switch, lever and cause change, and what changes nothing that matters?

Question. The model has some hundred switches, levers and causes. Taken one at a time, which of them
change an outcome that somebody cares about, by enough to matter; which change it surely by too little to
matter; and which change nothing at all?

Design. One arm for each switch (turned the other way), for each lever of a heading that is on (doubled;
from zero, set to half of its range) and for each cause that has a weight (taken out; for some, made ten
times as strong). Switches and levers are read from the model's own declarations, so that what is
added to the model is looked at from then on. Every arm runs under the seeds of the base, and is compared
with it seed by seed. `full` runs a quarter of the community for two years under 16 seeds, `quick` a
twentieth for one year under five.

Measure. Twenty-one outcomes of the two years, money and hours among them, each with a threshold
of relevance: a difference below it nobody would act on. Thresholds are ours to argue about. A difference
*matters* if its 95 % interval lies beyond the threshold, *does not* if it lies within, and is *open*
otherwise. Intervals are each by itself; with some 2,500 of them, one in forty of those that
stand for nothing lies wholly on one side of zero, but hardly any beyond a threshold.

Predictions (written before the run).
L1.1 Each of the three platforms and six mechanisms, taken out, changes some outcome by enough to matter.
     Refuted if one of them changes none.
L1.2 More than half of the levers, doubled, change some outcome by enough to matter.
     Refuted if fewer do.
L1.3 Ten times the hazards, the disputes or the grievances lowers trust by enough to matter, each.
     Refuted if one of the three does not.
L1.4 Trust can be moved both ways: some arm raises it and some arm lowers it by enough to matter.
     Refuted if no arm does the one or the other.
"""

from __future__ import annotations

from sim.study.verdict import Prediction

NAME = "effects"
TITLE = {
    "en": "What does each switch, lever and cause change?",
    "zh": "每个开关、手段和成因各改变什么?",
}

PREDICTIONS = (
    Prediction(
        "L1.1",
        "Each of the three platforms and six mechanisms, taken out, changes some outcome by enough to "
        "matter.",
        "one of them changes none",
    ),
    Prediction(
        "L1.2",
        "More than half of the levers, doubled, change some outcome by enough to matter.",
        "fewer do",
    ),
    Prediction(
        "L1.3",
        "Ten times the hazards, the disputes or the grievances lowers trust by enough to matter, each.",
        "one of the three does not",
    ),
    Prediction(
        "L1.4",
        "Trust can be moved both ways: some arm raises it and some arm lowers it by enough to matter.",
        "no arm does the one or the other",
    ),
)

"""How many partners are enough, how many of them must be active, and who pays for them?

Question. A community can have no partner or eighty. More partners can serve more needs and are
more readily found for a project; they also have to agree with one another, some of them are
partners in name only, and public-benefit partners are paid from the fund. What does their number
change, and what is better changed instead: their activity, the staff that coordinates them, the
platform they meet on, or their kinds?

Design. Two years of the practice (104 weeks): several rounds of decisions (27 weeks on average
with 80 partners at the highest cost of coordination; twice as long in the slowest world) and of
13-week projects, and five times the 20 weeks in which a partner's commitment forgets. Partners
neither join nor leave, except in the last part. All arms have the same grant, so what the fund
paid stands beside every result. Each arm is run in *worlds*, draws of fifteen unknowns; all arms
of a world share every draw of luck.

- `curve`: 0 to 80 partners by share active, with one post of coordination staff; 37 % active in
  more worlds, because luck weighs more where few act.
  At 37 % active 16 worlds left the bend of H2.1 undecided; a look at them led to 40.
- `waits`: 5 to 80 partners without staff and with two posts, 37 % active.
- `free`: the same where coordination costs nothing, without staff. A check of the code.
- `twins`: 41 partners of whom 37 % are active, and 15 fully active ones.
- `factorial`: 0 to 80 partners in every combination of share active, staff, platform and mix of
  kinds; each combination in a world of its own, so that its numbers share all their luck.
- `endogenous`: 11 partners at the start, free to leave, and candidates free to join.

Measure. Needs met: of all needs that arose, the share met within 12 weeks. Two waits, because "the
wait for a project" can be read in two ways; they were fixed after reading the equations and a dozen
trial runs of one seed, before the experiment's own runs. (a) From proposal to
running, as the figure `project_wait` has it: H2.2 is judged by this one. By equation S3 it can
only grow with the number of partners. (b) Of a domain, from the week in which it has needs that
nobody has taken on and no project running, until one runs there; finding somebody who takes it
on is part of it. It is reported beside. Both are medians that count what still waits at the end.
The fund: what it holds at the end.

Predictions (written before the runs; sense and criteria of
`docs/explanation/what-the-model-is-for.md`).
H2.1 Needs met rise with the number of partners, but less and less; the domains covered saturate
before 41 if abilities overlap. Refuted if linear up to 80.
H2.2 With a cost of coordination and no staff, the median wait for a project is shortest at an
interior number, and staff move it up; without that cost there is no such minimum. In the upper
half of the range of the cost the minimum lies between 11 and 41. Refuted if it lies above 60
throughout.
H2.3 41 partners of whom 37 % are active produce about what 15 fully active ones do, with worse
waits. Refuted if projects differ by more than 10 %.
H2.4 The fund depends on the share of market operators and on users, not on the number of
partners. Refuted if the number alone explains over half of the fund's variance.
"""

from __future__ import annotations

from sim.study.verdict import Prediction

NAME = "partner_count"
TITLE = {
    "en": "How many partners, and how active?",
    "zh": "需要多少合伙人,多活跃?",
}

PREDICTIONS = (
    Prediction(
        "H2.1",
        "Needs met rise with the number of partners, but less and less; the domains covered saturate before 41 if abilities overlap",
        "linear up to 80",
    ),
    Prediction(
        "H2.2",
        "With a cost of coordination and no staff, the median wait for a project is shortest at an interior number, and staff move it up; without that cost there is no such minimum (a check of the code). In the upper half of the range of the cost the minimum lies between 11 and 41",
        "the minimum lies above 60 throughout",
    ),
    Prediction(
        "H2.3",
        "41 partners of whom 37 % are active produce about what 15 fully active ones do, with worse waits",
        "projects differ by more than 10 %",
    ),
    Prediction(
        "H2.4",
        "The fund depends on the share of market operators and on users, not on the number of partners",
        "the number alone explains over half of the fund's variance",
    ),
)

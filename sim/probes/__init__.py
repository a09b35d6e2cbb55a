"""What an experiment looks at inside a run, besides the weekly figures: one file a probe.

A probe is a class `Probe`: it is made with the community before week 0 of the practice, its `week`
is called after every week, and its `outcomes` are added to the run's. `MEASURES` declares unit
and meaning of each. A probe reads; it changes nothing.
"""

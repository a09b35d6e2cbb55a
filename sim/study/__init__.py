"""Studies: many runs of a model, planned, made by any executor, stored, and read as one table.

`factors` says what may vary, `design` lays out arms, `plan` joins them with seeds, `subject` is
what is run, `runner` has an executor run it, `store` keeps what came of it, and `study` is the
whole from plan to table.
"""

"""Figures and measures from stored results: tables in, no model. Only here is a chart drawn."""

import os
from contextlib import suppress

# A backend of the user's that matplotlib does not know is no reason to stop: figures are drawn on
# canvases of their own. One that it knows stays the user's.
_backend = os.environ.pop("MPLBACKEND", None)
import matplotlib  # noqa: E402

if _backend is not None:
    os.environ["MPLBACKEND"] = _backend
    with suppress(ValueError):
        matplotlib.rcParams["backend"] = _backend

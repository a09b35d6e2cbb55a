"""The files of an experiment as one, so that tests can name what any of them defines."""

import sys
from types import SimpleNamespace

from sim.study import experiment


def everything(name: str) -> SimpleNamespace:
    """Return all that the files of an experiment define; what the experiment gives comes first."""
    given = experiment.load(name)
    for path in sorted((experiment.folder() / name).glob("*.py")):
        __import__(f"{given.__name__}.{path.stem}")
    found: dict[str, object] = {}
    for title, module in list(sys.modules.items()):
        if title.startswith(f"{given.__name__}."):
            found |= vars(module)
    return SimpleNamespace(**{**found, **vars(given)})

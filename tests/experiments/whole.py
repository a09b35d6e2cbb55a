"""The files of an experiment as one, so that tests can name what any of them defines."""

import sys
from types import SimpleNamespace

from sim.study import experiment


def everything(name: str) -> SimpleNamespace:
    """Return all that the files of an experiment define; what the experiment gives comes first.

    `files` are its modules by name: what they use is replaced there.
    """
    given = experiment.load(name)
    for path in sorted((experiment.folder() / name).glob("*.py")):
        __import__(f"{given.__name__}.{path.stem}")
    start = f"{given.__name__}."
    files = {
        title.removeprefix(start): module
        for title, module in sys.modules.items()
        if title.startswith(start)
    }
    found = {name: value for module in files.values() for name, value in vars(module).items()}
    return SimpleNamespace(**{**found, **vars(given), "files": files})

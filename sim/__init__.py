"""redmaple: an agent-based simulation of multi-stakeholder community governance.

    import sim
    community = sim.load("fengshu", seed=1, overrides={"scale": 0.02})
    community.run_for(52)
    community.records.to_frame()

The model explains and explores; it does not forecast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.model import Community, load
    from sim.scenario import Scenario

__version__ = "0.1.0"
__all__ = ["Community", "Scenario", "__version__", "load"]

_HOMES = {"Community": "sim.model", "load": "sim.model", "Scenario": "sim.scenario"}


def __getattr__(name: str) -> Any:
    """Import the public names when first used, so that `redmaple --help` stays quick."""
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    """List the public names, loaded or not, so that a notebook finds them."""
    return sorted({*globals(), *__all__})

"""The equations of docs/odd.md are those of the code: they stand in its docstrings.

Whoever changes the code of a rule that has an equation must look at the equation too:
`tests/equations.json` says which code each equation was last seen to describe.
"""

import json

import pytest

from sim.words import reference
from tests.update_baselines import EQUATIONS, code_of_equations

SEEN = json.loads(EQUATIONS.read_text(encoding="utf-8"))
NOW = code_of_equations()


def stale(now, seen):
    """Return what is to be done about an equation, or nothing."""
    if seen is None or now == seen:
        return None if now == seen else "is new"
    if now["code"] == seen["code"]:
        return "has another equation for the same code"
    if now["equation"] == seen["equation"]:
        return "has other code: change its equation, or see that it still holds"
    return "has other code and another equation"


@pytest.mark.parametrize("name", sorted(NOW))
def test_code_and_equation_change_together(name):
    word = stale(NOW[name], SEEN.get(name))
    assert word is None, f"{name} {word}; then run `uv run python -m tests.update_baselines`"


def test_a_change_of_either_is_seen():
    seen = {"code": "a", "equation": "x = y"}
    assert stale(seen, seen) is None
    assert "change its equation" in stale({"code": "b", "equation": "x = y"}, seen)
    assert stale({"code": "a", "equation": "x = 2 y"}, seen)
    assert stale({"code": "b", "equation": "x = 2 y"}, seen)
    assert stale(seen, None) == "is new"


def test_no_equation_is_gone():
    assert sorted(SEEN) == sorted(NOW)


def test_the_description_shows_every_equation():
    text = (reference.DOCS / "odd.md").read_text(encoding="utf-8")
    missing = [name for name in NOW if f"<!-- equation: {name} -->" not in text]
    assert not missing


def test_a_page_that_asks_for_an_unknown_equation_is_refused():
    with pytest.raises(ValueError, match=r"gives the equation: rules\.no\.such"):
        reference.filled("<!-- equation: rules.no.such -->\n<!-- end -->")

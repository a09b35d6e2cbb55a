"""`redmaple compare`: what it is given is checked before anything runs, and what it writes is whole."""

import json
import re
from pathlib import Path

import pytest

from sim.cli import execute

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "compare-designs.md"
TINY = ["--set", "scale=0.004", "--set", "population.burn_in=2", "--weeks", "3"]


def test_the_page_the_table_and_what_differs(capsys, tmp_path):
    page = tmp_path / "page.html"
    given = ["compare", "fengshu", "fengshu", "inclusive", *TINY, "--replications", "2"]
    assert (
        execute([*given, "--with", "B:points.on=false", "--html", str(page), "--lang", "zh"]) == 0
    )
    printed = capsys.readouterr()
    assert "differ in 1 number: incentives.points.on true -> false." in printed.err
    assert "C (inclusive) and A (fengshu) differ in" in printed.err
    assert printed.out.count("B - A") == 2
    text = page.read_text(encoding="utf-8")
    assert '<html lang="zh-CN">' in text
    assert "方案并排比较" in text
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_json_of_two_is_one_comparison_and_of_three_a_list(capsys):
    given = ["compare", "fengshu", "fengshu", *TINY, "--replications", "2", "--json"]
    assert execute([*given, "--with", "B:points.rate=2"]) == 0
    one = json.loads(capsys.readouterr().out)
    assert one["differences"] == 1
    assert one["worlds"] == 0
    assert execute([*given, "fengshu"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 2


def test_worlds_are_said_in_the_table(capsys):
    given = ["compare", "fengshu", "no-points", *TINY, "--worlds", "2"]
    assert execute(given) == 0
    assert "2 draws of what nobody knows, 2 seeds each" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--with", "Z:points.on=false"], "must begin with a design's letter, A to B"),
        (["--with", "B:points.onn=false"], "did you mean"),
        (["--lang", "fr"], "is not en or zh"),
        (["--worlds", "-1"], "between 0 and 4096 draws"),
        (["--html", "/nowhere/at/all/page.html"], "there is no folder"),
        (["--html", "."], "is a folder"),
        (["--with", "B:scale=0.5"], "designs are compared in one community"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_before_anything_runs(capsys, more, says):
    assert execute(["compare", "fengshu", "fengshu", *TINY, *more]) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert not printed.out


def test_the_commands_of_the_guide_work_as_written(tmp_path, monkeypatch, capsys):
    """The second as it stands; the first at a small size, whose worlds take long."""
    monkeypatch.chdir(tmp_path)
    commands = [
        line.removeprefix("uv run redmaple ").split()
        for block in re.findall(r"^```bash\n(.*?)^```", GUIDE.read_text("utf-8"), re.M | re.S)
        for line in block.splitlines()
    ]
    assert len(commands) == 2
    first, second = commands
    smaller = ["2" if word == "32" else word for word in first]
    assert execute([*smaller, *TINY]) == 0
    assert execute(second) == 0
    assert (tmp_path / "report.html").is_file()
    capsys.readouterr()

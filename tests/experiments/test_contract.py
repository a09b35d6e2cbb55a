"""What every experiment must give, and what is published of it."""

import inspect
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.editions import EDITION, EDITIONS, note
from sim.errors import FigureWarning, InputError
from sim.study import experiment as experiments
from sim.study.study import Study
from sim.study.table import DONE
from sim.system.crew import in_process

NAMES = experiments.available()
REFERENCE = experiments.REFERENCE
PREDICTED = Path(experiments.__file__).parents[2] / "docs/explanation/what-the-model-is-for.md"

TOY = '''"""Does x decide?

Design: x is 0 or 1.
"""

from sim.analysis import charts
from sim.study.known import Known
from sim.study.plan import Plan, arm
from sim.study.verdict import Prediction, Verdict

NAME = "toy"
TITLE = {"en": "Toy", "zh": "玩具"}
PREDICTIONS = (Prediction("T1", "y differs", "y does not differ"),)
OUTCOMES = ("y",)


def plans(scale, precision=None):
    places = {"quick": (0.4, 0.9), "full": (0.1, 0.4, 0.9)}[scale]
    subject = Known("ishigami")
    yield Plan(f"toy-only-{scale}", subject, tuple(
        arm(f"{x}", {"x1": x, "x2": 0.2, "x3": 0.3}, place=x) for x in places), 3)


def achieved(frames):
    return "y is known exactly."


def tables(frames):
    (frame,) = frames.values()
    table = frame.groupby("place", as_index=False)["y"].mean().rename(columns={"y": "estimate"})
    return {"means": table.assign(low=table["estimate"] - 1, high=table["estimate"] + 1)}


def verdicts(tables):
    values = tables["means"]["estimate"]
    differs = values.max() - values.min() > 0.1
    return [Verdict("T1", "supported" if differs else "refuted", f"range {values.max() - values.min():.2f}")]


def figures(tables, language, scale="full"):
    words = charts.Words("Toy" if language == "en" else "玩具", x="y", y="x")
    return {"means": charts.intervals(tables["means"], words, language, row="place")}
'''


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    path = tmp_path / "toy.py"
    path.write_text(TOY, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_an_experiment_states_question_design_and_predictions(name: str) -> None:
    module = experiments.load(name)
    assert name == module.NAME
    assert experiments.question(module).endswith("?")
    assert set(module.TITLE) == set(experiments.LANGUAGES)
    assert "Design" in module.__doc__
    assert "redictions" in module.__doc__
    assert module.PREDICTIONS
    assert all(one.claim and one.refuted_if for one in module.PREDICTIONS)


def test_every_published_prediction_is_tested_by_one_experiment() -> None:
    published = {
        line.split("|")[1].strip()
        for line in PREDICTED.read_text(encoding="utf-8").splitlines()
        if line.startswith("| H")
    }
    tested = [one.id for name in NAMES for one in experiments.load(name).PREDICTIONS]
    assert len(published) == 13
    assert published == {identifier for identifier in tested if identifier[0] == "H"}
    assert len(set(tested)) == len(tested)


@pytest.mark.parametrize("name", NAMES)
def test_plans_are_the_same_each_time_and_named_after_the_experiment(name: str) -> None:
    module = experiments.load(name)
    first, second = (next(module.plans("quick")) for _ in range(2))
    assert first == second
    assert first.name.startswith(f"{name}-")
    assert first.name.endswith("-quick")
    assert list(inspect.signature(module.plans).parameters) in (["scale"], ["scale", "precision"])


def test_an_experiment_of_ones_own_is_conducted_and_published(toy: Path, tmp_path: Path) -> None:
    module = experiments.load(str(toy))
    result = experiments.conduct(module, "quick", in_process(), tmp_path / "studies")
    out = tmp_path / "published"
    about = experiments.publish(module, "quick", result, out, "redmaple experiment toy.py")
    assert result.verdicts[0].finding == "supported"
    assert about["studies"][0]["runs"] == 6
    names = {path.name for path in out.iterdir()}
    assert names == {
        "experiment.json", "runs", "means.csv", "verdicts.csv",
        "means.en.png", "means.en.svg", "means.zh.png", "means.zh.svg",
    }  # fmt: skip
    tables, verdicts = experiments.derived(module, out)
    assert verdicts == result.verdicts
    pd.testing.assert_frame_equal(tables["means"], result.tables["means"])
    text = experiments.summary_text(module, "quick", result, out)
    assert "SUPPORTED" in text
    assert "Indicative only" in text
    assert max(map(len, text.splitlines()[:-1])) <= 100


def test_a_block_with_a_failed_run_is_left_out_whole() -> None:
    frame = pd.DataFrame({"block": [0, 0, 1, 1], "status": [DONE, "failed", DONE, DONE]})
    whole, dropped = experiments.whole_blocks(frame)
    assert whole["block"].tolist() == [1, 1]
    assert dropped == [0]


def test_a_figure_that_cannot_be_drawn_takes_nothing_with_it(toy: Path, tmp_path: Path) -> None:
    guard = 'if language == "zh":\n        raise OSError("no ink")\n    return {"means": charts'
    toy.write_text(TOY.replace('return {"means": charts', guard), "utf-8")
    module = experiments.load(str(toy))
    result = experiments.conduct(module, "quick", in_process(), tmp_path / "studies")
    out = tmp_path / "published"
    with pytest.warns(FigureWarning, match=r"what toy shows in zh could not be drawn .*no ink"):
        about = experiments.publish(module, "quick", result, out, "redmaple experiment toy.py")
    assert about["figures"] == ["means.en"]
    assert {path.name for path in out.iterdir()} == {
        "experiment.json", "runs", "means.csv", "verdicts.csv", "means.en.png", "means.en.svg",
    }  # fmt: skip


def test_an_experiment_without_a_whole_block_is_refused(toy: Path, tmp_path: Path) -> None:
    text = TOY.replace("from sim.study.known import Known", f"from {__name__} import Failing")
    toy.write_text(text.replace("Known(", "Failing("), "utf-8")
    with pytest.raises(InputError, match="no block is whole, 6 runs failed"):
        experiments.conduct(experiments.load(str(toy)), "quick", in_process(), tmp_path)


class Failing:
    """A subject whose runs all fail."""

    def __init__(self, name: str) -> None:
        self.name = name

    def check(self, changes: object) -> None:
        return

    def address(self, changes: dict) -> str:
        return repr(sorted(changes.items()))

    def code(self) -> str:
        return "1"

    def make(self, changes: object, seed: int) -> None:
        raise RuntimeError("always")

    def manifest(self) -> dict:
        return {"kind": "failing"}


@pytest.mark.parametrize(
    ("text", "part"),
    [("NAME = 'x'", "does not define TITLE"), ("def broken(:", "line 1")],
)
def test_a_file_that_is_no_experiment_is_refused(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(text)
    with pytest.raises(InputError, match=part):
        experiments.load(str(path))


def unfolded(place: Path) -> Path:
    """Return a folder that holds the toy in files of its own."""
    place.mkdir()
    question, rest = TOY.split("from sim.analysis import charts\n")
    _, design = rest.split("NAME = ")
    named, design = ("NAME = " + design).split("OUTCOMES")
    imports = rest.split("NAME = ")[0]
    parts = ("def achieved", "def verdicts", "def figures")
    texts = []
    design = "OUTCOMES" + design
    for part in parts:
        before, design = design.split(part)
        texts.append(before)
        design = part + design
    homes = ("design", "tables", "verdicts", "figures")
    (place / "question.py").write_text(question + imports + named, encoding="utf-8")
    for home, text in zip(homes, (*texts, design), strict=True):
        head = "from .question import NAME\nfrom sim.analysis import charts\n" + imports
        (place / f"{home}.py").write_text(head + text, encoding="utf-8")
    return place


def test_an_experiment_may_be_a_folder(toy: Path, tmp_path: Path) -> None:
    whole = experiments.load(str(toy))
    parted = experiments.load(str(unfolded(tmp_path / "toys")))
    assert experiments.question(parted) == "Does x decide?"
    assert parted.PREDICTIONS == whole.PREDICTIONS
    results = [
        experiments.conduct(one, "quick", in_process(), tmp_path / one.__name__)
        for one in (whole, parted)
    ]
    assert results[0].verdicts == results[1].verdicts


def test_a_folder_that_lacks_a_file_or_has_a_broken_one_is_refused(tmp_path: Path) -> None:
    place = unfolded(tmp_path / "toys")
    (place / "verdicts.py").write_text("def broken(:")
    with pytest.raises(InputError, match=r"verdicts\.py, line 1"):
        experiments.load(str(place))
    (place / "verdicts.py").unlink()
    with pytest.raises(InputError, match=r"it has no verdicts\.py"):
        experiments.load(str(place))


def test_a_precision_is_refused_where_an_experiment_has_none(toy: Path, tmp_path: Path) -> None:
    toy.write_text(TOY.replace("plans(scale, precision=None)", "plans(scale)"), "utf-8")
    module = experiments.load(str(toy))
    with pytest.raises(InputError, match=r"--precision 0\.1: experiment toy has a fixed number"):
        experiments.conduct(module, "quick", in_process(), tmp_path, precision=0.1)
    assert experiments.conduct(module, "quick", in_process(), tmp_path).verdicts


def test_no_file_of_an_experiment_is_longer_than_three_hundred_lines() -> None:
    for path in experiments.folder().glob("**/*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path


# --- What is published of the experiments that come with the package ------------------------------

PUBLISHED = sorted(path.parent.name for path in REFERENCE.glob(f"*/{experiments.ABOUT}"))
ABOUT = {
    name: json.loads((REFERENCE / name / experiments.ABOUT).read_text(encoding="utf-8"))
    for name in PUBLISHED
}
CURRENT = [name for name in PUBLISHED if experiments.edition_of(ABOUT[name]) == EDITION]
"""What the present edition of the model made; the others say that they are of an earlier one."""


def test_what_is_published_is_an_experiment_and_the_first_four_are_published() -> None:
    """An experiment that was just added needs no published run."""
    assert {"points_decay", "partner_count", "inclusion", "sensitivity"} <= set(PUBLISHED)
    assert set(PUBLISHED) <= set(NAMES)


def same(stored: pd.DataFrame, made: pd.DataFrame) -> None:
    """Compare a table with its CSV: words exactly, numbers to nine digits."""
    assert list(stored.columns) == list(made.columns)
    assert len(stored) == len(made)
    for column in stored.columns:
        left, right = stored[column], made[column].reset_index(drop=True)
        if pd.api.types.is_numeric_dtype(left) and not pd.api.types.is_bool_dtype(left):
            pd.testing.assert_series_equal(
                left.astype(float), right.astype(float), rtol=1e-9, atol=1e-12
            )
        else:
            assert left.fillna("").astype(str).tolist() == right.fillna("").astype(str).tolist()


@pytest.mark.parametrize("name", CURRENT)
def test_published_tables_and_verdicts_follow_from_the_published_runs(
    name: str, tmp_path: Path
) -> None:
    module = experiments.load(name)
    tables, verdicts = experiments.derived(module, REFERENCE / name)
    experiments.write_tables(tmp_path, tables, verdicts)
    for path in sorted(tmp_path.glob("*.csv")):
        same(pd.read_csv(REFERENCE / name / path.name), pd.read_csv(path))
    assert {v.id for v in verdicts} == {p.id for p in module.PREDICTIONS}


@pytest.mark.parametrize("name", CURRENT)
def test_a_small_slice_of_the_published_runs_is_made_again(name: str) -> None:
    """A run of the first study and one of the last; six digits agree on any processor."""
    out = REFERENCE / name
    about = json.loads((out / experiments.ABOUT).read_text(encoding="utf-8"))
    outcomes = experiments.load(name).OUTCOMES
    for study, place in ((about["studies"][0]["name"], 0), (about["studies"][-1]["name"], -1)):
        plan, frame = experiments.published_study(out, study)
        kept = frame.set_index(experiments.PLACE).sort_index()
        run = plan.runs[place]
        row = kept.loc[(run.arm.block, run.arm.label, run.replication)]
        assert row["seed"] == run.seed
        made = plan.subject.make(dict(run.arm.changes), run.seed)
        for outcome in set(outcomes) & set(made.outcomes):
            if row[outcome] == 0 and np.isnan(made.outcomes[outcome]):
                continue  # earlier versions wrote 0 where there was nobody
            assert made.outcomes[outcome] == pytest.approx(row[outcome], rel=1e-6, nan_ok=True), (
                f"{outcome}: results have changed, run the experiment again"
            )


@pytest.mark.parametrize("name", sorted(set(PUBLISHED) - set(CURRENT)))
def test_what_an_earlier_edition_made_says_so_and_is_not_replayed(name: str) -> None:
    said = note(experiments.edition_of(ABOUT[name]))
    assert said.startswith("Made with edition")
    page = (REFERENCE / "README.md").read_text(encoding="utf-8")
    section = page[page.index(ABOUT[name]["title"]["en"]) :]
    assert said in section[: section.find("| prediction |")]
    with pytest.raises(InputError, match="in which its runs come out differently; commit"):
        experiments.published_study(REFERENCE / name, ABOUT[name]["studies"][0]["name"])


def test_the_present_edition_needs_no_note_and_each_other_one_tells_all_that_came_since() -> None:
    assert note(EDITION) == note(EDITION, "zh") == ""
    for earlier in range(1, EDITION):
        for later in range(earlier + 1, EDITION + 1):
            assert EDITIONS[later][0] in note(earlier)
            assert EDITIONS[later][1] in note(earlier, "zh")


@pytest.mark.parametrize("name", CURRENT)
def test_a_published_run_is_found_by_its_identifier(name: str) -> None:
    out = REFERENCE / name
    about = json.loads((out / experiments.ABOUT).read_text(encoding="utf-8"))
    plan, frame = experiments.published_study(out, about["studies"][0]["name"])
    wanted = frame.iloc[7]
    run, row = experiments.published_run(plan, frame, wanted["run_id"][:10])
    same = frame[frame["run_id"] == wanted["run_id"]]
    assert run.arm.label in set(same["arm"]), "arms that come to the same are one run"
    assert run.seed == wanted["seed"]
    assert row["digest"] == wanted["digest"]
    with pytest.raises(InputError, match="give the run_id of one"):
        experiments.published_run(plan, frame, "")


def test_the_page_on_published_results_is_up_to_date() -> None:
    page = (REFERENCE / "README.md").read_text(encoding="utf-8")
    assert page == experiments.gallery(REFERENCE), "run `uv run python -m sim.study.experiment`"


def test_a_folder_that_is_not_published_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no published experiment"):
        experiments.published_study(tmp_path, "x")


def test_studies_of_experiments_can_be_opened_by_name(toy: Path, tmp_path: Path) -> None:
    module = experiments.load(str(toy))
    experiments.conduct(module, "quick", in_process(), tmp_path / "studies")
    assert len(Study.open("toy-only-quick", tmp_path / "studies").frame()) == 6

"""Whatever lies at the door, a scenario comes in or one short sentence comes out, soon."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.errors import LONGEST_SHOWN, InputError, escaped, shown, steers
from sim.scenario import LARGEST_FILE, available, find, folder, load, parse

SECONDS = 10.0
"""Far more than any file may take; a machine under load takes a second for the longest."""

LONGEST_SENTENCE = 900
MUTANTS = 2500


def sentence_of(path: Path | str) -> str:
    """The one sentence with which a file is refused."""
    started = time.perf_counter()
    with pytest.raises(InputError) as error:
        load(path)
    assert time.perf_counter() - started < SECONDS
    return checked(str(error.value))


def checked(text: str) -> str:
    assert text[-1] in ".?", text
    assert len(text) <= LONGEST_SENTENCE
    assert "\n" not in text
    assert not any(steers(character) for character in text)
    return text


def written(folder: Path, text: str | bytes, name: str = "mine.toml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- One by one ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[population]\nresidents = -" + "9" * 400, "more than 15 digits"),
        ("[population]\nresidents = " + "9" * 400, "more than 15 digits"),
        ("[population]\nresidents = " + "9" * 5000, "not valid TOML"),
        ("[population]\nresidents = 0x" + "f" * 5000, "more than 15 digits"),
        ("labels = [0x" + "f" * 5000 + "]", "labels"),
        ("[population]\nscale = -1e400", "not a finite number"),
        ("title = {a" + ".a" * 25 + " = 1}", "title"),
        ("a" + ".a" * 200_000 + " = 1", "more than 30 parts"),
        ("[a" + ".a" * 200_000 + "]", "more than 30 parts"),
        ("title = {" + "a." * 200_000 + "a = 1}", "more than 30 parts"),
        ('"a b"' + ' . "c d"' * 100_000 + " = 1", "more than 30 parts"),
        ("a" * 900_000 + " = 1", "no heading or key"),
        ("[population]\n" + "a" * 900_000 + " = 1", "has no number"),
        ('"' * 900_000, "not valid TOML"),
        ("a." * 450_000, "more than 30 parts"),
        ("x" * 900_000, "not valid TOML"),
        ("title = " + "[" * 400_000, "nested too deep"),
        ("title = " + "{a=" * 300_000, "nested too deep"),
        ("[[story]]\nweek = 1\ndomain = {a" + ".b" * 25 + " = 1}", "story.domain"),
        ("[[story]]\nweek = 1\ndomain = 'medical'\nwho = {'" + "a" * 5000 + "' = 1}", "story.who"),
        ("x" * (LARGEST_FILE + 1), "more than the 1,000,000 bytes"),
        (b"title = '\xff'", "not UTF-8"),
        (b"\x00" * 1000, "not valid TOML"),
    ],
)
def test_what_cannot_be_a_scenario_is_refused_soon_and_shortly(
    tmp_path: Path, text: str | bytes, part: str
) -> None:
    assert part in sentence_of(written(tmp_path, text))


@pytest.mark.parametrize(
    ("parent", "part"),
    [
        ("~nobody-by-this-name/x.toml", "leads nowhere"),
        ("a" * 300 + ".toml", "File name too long"),
        ("a" * 300, "File name too long"),
        ("a/" * 3000 + "x.toml", "File name too long"),
        ("loop.toml", "there is no file"),
        ("loop/x.toml", "there is no file"),
        ("/dev/zero", "not an ordinary file"),
        ("\\u001b[2J.toml", "U+001B"),
    ],
)
def test_an_unreachable_parent_is_named(tmp_path: Path, parent: str, part: str) -> None:
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    says = sentence_of(written(tmp_path, f'extends = "{parent}"'))
    assert says.startswith(str(tmp_path / "mine.toml"))
    assert part in says


def test_a_file_that_never_ends_is_not_read_to_its_end(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    assert "not an ordinary file" in sentence_of(tmp_path / "pipe.toml")


@pytest.mark.parametrize(
    "character", ["\x1b", "\x07", "\x7f", "\x9b", "\u202e", "\u2066", "\u2028"]
)
@pytest.mark.parametrize("key", ["title", "title_zh", "label", "description", "labels"])
def test_words_that_would_steer_a_terminal_are_refused(key: str, character: str) -> None:
    value = f'"a\\u{ord(character):04x}b"'
    with pytest.raises(InputError, match=f"{key} = .* U\\+{ord(character):04X}"):
        parse(f"{key} = {f'[{value}]' if key == 'labels' else value}", "mine.toml")


def test_words_in_any_script_over_several_lines_are_fine() -> None:
    scenario = parse('title = "红枛 ’é\U0001f341"\ndescription = """one\n\ttwo"""')
    assert scenario.title == "红枛 ’é\U0001f341"
    assert scenario.description == "one two"


def test_what_a_message_repeats_is_escaped_and_cut() -> None:
    assert shown("a\x1b[2J\u202eb") == '"a\\x1b[2J\\u202eb"'
    assert shown("a\nb\tc") == '"a b c"'
    assert len(shown("x" * 10**6)) == LONGEST_SHOWN
    assert len(shown([0xF**5000] * 50)) <= LONGEST_SHOWN
    assert shown([1, "a", True, 0.5]) == '[1, "a", true, 0.5]'
    assert escaped("红枫\n") == "红枫\n"
    assert str(InputError("no\x1b[31m red\n here")) == "no\\x1b[31m red here"


def command(*arguments: str | bytes, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments], cwd=cwd, capture_output=True, check=False
    )


@pytest.mark.skipif(os.name == "nt", reason="names are always text there")
def test_names_that_are_not_text_are_refused_before_any_work(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff\xfe.toml"
    with open(name, "w") as file:
        file.write('extends = "fengshu"')
    for arguments in (
        ("run", name, "--weeks", "1"),
        ("run", "fengshu", "--weeks", "1", "--set", "scale=0.001", "--out", b"\xff"),
        ("check", name),
    ):
        done = command(*arguments, cwd=tmp_path)
        assert done.returncode == 2, done.stderr
        assert done.stderr.decode().count("\n") == 1
        assert "is not UTF-8 text" in done.stderr.decode()
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="names are always text there")
def test_a_folder_whose_name_is_not_text_is_refused_before_any_work(tmp_path: Path) -> None:
    place = tmp_path / os.fsdecode(b"\xff")
    place.mkdir()
    (place / "mine.toml").write_text('extends = "fengshu"\n[population]\nscale = 0.001\n')
    done = command("run", "mine.toml", "--weeks", "1", "--out", "made", cwd=place)
    assert done.returncode == 2, done.stderr
    assert "--out made cannot be written: its name is no text." in done.stderr.decode()
    assert os.listdir(place) == ["mine.toml"]
    done = command("check", "mine.toml", cwd=place)
    assert done.returncode == 0, done.stderr


# --- Thousands -------------------------------------------------------------------------------

PIECES = (
    "[", "]", "[[", "]]", "=", ".", ",", "{", "}", '"', "'", '"""', "#", "\n", "\\", "\\u001b", "-",
    "nan", "inf", "-inf", "true", "1e400", "9" * 60, "0x" + "f" * 300, "1979-05-27", "null", "[]",
    "{}", "红枫", "\x1b", "\x00", "\u202e", "on", "population", "[population]", "extends", "story",
    'extends = "fengshu"\n', 'extends = "mutant"\n', "[[story]]\nweek = 3\ndomain = 'medical'\n",
)  # fmt: skip


def mutant(seeds: list[str], lot: random.Random) -> bytes:
    """A scenario of the package, spoilt in one to six places."""
    text = lot.choice(seeds)
    for _ in range(lot.randint(1, 6)):
        at = lot.randrange(len(text) + 1)
        to = min(len(text), at + lot.choice((0, 1, 1, 3, 20, 200)))
        kind = lot.randrange(5)
        if kind == 0:
            text = text[:at] + lot.choice(PIECES) + text[to:]
        elif kind == 1:
            text = text[:at] + text[to:]
        elif kind == 2:
            text = text[:to] + text[at:to] * lot.randint(1, 3) + text[to:]
        else:  # a value or a key, where most of the checks are
            lines = text.split("\n")
            which = lot.randrange(len(lines))
            key, equals, value = lines[which].partition("=")
            piece = lot.choice(PIECES)
            lines[which] = f"{piece}{equals}{value}" if kind == 3 else f"{key}{equals} {piece}"
            text = "\n".join(lines)
    content = text.encode("utf-8", "surrogatepass")
    if lot.random() < 0.05:
        at = lot.randrange(len(content) + 1)
        content = content[:at] + bytes(lot.randrange(256) for _ in range(3)) + content[at:]
    return content


def test_thousands_of_spoilt_scenarios_load_or_are_refused_in_one_sentence(tmp_path: Path) -> None:
    """`MUTANTS` files by a fixed seed: nothing but a scenario or an `InputError`, in bounded time."""
    lot = random.Random(20261125)
    seeds = [(folder() / f"{name}.toml").read_text(encoding="utf-8") for name in available()]
    path = tmp_path / "mutant.toml"
    loaded, slowest = 0, 0.0
    for number in range(MUTANTS):
        path.write_bytes(mutant(seeds, lot))
        started = time.perf_counter()
        try:
            scenario = load(path)
        except InputError as error:
            checked(str(error))
        except Exception as error:  # the file is what the report must hold
            pytest.fail(f"mutant {number}: {error!r}\n{path.read_bytes()!r}")
        else:
            loaded += 1
            assert parse(scenario.to_toml(), scenario.name).digest() == scenario.digest()
        slowest = max(slowest, time.perf_counter() - started)
    assert MUTANTS / 50 < loaded < MUTANTS / 2, "the mutants are too harmless or too harmful"
    assert slowest < SECONDS


def test_the_scenarios_of_the_package_come_in() -> None:
    assert all(find(name).is_file() and load(name).title for name in available())

"""Commands that run scenarios: look at one, run it, follow it, compare two."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli.shared import (
    WEEKS,
    JsonOption,
    ScenarioArgument,
    SeedOption,
    SetOption,
    WeeksOption,
    announce_compilation,
    app,
    check_out,
    check_run,
    checked_scenario,
    folder,
    print_json,
    progress_bar,
    say,
    told_command,
    with_changes,
)
from sim.errors import InputError, shown

MOST_WORLDS = 4096
"""Draws that a comparison may be asked for."""


@app.command()
def scenarios(json: JsonOption = False) -> None:
    """List the scenarios that come with the package."""
    from sim.scenario import titles

    found = titles()
    if json:
        print_json(found)
        return
    width = max(map(len, found), default=0)
    for name, words in found.items():
        both = " · ".join(filter(None, (words["title"], words["title_zh"])))
        print(f"{name:<{width}}  {both}")


@app.command()
def check(scenario: ScenarioArgument, set_: SetOption = None, json: JsonOption = False) -> None:
    """Check a scenario file: names, types, bounds, sums, size."""
    from sim.population import empty_groups
    from sim.scenario import memory_needed, memory_text, people, volumes_of_the_default

    checked = checked_scenario(scenario, set_, remarks=False)
    volumes = volumes_of_the_default(checked)
    needed = memory_needed(checked)
    empty = empty_groups(checked.numbers()["population"])
    if json:
        content = {
            "scenario": checked.name,
            "files": [str(path) for path in checked.chain],
            "given": len(checked.given),
            "numbers": len(checked.flat()),
            "residents": people(checked),
            "memory_bytes": round(needed),
            "digest": checked.digest(),
            "empty_groups": empty,
            "volumes_of_the_default": {
                volume.path: {"value": volume.value, "in_proportion": volume.in_proportion}
                for volume in volumes
            },
        }
        print_json(content)
        return
    print(
        f"{checked.name} is in order: {len(checked.given)} of {len(checked.flat())} numbers given, "
        f"{len(checked.story)} stories, {people(checked):,} residents (about "
        f"{memory_text(needed)}), digest {checked.digest()[:12]}."
    )
    if empty:
        print(f"Nobody is in the group {', '.join(empty)}: its figures will be –, not 0.")
    if volumes:
        print(
            f"{len(volumes)} volumes are still those of the default community; in proportion to "
            f"{checked.value('residents'):,} residents they would be:"
        )
        width = max(len(volume.path) for volume in volumes)
        for path, value, in_proportion, declared in volumes:
            now, then = (f"{x:,.0f}" if x >= 100 else f"{x:.3g}" for x in (value, in_proportion))
            print(f"  {path:<{width}}  {now:>9} -> {then:>9} {declared.unit}")


@app.command()
def explain(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    lang: Annotated[str, typer.Option(metavar="en|zh", help="Language of the words.")] = "en",
) -> None:
    """Say in words what a scenario changes against the base."""
    from sim.words.explain import explain as in_words

    print(in_words(checked_scenario(scenario, set_), lang))


@app.command()
def numbers(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="WORD …", help="Words to look for, English or Chinese; none lists all."
        ),
    ] = None,
    scenario: Annotated[str, typer.Option(help="Scenario whose values are shown.")] = "fengshu",
    json: JsonOption = False,
) -> None:
    """Find numbers of the model: path, value, unit, range, evidence, meaning in both languages."""
    from sim.words.explain import found_numbers, numbers_text

    found = found_numbers(checked_scenario(scenario, remarks=False), words or [])
    if json:
        print_json(found)
        return
    if not found:
        raise InputError(
            f"no number has {' and '.join(map(shown, words or []))} in what is said of it."
        )
    print(numbers_text(found))


@app.command()
def run(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    weeks: WeeksOption = WEEKS,
    seed: SeedOption = 1,
    replications: Annotated[int, typer.Option(help="Runs, each with a seed of its own.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(parser=folder, metavar="DIR", help="Folder for the results; made if need be."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Run a scenario and print its outcomes."""
    check_run(weeks, seed, replications)
    check_out(out)
    chosen = checked_scenario(scenario, set_)
    announce_compilation()
    from sim.cli.aside import get_ready

    aside = get_ready()
    from sim.results import draw_overview, run_and_store, summary_text

    draw = draw_overview if aside is None else aside.draw
    with progress_bar(chosen.name, quiet=json) as progress:
        result = run_and_store(chosen, weeks, seed, replications, out, progress, draw)
    if json:
        print_json(result)
    else:
        print(summary_text(result))


@app.command()
def trace(
    scenario: ScenarioArgument,
    need: Annotated[int | None, typer.Option(metavar="ID", help="Number of a need.")] = None,
    resident: Annotated[
        int | None, typer.Option(metavar="ID", help="Number of a resident.")
    ] = None,
    set_: SetOption = None,
    weeks: Annotated[
        int | None,
        typer.Option(help="Weeks to run; until the end of the scenario's story, or a year."),
    ] = None,
    seed: SeedOption = 1,
) -> None:
    """Tell the life history of a need or a resident; without either, the scenario's story."""
    if need is not None and resident is not None:
        raise InputError("trace wants either --need ID or --resident ID, not both.")
    number, kind = (need, "--need") if resident is None else (resident, "--resident")
    if number is not None and number < 0:
        raise InputError(f"{kind} {number} is out of bounds: numbers begin at 0.")
    if weeks is not None:
        check_run(weeks, seed)
    chosen = checked_scenario(scenario, set_)
    if number is None and not chosen.story:
        raise InputError(
            f"{chosen.name} has no story: trace wants either --need ID or --resident ID."
        )
    announce_compilation()
    from sim.lifelog import Lifelog
    from sim.model import Community
    from sim.trace import follow, trace_need, trace_resident, trace_story, weeks_for

    weeks = weeks_for(chosen) if weeks is None else weeks
    check_run(weeks, seed)
    community = Community(chosen, rng=seed, collect=False)
    count = len(community.residents.age)
    if resident is not None and resident >= count:
        raise InputError(
            f"--resident {resident} is out of bounds: there are {count}, numbered from 0."
        )
    log = None if resident is None else Lifelog(resident)
    with progress_bar(chosen.name) as progress:
        diary = follow(community, weeks, progress, log)
    count = community.needs.count
    if need is not None and need >= count:
        raise InputError(
            f"--need {need} is out of bounds: {count} needs arose in {weeks} weeks, numbered from 0."
        )
    if resident is not None:
        print(trace_resident(community, resident, log))
    elif need is not None:
        print(trace_need(community, need, diary))
    else:
        print(trace_story(community, diary))


@app.command()
def targets(
    scenario: ScenarioArgument,
    set_: SetOption = None,
    seed: SeedOption = 1,
    replications: Annotated[int, typer.Option(help="Runs, each with a seed of its own.")] = 5,
    json: JsonOption = False,
) -> None:
    """Hold the model against the figures published for the case."""
    check_run(1, seed, replications)
    chosen = checked_scenario(scenario, set_)
    announce_compilation()
    from sim.targets import targets as held_against

    with progress_bar(chosen.name, quiet=json) as progress:
        table = held_against(chosen, seed=seed, replications=replications, progress=progress)
    if json:
        print_json(table)
    else:
        print(table.to_string(index=False) if hasattr(table, "to_string") else table)


@app.command()
def docs() -> None:
    """Write the pages that are made from the code, in a checkout: tables of numbers, glossary."""
    from sim.scenario import display
    from sim.words.reference import write

    changed = write()
    for path in changed:
        print(display(path))
    if not changed:
        print("All pages are as the code has them.")


@app.command()
def bench(
    profile: Annotated[
        bool, typer.Option("--profile", help="Where a week's time goes, moment by moment.")
    ] = False,
    communities: Annotated[
        list[int] | None,
        typer.Option(help="A district of so many communities; may be repeated.", metavar="NUMBER"),
    ] = None,
    runs: Annotated[
        int | None, typer.Option(help="So many runs of three years through the study engine.")
    ] = None,
    start: Annotated[
        bool, typer.Option("--start", help="How long the command takes to start, warm and cold.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Measure how fast the model runs on this machine: one run, or what the options ask for."""
    for name, given in (("--communities", communities or []), ("--runs", [runs])):
        for number in given:
            if number is not None and number < 1:
                raise InputError(f"{name} {number} is out of bounds: it must be 1 or more.")
    announce_compilation(helped=False)
    from sim.bench import measurements

    chosen = measurements(profile, communities, runs, start)
    found: dict[str, object] = {}
    for name, (measure, as_text) in chosen.items():
        found[name] = measure()
        if not json:
            heading = f"{name}\n\n" if len(chosen) > 1 else ""
            print(f"{heading}{as_text(found[name])}", flush=True)
    if json:
        print_json(found)


@app.command()
def compare(
    designs: Annotated[
        list[str],
        typer.Argument(metavar="A B …", help="Scenarios, the one to compare with first."),
    ],
    replications: Annotated[
        int | None,
        typer.Option(help="Seeds under which every design is run; 20, or 2 of each world."),
    ] = None,
    weeks: WeeksOption = WEEKS,
    seed: SeedOption = 1,
    set_: SetOption = None,
    with_: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="B:TABLE.KEY=VALUE",
            help="Change one number of one design; may be repeated.",
        ),
    ] = None,
    worlds: Annotated[
        int,
        typer.Option(help="Draws of what nobody knows, in each of which every design is run."),
    ] = 0,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write one page that needs no network.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the page: en or zh.")] = "en",
    json: JsonOption = False,
) -> None:
    """Compare designs with the first, under equal seeds: each less A, with an interval."""
    seeds = replications if replications is not None else (2 if worlds else 20)
    check_run(weeks, seed, seeds)
    if not 0 <= worlds <= MOST_WORLDS:
        raise InputError(
            f"--worlds {worlds} is out of bounds: it must lie between 0 and {MOST_WORLDS} draws."
        )
    if seeds < 2 and worlds < 2:
        raise InputError(
            "--replications 1 is out of bounds: a comparison takes 2 pairs of runs or more, and an "
            "interval 5."
        )
    if lang not in ("en", "zh"):
        raise InputError(f"--lang {shown(lang)} is not en or zh.")
    if html is not None:
        from sim.system.folders import try_file

        try_file(html, "--html")
    from sim.face import designs as sides

    own = sides.changes_for(with_ or [], len(designs))
    given = [
        with_changes(checked_scenario(name, set_), own[letter], f"--with {letter}")
        for name, letter in zip(designs, own, strict=True)
    ]
    lettered = sides.lettered(given)
    for other in lettered[1:]:
        say(sides.told_differences(lettered[0], other))
    announce_compilation()
    label = " | ".join(design.scenario.name for design in lettered)
    with progress_bar(label, quiet=json) as progress:
        came = sides.side_by_side(lettered, weeks, seed, seeds, worlds, progress)
    if html is not None:
        from sim.face.report import page
        from sim.system.folders import write_file

        write_file(html, page(came, lang, weeks, told_command()))
        say(f"Written: {html}")
    results = sides.comparisons(came, weeks)
    if json:
        print_json(results[0] if len(results) == 1 else results)
    else:
        from sim.compare import summary_text

        print("\n\n".join(summary_text(result) for result in results))

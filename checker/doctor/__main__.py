"""`python3 -m checker.doctor`, or `checker doctor`: runs every probe and says what to do."""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from checker.doctor import clone, environment, isolation, machine
from checker.doctor.place import Place, Problem

PROBES = (*machine.PROBES, *environment.PROBES, *clone.PROBES)


def examine(place: Place) -> Iterator[tuple[str, Problem | None]]:
    """Every probe's name and what it found. A probe that breaks is a problem of its own, and the rest go on."""
    for probe in PROBES:
        name = probe.__name__.replace("_", " ")
        try:
            yield name, probe(place)
        except Exception as error:
            yield (
                name,
                Problem(f"This could not be looked at ({type(error).__name__}: {error}).", "checker doctor --debug"),
            )


def here(start: Path | None = None) -> Place:
    """The clone that the current folder lies in; the folder itself when there is none above it."""
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            table = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("checker")
            if table:
                return Place(folder, table)
    return Place(start, {})


def report(found: Sequence[tuple[str, Problem | None]], place: Place) -> dict[str, Any]:
    """What an instructor collects the day before: the machine and each probe; no name, no path of a person."""
    return {
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": ".".join(map(str, place.python)),
        "ready": not any(problem and not problem.notice for _, problem in found),
        "probes": [
            {"probe": name, "state": _state(problem), "wrong": problem.wrong if problem else "",
             "repair": problem.repair if problem else ""}
            for name, problem in found
        ],
    }  # fmt: skip


def _state(problem: Problem | None) -> str:
    return "good" if problem is None else "notice" if problem.notice else "wrong"


def as_text(found: Sequence[tuple[str, Problem | None]], *, color: bool, all_of_them: bool) -> str:
    lines = []
    for name, problem in found:
        state = _state(problem)
        if problem is None and not all_of_them:
            continue
        label = f"\x1b[{ {'good': 32, 'notice': 33, 'wrong': 31}[state] }m{state}\x1b[0m" if color else state
        lines.append(f"  {label}{' ' * (9 - len(state))}{name}{': ' + problem.wrong if problem else ''}")
        if problem:
            lines.append(f"           {'then' if problem.notice else 'repair'}: {problem.repair}")
    wrong = sum(1 for _, problem in found if problem and not problem.notice)
    lines.append(
        f"{len(found)} probes, {wrong} wrong" + (": repair the first one, then run this again" if wrong else "")
    )
    return "\n".join(lines)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="list the probes that found nothing, too, and how work of others is shut off"
    )
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--report", action="store_true", help="write build/doctor.json for your instructor")


def run(arguments: argparse.Namespace) -> int:
    place = here()
    found = list(examine(place))
    table = report(found, place)
    if arguments.json or arguments.all:
        table["isolation"] = isolation.examine()
    if arguments.json:
        print(json.dumps(table, indent=1))
    else:
        print(as_text(found, color=sys.stdout.isatty(), all_of_them=arguments.all))
    if arguments.all and not arguments.json:
        print(f"grading: {table['isolation']['says']}")
    if arguments.report:
        path = place.root / "build" / "doctor.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
        print(f"written: {place.shown(path)}; send it to your instructor")
    return 0 if table["ready"] else 1


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="checker doctor", description="Look for what is wrong with this machine or clone."
    )
    arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    raise SystemExit(main())

"""What one runs beside `checker check project`: incidents, the mark, the report, the start of a room's sprint."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tomllib
from pathlib import Path

from checker.course import find_course
from checker.errors import CheckerError, Misuse
from checker.exercise import Exercise
from checker.state import load_state
from checker.verbs.target import work_folder
from course.project import incident, report, rubric, since, sprint
from course.project.demo.command import sources
from course.project.platform.supervisor import RolloutStuck
from course.start.console import console_for
from course.training import generate, train
from course.training.console import MISUSE, Parser, complain
from course.training.errors import TrainingError

OUT = Path("build/project")
SEEN_NOTHING = 1
AGAIN = "Run it again when this machine is less busy; {folder}/system/logs says what each process did."


def main(argv: list[str]) -> int:
    given = _parser().parse_args(argv)
    try:
        if given.verb == "sprint":
            return _sprint(given)
        verbs = {"incident": _incident, "mark": _mark, "report": _report}
        return verbs[given.verb](given, _folder())
    except CheckerError as error:
        complain(str(error), error.next_step)
        return MISUSE
    except TrainingError as error:
        complain(error.problem, error.remedy)
        return MISUSE
    except BrokenPipeError:
        # Whoever reads has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nStopped. Nothing of it runs any more.", file=sys.stderr)
        return 130


def _project() -> Exercise:
    found = find_course().project
    if found is None:
        raise Misuse("This course has no final project.", "checker list")
    return found


def _folder() -> Path:
    return work_folder(find_course(), _project())


def _incident(given: argparse.Namespace, folder: Path) -> int:
    root = find_course().root
    console = console_for()
    data, model = sources(root / generate.DEFAULT_FOLDER, root / train.DEFAULT_FOLDER, root / OUT, console)
    name = incident.drawn(folder)[given.number - 1]
    place = folder / f"incident-{given.number}"
    console.line("The reference system runs for about a minute, and something breaks. Ctrl-C ends it.")
    try:
        seen = asyncio.run(incident.play(name, place, data, model, root / OUT / "system"))
    except (RolloutStuck, TimeoutError):
        # The reason would name the incident.
        complain("The reference system did not come to the point where something breaks.", AGAIN.format(folder=OUT))
        return SEEN_NOTHING
    console.line(f"Evidence: {place.relative_to(root)}/page.html, events.txt and service.log beside it.")
    if not seen:
        console.line("Nothing was seen in time: this machine was too busy. Run it again; it is the same incident.")
        return SEEN_NOTHING
    console.line("Write cause, first signal and repair into answers.toml, then: checker check project --task 6")
    return 0


def _sprint(given: argparse.Namespace) -> int:
    made = sprint.lay(find_course(), given.out)
    print(f"The prepared start lies in {made}. Each team copies it to work/12_project, then: checker check project")
    print("After an hour: python -m course.project mark --sprint")
    return 0


def _report(given: argparse.Namespace, folder: Path) -> int:
    state = load_state(folder)
    if not state.last:
        raise Misuse("The project was not checked yet, so there is nothing to report.", "checker check project")
    path = folder / "answers.toml"
    try:
        answers = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        answers = {}
    read = rubric.load()
    mark = rubric.mark(read, state.last["rows"]).since(since.changed(_project(), read, state))
    print(report.write(folder, state, mark, answers))
    return 0


def _mark(given: argparse.Namespace, folder: Path) -> int:
    state = load_state(folder)
    last = state.last
    if not last:
        raise Misuse("The project was not checked yet, so there is nothing to mark.", "checker check project")
    read = rubric.load()
    found = rubric.sprint(read, last["rows"]) if given.sprint else rubric.mark(read, last["rows"], person=given.person)
    found = found.since(since.changed(_project(), read, state))
    for line in told(found, person=given.person):
        print(line)
    return 0 if found.passed and not found.stale else 1


def told(found: rubric.Mark, *, person: int | None = None) -> list[str]:
    """The mark as lines for a terminal."""
    lines = []
    for one in found.rows:
        if one.row.person:
            points = "for a person" if person is None else f"{one.earned:3} of {one.row.points}"
        else:
            points = f"{one.earned:3} of {one.most}"
        help_ = ", filled from the reference" if one.helped else ""
        lines.append(
            f"{one.row.number}  {one.row.title:<26}{points:<14}{one.level if not one.row.person else ''}{help_}"
        )
        if not one.row.person and one.checked and one.level != "full":
            lines.append(f"   full: {one.row.full}")
        if one.changed:
            lines.append(f"   changed since this check: {', '.join(one.changed)}")
    if found.scaled is not None:
        lines.append(
            f"Sprint: {found.points} of {sum(one.most for one in found.rows)} points, that is {found.scaled} of 100."
        )
    else:
        lines.append(f"{found.points} of 100 points." + ("" if person is not None else " A person adds up to 5."))
    if not found.passed:
        lines.append("Not passed: " + "; ".join(found.missing) + ".")
    elif not found.stale:
        lines.append("Passed.")
    if found.stale:
        lines += ["These points are of other files than those that lie there now. Check again:"]
        lines += [f"  checker check project --task {one.row.number}" for one in found.stale]
    return lines


def _parser() -> Parser:
    parser = Parser(prog="python -m course.project", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="incident | mark | report | sprint")
    one = verbs.add_parser("incident", help="break the reference system in a way that is drawn for you")
    one.add_argument("number", type=int, choices=(1, 2), help="your first or your second incident")
    mark = verbs.add_parser("mark", help="the last check beside the rubric: points per row, passed or not")
    mark.add_argument("--person", type=int, choices=range(6), metavar="0-5", help="what a person gives for row 7")
    mark.add_argument("--sprint", action="store_true", help="as the room sprint: rows 1, 2 and the first incident")
    verbs.add_parser("report", help="one page to print: the mark, and plots of your own runs")
    lay = verbs.add_parser("sprint", help="for instructors: write the prepared start of the room sprint")
    lay.add_argument("--out", type=Path, default=OUT / "sprint", help="the folder to write (%(default)s)")
    return parser

"""`python -m course demo`: deploys the system, breaks it and repairs it, and leaves a report of that run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import fcntl
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from course.project.demo.report import write_report
from course.project.demo.story import QUICK, Pace, Story, counted, deployed
from course.project.demo.told import Telling
from course.project.incidents.catalog import INCIDENTS
from course.project.system import System
from course.start.console import Console, console_for
from course.training import bundle, generate, train
from course.training.console import COULD_NOT, Parser, complain
from course.training.errors import TrainingError
from course.training.files import MARKER

OUT = Path("build/demo")
STOPPED, FAILED = 130, 1


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    pace = QUICK if options.quick else Pace()
    if options.incident:
        pace = replace(pace, incident=options.incident)
    console = console_for()
    try:
        with _alone(options.out):
            data, model = sources(options.data, options.model, options.out, console)
            telling = Telling(console)
            asyncio.run(_demo(telling, pace, data, model, options.out))
    except TrainingError as error:
        complain(error.problem, error.remedy)
        return COULD_NOT
    except KeyboardInterrupt:
        print("\nStopped. Nothing of it runs any more.", file=sys.stderr)
        return STOPPED
    failed = [one.title for one in telling.stages if one.failed]
    if failed:
        console.line(f"\nNot as it should be: {', '.join(failed)}.")
    return FAILED if failed else 0


async def _demo(telling: Telling, pace: Pace, data: Path, model: Path, out: Path) -> None:
    console, began = telling.console, time.monotonic()
    console.line(console.strong("From a model file to a service that is watched, on this machine."))
    console.line("Nothing leaves it, no engine is needed. Ctrl-C ends everything.")
    telling.begin(
        "Deploy",
        "Two processes of the service, a balancer before them, a registry with the model, a log of every prediction. "
        "A small supervisor of the course's own stands in for Kubernetes.",
    )
    system = System(out / "system", data, model, rate=pace.rate)
    async with system:
        deployed(system, telling, model)
        telling.end()
        story = Story(system, telling, pace)
        await story.run()
        # What is under way is answered before the count.
    counted(telling, system.audit())
    report = write_report(out / "report.html", system, telling.stages, story.verdicts)
    seconds = time.monotonic() - began
    console.line(f"\n{console.strong('Report')}  {report}")
    console.line(f"It took {seconds:.0f} s. All processes have ended; logs and records are in {out / 'system'}.")


def sources(data: Path, model: Path, out: Path, console: Console) -> tuple[Path, Path]:
    """Generated data and its model; made where they are missing, or where the data is real and has no future."""
    if not (data / MARKER).exists():
        data, model = out / "data", out / "model"
    if not (data / MARKER).exists():
        console.line("Data and model are made first; that happens once.")
        generate.generate(data)
    if not (model / bundle.MANIFEST).exists():
        train.train(data, model)
    return data, model


@contextlib.contextmanager
def _alone(out: Path) -> Iterator[None]:
    """Two demos in one folder would delete each other's files."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise TrainingError(
                f"Another demo runs in {out}.", "wait for its end, or choose another folder with --out"
            ) from None
        yield


def _parser() -> Parser:
    listed = "\n".join(f"  {name:<15} {one.happens}" for name, one in INCIDENTS.items())
    parser = Parser(
        prog="python -m course demo",
        description=__doc__,
        epilog=f"incidents:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="the same story with less traffic, in about a minute")
    parser.add_argument(
        "--incident", choices=sorted(INCIDENTS), metavar="NAME", help=f"which one is shown ({Pace().incident})"
    )
    parser.add_argument("--data", type=Path, default=generate.DEFAULT_FOLDER, help="generated data (%(default)s)")
    parser.add_argument("--model", type=Path, default=train.DEFAULT_FOLDER, help="its bundle (%(default)s)")
    parser.add_argument("--out", type=Path, default=OUT, help="folder for report and logs (%(default)s)")
    return parser

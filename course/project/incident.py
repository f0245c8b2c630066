"""One incident for a trainee: the reference system runs, something breaks, and the evidence stays in a folder."""

from __future__ import annotations

import asyncio
import re
import shutil
import time
from pathlib import Path

from checker import sibling
from checker.state import load_state
from course.project.demo.evidence import charts
from course.project.demo.report import figure, style
from course.project.incidents.catalog import INCIDENTS
from course.project.system import System

CHECKS = Path(__file__).parent / "checks" / "answers.py"
BEFORE, AFTER, PATIENCE = 15.0, 8.0, 90.0
# Names that would say what was done; whoever is called at night does not have them either.
TOLD = re.compile(r"v\d-(?:slow|leaking|failing|misspelled|cache)|[\d.]+-(?:nightly|retrained)")


def drawn(folder: Path) -> tuple[str, str]:
    """The two incidents of the trainee whose folder this is."""
    first, second = sibling(str(CHECKS), "answers").drawn(load_state(folder).seed)
    return str(first), str(second)


async def play(name: str, folder: Path, data: Path, model: Path, scratch: Path) -> bool:
    """Run the system, break it, and write the evidence to `folder`. False when nothing was seen in time."""
    incident = INCIDENTS[name]
    system = System(scratch, data, model)
    async with system:
        if incident.prepare is not None:
            # Its start moves plots of its own; they are calm again before anything breaks.
            await incident.prepare(system)
        await asyncio.sleep(BEFORE)
        await system.supervisor.until(
            lambda: (system.value("model_window_labels") or 0) >= 50, "labels", seconds=PATIENCE
        )
        system.quality.forget()
        began = time.monotonic()
        await incident.inject(system)
        try:
            await system.firing(incident.signal, seconds=PATIENCE)
            seen = True
        except TimeoutError:
            seen = False
        await asyncio.sleep(AFTER)
        end = system.at(time.monotonic())
        write(system, folder, end)
    return seen and end > system.at(began)


def write(system: System, folder: Path, end: float) -> None:
    """The evidence: a page of plots, what started and ended, and what the service said last."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    figures = "".join(figure(one, [], number) for number, one in enumerate(charts(system, end), start=1))
    (folder / "page.html").write_text(
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='color-scheme' content='light dark'>"
        f"<title>Evidence of an incident</title><style>{style()}</style></head>"
        "<body><header><h1>What the monitoring saw</h1>"
        "<p>Seconds from left to right. Something breaks after 15 seconds or more; which plot moves first?</p></header>"
        f"<main><div class='charts'>{figures}</div></main></body></html>\n",
        encoding="utf-8",
    )
    events = [f"{system.at(one.time):6.1f} s  {masked(one.text)}" for one in system.supervisor.events]
    (folder / "events.txt").write_text("\n".join(events) + "\n", encoding="utf-8")
    (folder / "service.log").write_text(masked(last_lines(system)), encoding="utf-8")


def masked(text: str) -> str:
    return TOLD.sub("another version", text)


def last_lines(system: System, count: int = 40) -> str:
    """The last lines of each replica's log."""
    parts = []
    for path in sorted((system.folder / "logs").glob("*.log")):
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
        parts.append(f"== {path.name}\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"

"""Fills a wheelhouse by `pip download`, some packages at a time: a run that is cut off loses a handful at most."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from course.classroom.pins import Pin, wheels_in
from course.classroom.targets import Target
from course.start import stamps
from course.start.console import Step, Trouble
from course.start.logged import Run, run
from course.start.places import Places

TOGETHER = 12
# Nobody has it for that machine, or nobody answered: pip ends both with the same line.
NO_WHEEL = "No matching distribution found"
NO_NETWORK = re.compile(r"Retrying \(|Max retries exceeded|Connection broken|ProxyError|NewConnectionError|timed out")


class Fetcher:
    """One wheelhouse, and the wheels in it by digest. What is there is not fetched again."""

    def __init__(self, wheelhouse: Path, places: Places, step: Step, again: str) -> None:
        self.wheelhouse, self.places, self.step, self.again = wheelhouse, places, step, again
        wheelhouse.mkdir(parents=True, exist_ok=True)
        self.there = wheels_in(wheelhouse)

    def fetch(self, target: Target, pins: Sequence[Pin]) -> list[Pin]:
        """Bring every package that the target wants; those that nobody has a wheel of for it."""
        wanted = [pin for pin in pins if pin.wanted(target)]
        open_ones = [pin for pin in wanted if not pin.serving(target, self.there)]
        missing: list[Pin] = []
        for begin in range(0, len(open_ones), TOGETHER):
            self.step.doing(f"{target}: {len(wanted) - len(open_ones) + begin} of {len(wanted)} packages are there")
            missing += self._some(target, open_ones[begin : begin + TOGETHER])
        return missing

    def remove_others(self, targets: Sequence[Target], pins: Sequence[Pin]) -> int:
        """Remove wheels that no target needs, of an older lock, say; how many there were."""
        needed = {
            name for target in targets for pin in pins if pin.wanted(target) for name in pin.serving(target, self.there)
        }
        others = [name for name in self.there if name not in needed]
        for name in others:
            (self.wheelhouse / name).unlink()
            del self.there[name]
        return len(others)

    def _some(self, target: Target, pins: Sequence[Pin]) -> list[Pin]:
        done = self._download(target, pins)
        if done.code == 0:
            return []
        if len(pins) > 1:
            # One of them is in the way; alone, each says for itself.
            return [pin for one in pins for pin in self._some(target, [one])]
        if NO_WHEEL in done.said and not NO_NETWORK.search(done.said):
            return list(pins)
        raise Trouble(
            f"{pins[0]} could not be fetched for {target}:\n{done.tail}",
            f"connect to the network or set pip's index and proxy, then {self.again}; it goes on from here. "
            f"All that was said: {self.places.named(done.log)}",
        )

    def _download(self, target: Target, pins: Sequence[Pin]) -> Run:
        """Into a folder beside, then into place: a file in the wheelhouse is always whole."""
        half = self.wheelhouse / ".half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        listed = half / "wanted.txt"
        listed.write_text("".join(f"{pin.line}\n" for pin in pins), encoding="utf-8")
        words: list[str | Path] = [
            "--no-deps",
            "--only-binary",
            ":all:",
            "--require-hashes",
            "--progress-bar",
            "off",
            *target.pip,
        ]
        pip: list[str | Path] = [
            self.places.python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "--no-input",
            "download",
        ]
        done = run(
            [*pip, *words, "--dest", half, "-r", listed],
            self.step,
            log=self.places.logs / "classroom.log",
            cwd=self.places.root,
            env=self.places.surroundings(),
        )
        for path in half.glob("*.whl") if done.code == 0 else ():
            self.there[path.name] = stamps.file_digest(path)
            path.replace(self.wheelhouse / path.name)
        shutil.rmtree(half, ignore_errors=True)
        return done

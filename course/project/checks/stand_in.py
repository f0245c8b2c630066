"""What the live rows share: the stand-in of exercise 5 as an image, and a container that asks it again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from checker import sibling
from checker.errors import CouldNotCheck, Finding

LEARNED = str(Path(__file__).resolve().parents[3] / "exercises" / "05_kubernetes" / "checks" / "checks.py")
NAME = "movie-service"
# How many answers are waited for, how long for these, and how long for one command: bounds for a machine that is busy.
ENOUGH, PATIENCE, SECONDS = 40, 180.0, 300.0
ASKER = "import sys; sys.path.insert(0, '/app'); import ask; ask.PATIENCE = 30.0; ask.main({url!r})"


def asks(url: str) -> list[str]:
    """The command of the container that asks: 40 requests a second, and each may take half a minute."""
    return ["python3", "-c", ASKER.format(url=url)]


def build(docker: Any, image: str) -> None:
    """Make the stand-in's image."""
    folder = Path(LEARNED).parent / "stand_in"
    recipe, _ = docker.base_for((folder / "Dockerfile").read_text(encoding="utf-8"))
    command = ["docker", "build", "--quiet", "--tag", image, "--file", "-", str(folder)]
    ours(docker.run(command, input=recipe, timeout=600), "docker build of the stand-in's image")


def ours(ran: Any, what: str) -> Any:
    """A command of this check's own, with nothing of the trainee in it: when it fails, nothing was judged."""
    if ran.exit_code != 0:
        raise CouldNotCheck(Finding(seen=f"{what} ended with exit code {ran.exit_code}: {ran.last(1)}"))
    return ran


def must(true: bool, said: str) -> None:
    """Something that an engine does whatever the trainee wrote; where it does not, nothing was judged."""
    if not true:
        raise CouldNotCheck(Finding(seen=f"{said} Check again when this machine is less busy."))


def until_told(engine: Any, words: list[str], answered: int, *, lost: int = 0) -> Any:
    """What the one that asks says last: once it got so many answers, or lost more requests than may be lost."""

    def enough(ran: Any) -> bool:
        told = _told(ran.output)
        return bool(told.answered >= answered or told.failed > lost)

    ran = engine.until(words, enough, timeout=PATIENCE)
    told = _told(ran.output)
    must(enough(ran), f"{told.answered} of {answered} requests were answered within {PATIENCE:.0f} s, none failed.")
    return told


def _told(output: str) -> Any:
    """The last line of who asks, as exercise 5 reads it."""
    return sibling(LEARNED, "test_05_kubernetes_live")._told(output)

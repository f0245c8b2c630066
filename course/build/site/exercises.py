"""Two pages per exercise: its brief, and the reasons behind its answer, which are read after solving."""

from __future__ import annotations

from pathlib import Path

from checker.exercise import Exercise
from course.build.site import browser
from course.build.site.links import found, moved, plain_fences

FOLDER = "exercises"
# Who searches for a word of a brief finds other pages before the one that gives the answer.
FOUND_LATER = found(0.2)


def index(exercises: list[Exercise]) -> str:
    """The page of all exercises."""
    lines = [
        "# Exercises",
        "",
        "Each is graded on the files that you write, at every save, without a cloud account.",
        "",
    ]
    lines += ["| | Exercise | What you can do afterwards | Minutes (room / full) |", "|--:|:--|:--|--:|"]
    lines += [
        f"| {int(one.number)} | [{one.title}]({one.slug}.md) | {one.summary} | {minutes(one)} |" for one in exercises
    ]
    return "\n".join([*lines, "", "Each can be done without the ones before it.", ""])


def minutes(exercise: Exercise) -> str:
    room = sum(task.minutes for task in exercise.tasks if task.tier == "room")
    return f"{room} / {sum(task.minutes for task in exercise.tasks if task.tier in ('room', 'full'))}"


def pages(exercise: Exercise, solutions: Path, next_one: Exercise | None) -> dict[Path, str]:
    """The two pages of one exercise, by path in the site."""
    why = f"{exercise.slug}_why.md"
    targets = {f"../../solutions/{exercise.slug}/README.md": why, "README.md": f"{exercise.slug}.md"}
    if next_one:
        targets[f"../{next_one.slug}/README.md"] = f"{next_one.slug}.md"
    brief = plain_fences(moved((exercise.folder / "README.md").read_text(encoding="utf-8"), targets))
    made = {Path(FOLDER, f"{exercise.slug}.md"): _below_title(brief, _start(exercise))}
    reasons = solutions / exercise.slug / "README.md"
    if reasons.is_file():
        text = plain_fences(moved(reasons.read_text(encoding="utf-8"), targets))
        made[Path(FOLDER, why)] = FOUND_LATER + _below_title(text, _later(exercise))
    return made


def project_page(project: Exercise) -> dict[Path, str]:
    """The brief of the final project; its reference is for instructors, so there is no second page."""
    brief = plain_fences(moved((project.folder / "README.md").read_text(encoding="utf-8"), {}))
    return {Path(FOLDER, f"{project.slug}.md"): _below_title(brief, _start(project))}


def _below_title(text: str, box: str) -> str:
    title, _, rest = text.partition("\n")
    return f"{title}\n\n{box}{rest}"


def _start(exercise: Exercise) -> str:
    number = int(exercise.number)
    return (
        '!!! tip "To do it"\n\n'
        f"    `make start`, then `checker start {number}` puts these files into `work/{exercise.slug}`.\n"
        f"    `checker check {number}` judges them; `checker hint {number}` helps a little.\n"
        f"{_elsewhere(exercise)}\n"
    )


def _elsewhere(exercise: Exercise) -> str:
    page = browser.PATH.rpartition("/")[2]
    return (
        f"    Nothing can be installed? Practice [in the browser]({page}).\n" if exercise.slug == browser.SLUG else ""
    )


def _later(exercise: Exercise) -> str:
    return (
        '!!! warning "Read this after solving"\n\n'
        f"    It gives the answer of [the exercise]({exercise.slug}.md) away.\n\n"
    )

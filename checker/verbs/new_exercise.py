"""`checker new-exercise`: a folder that is complete in form and says at every place what must be true there."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
import shlex
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

from checker.course import Course, find_course
from checker.errors import Misuse
from checker.law.filling import MARK

TEMPLATES = Path(__file__).parents[1] / "new_exercise"
NAME = re.compile(r"\d\d_[a-z][a-z0-9]*(_[a-z0-9]+)*")


@dataclass(frozen=True)
class Draft:
    """The exercise to be made. `root` is the folder that it is put into; `course` is None for a draft elsewhere."""

    slug: str
    title: str
    root: Path
    course: Course | None

    @property
    def folder(self) -> Path:
        return self.root / self.slug

    @property
    def shown(self) -> str:
        """The folder as a command names it."""
        folder = self.folder
        return str(folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="two digits and a name, such as 12_tracing")
    parser.add_argument("--title", help="as trainees read it; default: made from the name")
    parser.add_argument("--into", type=Path, metavar="DIR", help="make a draft in this folder, outside the course")


def run(arguments: argparse.Namespace) -> int:
    """Write the folder and print what to do next. Raises Misuse for a bad name, or where something is there."""
    root, course = _place(arguments.into)
    _refuse_bad_name(arguments.name, root, arguments.into)
    title = " ".join((arguments.title or "").split()) or arguments.name[3:].replace("_", " ").capitalize()
    draft = Draft(arguments.name, title, root, course)
    _refuse_what_is_there(draft)
    written = write(draft)
    places = sum(MARK in line for path in written for line in path.read_text(encoding="utf-8").split("\n"))
    print(f"wrote {draft.shown}: {len(written)} files, {places} places to fill")
    print(next_steps(draft))
    return 0


def write(draft: Draft) -> list[Path]:
    """Write every file of the form, the names filled in. A folder outside the course becomes one of its own."""
    written = []
    for source in sorted((TEMPLATES / "folder").rglob("*.txt")):
        name = source.relative_to(TEMPLATES / "folder").as_posix().removesuffix(".txt")
        name = name.replace("module.py", f"{_module(draft)}.py").replace("NN_slug", draft.slug)
        path = draft.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_filled(source, draft), encoding="utf-8")
        written.append(path)
    settings = draft.root / "pyproject.toml"
    if draft.course is None and not settings.exists():
        settings.write_text((TEMPLATES / "pyproject.toml.txt").read_text(encoding="utf-8"), encoding="utf-8")
    return written


def next_steps(draft: Draft) -> str:
    """The way from a skeleton to an exercise, a line a step."""
    number, folder = int(draft.slug[:2]), shlex.quote(draft.shown)
    here = f"cd {shlex.quote(os.path.relpath(draft.root))} && " if not draft.course and draft.root != Path.cwd() else ""
    steps = [
        f"fill every place that says {MARK!r}, solution/ and checks/ first: grep -rn {MARK} {folder}",
        "make the starter: " + (f"python -m course starter {folder}" if not draft.course else "make sync"),
        f"read it as a trainee does: {here}checker check {number} --folder "
        + (f"{draft.slug}/starter" if here else f"{folder}/starter"),
        f"ask the law, which names what is left: {here}checker selftest {number} --law",
        f"count the mutants that no check notices: {here}checker selftest {number} --mutants",
    ]
    if not draft.course:
        steps.append(f"move it to its course's folder of exercises, then: checker selftest {number} --law")
    else:
        table = draft.course.table.get("profiles")
        steps.append(f"{f'give it a place in {table}, then: ' if table else ''}make test")
    return "\n".join(["next:", *(f"  {place}. {step}" for place, step in enumerate(steps, 1))])


def _place(into: Path | None) -> tuple[Path, Course | None]:
    """The folder to write into, and the course whose exercises it holds, if it does."""
    if into is None:
        course = find_course()
        return course.exercises_folder, course
    root = into.resolve()
    if root.exists() and not root.is_dir():
        raise Misuse(f"{str(into)!r} is a file, not a folder.", "checker new-exercise 12_tracing --into drafts")
    settings = root / "pyproject.toml"
    if settings.is_file():
        table = tomllib.loads(settings.read_text(encoding="utf-8")).get("tool", {}).get("checker", {})
        if (root / table.get("exercises", "nowhere")).resolve() != root:
            raise Misuse(
                f"{str(into / 'pyproject.toml')!r} does not say that the exercises lie beside it. "
                "A draft needs a folder of its own.",
                f"checker new-exercise 12_tracing --into {shlex.quote(str(into / 'drafts'))}",
            )
    return root, None


def _refuse_bad_name(name: str, root: Path, into: Path | None) -> None:
    if NAME.fullmatch(name):
        return
    near = _near(name, root)
    asked = f" Did you mean {near}?" if near else ""
    raise Misuse(
        f"{name!r} is no name for an exercise: two digits, then words of small letters and digits, "
        f"joined by underscores.{asked}",
        f"checker new-exercise {near or '12_tracing'}" + (f" --into {shlex.quote(str(into))}" if into else ""),
    )


def _near(name: str, root: Path) -> str:
    """What was probably meant: the next free number where there is none. Empty when no letter is left."""
    parts = re.fullmatch(r"(\d*)_?(.*)", re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_"))
    assert parts
    number, words = parts[1], parts[2].strip("_").lstrip("0123456789_")
    if not words:
        return ""
    free = next(one for one in range(1, 100) if not list(root.glob(f"{one:02d}_*")))
    return f"{int(number[-2:]) if number else free:02d}_{words}"


def _refuse_what_is_there(draft: Draft) -> None:
    if draft.folder.exists():
        raise Misuse(
            f"{draft.shown!r} is there already, and nothing was written.", f"checker selftest {draft.slug} --law"
        )
    same = next(iter(sorted(draft.root.glob(f"{draft.slug[:2]}_*"))), None)
    if same:
        near = _near(draft.slug[3:], draft.root)
        raise Misuse(
            f"The number {draft.slug[:2]} is taken by {same.name!r}, and nothing was written.",
            f"checker new-exercise {near}{_into(draft)}",
        )


def _into(draft: Draft) -> str:
    return "" if draft.course else f" --into {shlex.quote(os.path.relpath(draft.root))}"


def _filled(source: Path, draft: Draft) -> str:
    text = source.read_text(encoding="utf-8")
    values = {
        "slug": draft.slug,
        "number": draft.slug[:2],
        "n": str(int(draft.slug[:2])),
        "module": _module(draft),
        "title": draft.title,
        # A JSON text is a TOML text.
        "title_toml": json.dumps(draft.title, ensure_ascii=False),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values[found[1]], text)


def _module(draft: Draft) -> str:
    """The name of the file that trainees write: the exercise's, unless it would hide a package (law 11)."""
    name = draft.slug[3:]
    hides = name in sys.stdlib_module_names or importlib.util.find_spec(name) is not None
    return f"{name}_work" if hides or name == "observe" else name

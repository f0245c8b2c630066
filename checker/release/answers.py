"""The answers as they travel: one piece per task, with nothing of any other task in it, sealed by its own code."""

from __future__ import annotations

import json
from pathlib import Path

from checker.blanks import blanked
from checker.exercise import Exercise, Whole
from checker.markers import Region, derive, has_markers, regions
from checker.seal import code_for, seal


def pieces(exercise: Exercise, others: tuple[Exercise, ...] = ()) -> dict[int, dict[str, str]]:
    """Task -> (hand-in file -> the marked answers of that task alone, or the whole file where all of it is one's).

    `others` are the exercises that such a file may have been written in.
    """
    found: dict[int, dict[str, str]] = {}
    for one in exercise.whole:
        found.setdefault(one.task, {})[one.name] = whole_answer(exercise, one, others)
    for name in (name for name in exercise.hand_in if name not in {one.name for one in exercise.whole}):
        path = exercise.folder / "solution" / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        for task in sorted(set(exercise.blanks.get(name, {}).values())):
            rest = [place for place, number in exercise.blanks[name].items() if number != task]
            found.setdefault(task, {})[name] = blanked(text, rest, source=name)
        if not has_markers(text):
            continue
        lines = text.split("\n")
        for task, marked in regions(text, name).items():
            found.setdefault(task, {})[name] = "".join(_piece(lines, region) for region in marked)
    return found


def whole_answer(exercise: Exercise, one: Whole, others: tuple[Exercise, ...]) -> str:
    """The reference of a file that belongs to one task as a whole, without marks of where its tasks begin."""
    written_in = next((other for other in others if other.slug == one.exercise), exercise)
    text = (written_in.folder / "solution" / one.name).read_text(encoding="utf-8")
    return derive(text, one.name)[1] if has_markers(text) else text


def _piece(lines: list[str], region: Region) -> str:
    kept = [lines[region.begin], *region.answer, lines[region.end]]
    return "".join(f"{line}\n" for line in kept)


def write_sealed(exercises: tuple[Exercise, ...], folder: Path, secret: str) -> None:
    """Write `folder/NN_slug.json` for every exercise that has answers."""
    folder.mkdir(parents=True, exist_ok=True)
    for exercise in exercises:
        by_task = pieces(exercise, exercises)
        codes = {task: code_for(secret, exercise.slug, task) for task in by_task}
        text = json.dumps(seal(by_task, codes), indent=1, sort_keys=True)
        (folder / f"{exercise.slug}.json").write_text(text + "\n", encoding="utf-8")


def code_list(exercises: tuple[Exercise, ...], secret: str) -> str:
    """The instructor's list of codes, as it is kept beside the pack."""
    lines = ["The codes of the sealed answers, one per task: checker unblock 1.2 --code CODE"]
    lines += ["This list stays with the instructor; the pack does not hold it."]
    for exercise in exercises:
        lines += ["", f"{exercise.number}  {exercise.title}"]
        sealed = pieces(exercise, exercises)
        for task in exercise.tasks:
            code = code_for(secret, exercise.slug, task.number) if task.number in sealed else "no answer to put in"
            lines.append(f"    {int(exercise.number)}.{task.number}  {code}  {task.title}")
    return "\n".join(lines) + "\n"

"""Makes exercises/NN_slug/starter: the solution without its answers, the given files, the notebook."""

from __future__ import annotations

from pathlib import Path

from checker.blanks import blanked, canonical
from checker.exercise import Exercise
from checker.markers import derive, has_markers
from course.build.notebooks import notebook
from course.build.sources import SourceError, solution_files, where

Products = dict[Path, bytes]


def starter(exercise: Exercise) -> Products:
    """Return the files of one starter, by path relative to the starter folder."""
    made = {path: _starter_bytes(exercise, path) for path in solution_files(exercise)}
    source = exercise.folder / "notebook.py"
    if source.is_file():
        made[Path(exercise.notebook)] = notebook(source.read_text(encoding="utf-8")).encode()
    return made


def answer(exercise: Exercise) -> Products:
    """Return the clean answer files of one exercise: no markers, no stubs, nothing that the starter adds."""
    return {path: _answer_bytes(exercise, path) for path in solution_files(exercise)}


def _starter_bytes(exercise: Exercise, path: Path) -> bytes:
    name = path.as_posix()
    place = where(exercise, f"solution/{name}")
    text = _text(exercise, path)
    if name in exercise.blanks:
        if text is None or text != canonical(text, place):
            raise SourceError(
                f"{place}: it is not printed as its starter will be. "
                "Write it with an indent of two spaces, one value a line, as json.dumps(indent=2) does."
            )
        return blanked(text, list(exercise.blanks[name]), source=place).encode()
    if text is None or not has_markers(text):
        return _bytes(exercise, path)
    if name not in exercise.hand_in:
        raise SourceError(
            f"{place}: it has solution markers but is not handed in. "
            "Name it in hand_in of exercise.toml, or take the markers out."
        )
    return derive(text, place)[0].encode()


def _answer_bytes(exercise: Exercise, path: Path) -> bytes:
    text = _text(exercise, path)
    if text is None or not has_markers(text):
        return _bytes(exercise, path)
    return derive(text, where(exercise, f"solution/{path.as_posix()}"))[1].encode()


def _bytes(exercise: Exercise, path: Path) -> bytes:
    return (exercise.folder / "solution" / path).read_bytes()


def _text(exercise: Exercise, path: Path) -> str | None:
    """Return the file as text, or None where it is not text: a picture or a model is given as it is."""
    try:
        return _bytes(exercise, path).decode()
    except UnicodeDecodeError:
        return None

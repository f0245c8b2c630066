"""Reads solution markers: what the starter shows, what the answer says, one task's answer put in place."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

__all__ = [
    "MarkerError",
    "Region",
    "clean",
    "derive",
    "has_markers",
    "put_in_place",
    "regions",
    "task_at",
    "typed_lines",
]

# The same words in every language with line comments: Python, YAML, TOML, Dockerfile; SQL; JavaScript.
COMMENT = r"(?P<comment>#|--|//)"
BEGIN = re.compile(rf"^\s*{COMMENT} BEGIN SOLUTION (?P<task>[1-9]\d*)\s*$")
END = re.compile(rf"^\s*{COMMENT} END SOLUTION\s*$")
STUB = re.compile(rf"^(?P<indent>\s*){COMMENT}\|(?: (?P<text>.*))?$")
# What was meant as a marker and would otherwise stay in the file as a comment, and take the answer with it.
ALMOST = re.compile(rf"^\s*{COMMENT}\s*(?:BEGIN|END)\s+SOLUTION\b", re.IGNORECASE)


class MarkerError(ValueError):
    """The markers of a file do not pair up, or the ones needed are not there."""


@dataclass(frozen=True)
class Region:
    """One marked place: lines are numbered from 0, `begin` and `end` are the marker lines themselves."""

    task: int
    begin: int
    end: int
    stub: tuple[str, ...]
    answer: tuple[str, ...]


def regions(text: str, source: str = "<text>") -> dict[int, tuple[Region, ...]]:
    """Return the marked regions of a file by task number; a task may have several in one file."""
    found: dict[int, tuple[Region, ...]] = {}
    opened: tuple[int, int] | None = None
    lines = _lines(text)
    for index, line in enumerate(lines):
        begin = BEGIN.match(line)
        if begin and opened:
            raise MarkerError(
                f"{source}:{index + 1}: a region begins inside the one opened on line {opened[1] + 1}. "
                "Close that one with '# END SOLUTION' first."
            )
        if begin:
            opened = (int(begin["task"]), index)
        elif END.match(line):
            if not opened:
                raise MarkerError(
                    f"{source}:{index + 1}: 'END SOLUTION' closes nothing. "
                    "Put '# BEGIN SOLUTION N' with the task's number above it, or remove it."
                )
            region = _region(lines, *opened, index)
            found[region.task] = (*found.get(region.task, ()), region)
            opened = None
        else:
            _refuse_almost(line, f"{source}:{index + 1}", inside=opened is not None)
    if opened:
        raise MarkerError(
            f"{source}:{opened[1] + 1}: the region of task {opened[0]} is never closed. "
            "Add '# END SOLUTION' after its last line."
        )
    return found


def _region(lines: list[str], task: int, begin: int, end: int) -> Region:
    inner = [(line, STUB.match(line)) for line in lines[begin + 1 : end]]
    return Region(
        task=task,
        begin=begin,
        end=end,
        stub=tuple(_stub_text(stub) for _, stub in inner if stub),
        answer=tuple(line for line, stub in inner if not stub),
    )


def _stub_text(stub: re.Match[str]) -> str:
    return f"{stub['indent']}{stub['text']}" if stub["text"] else ""


def _refuse_almost(line: str, where: str, *, inside: bool) -> None:
    if ALMOST.match(line):
        raise MarkerError(
            f"{where}: {line.strip()!r} is almost a marker. "
            "Write '# BEGIN SOLUTION N' with the task's number, or '# END SOLUTION'."
        )
    if not inside and STUB.match(line):
        raise MarkerError(
            f"{where}: the starter line {line.strip()!r} stands outside a region. "
            "Move it between '# BEGIN SOLUTION N' and '# END SOLUTION'."
        )


def has_markers(text: str) -> bool:
    """Say whether any line is a marker, or was meant as one."""
    return any(ALMOST.match(line) for line in _lines(text))


def derive(text: str, source: str = "<text>") -> tuple[str, str]:
    """Return (starter, answer) of a solution file.

    The starter keeps the marker lines as anchors around its stubs; the answer has neither markers nor stubs.
    """
    marked = sorted((one for many in regions(text, source).values() for one in many), key=lambda one: one.begin)
    lines = _lines(text)
    starter: list[str] = []
    answer: list[str] = []
    done = 0
    for region in sorted(marked, key=lambda one: one.begin):
        starter += [*lines[done : region.begin + 1], *region.stub, lines[region.end]]
        answer += [*lines[done : region.begin], *region.answer]
        done = region.end + 1
    return _joined(starter + lines[done:]), _joined(answer + lines[done:])


def clean(text: str) -> str:
    """Return the file without its marker lines: what a trainee's finished file says."""
    return _joined([line for line in _lines(text) if not (BEGIN.match(line) or END.match(line))])


def put_in_place(text: str, solution: str, task: int, *, source: str = "<text>") -> str:
    """Return a trainee's file with the answer of one task in place of what stood between its anchors.

    Everything outside those anchors stays as the trainee wrote it.
    """
    answers = regions(solution, source).get(task, ())
    if not answers:
        raise MarkerError(f"{source}: task {task} has no marked answer in this file. Choose another task or file.")
    places = regions(text, source).get(task, ())
    if len(places) != len(answers):
        raise MarkerError(
            f"{source}: task {task} needs {len(answers)} pair(s) of '# BEGIN SOLUTION {task}' and "
            f"'# END SOLUTION', and the file has {len(places)}. "
            f"Put the two lines back around your work on task {task}."
        )
    lines = _lines(text)
    for place, answer in reversed(list(zip(places, answers, strict=True))):
        lines[place.begin + 1 : place.end] = answer.answer
    return _joined(lines)


def task_at(text: str, line: int) -> int | None:
    """The task whose place in a trainee's file holds this line, counted from 1; None outside of all places."""
    task = None
    for one in _lines(text)[:line]:
        begin = BEGIN.match(one)
        task = int(begin["task"]) if begin else None if END.match(one) else task
    return task


def typed_lines(text: str, source: str = "<text>") -> dict[int, int]:
    """Count, per task, the non-blank lines of the answer that the starter does not already hold."""
    return {task: sum(_new_lines(region) for region in marked) for task, marked in regions(text, source).items()}


def _new_lines(region: Region) -> int:
    matcher = difflib.SequenceMatcher(None, region.stub, region.answer, autojunk=False)
    return sum(
        bool(line.strip())
        for tag, _, _, begin, end in matcher.get_opcodes()
        if tag in {"insert", "replace"}
        for line in region.answer[begin:end]
    )


def _lines(text: str) -> list[str]:
    # Not splitlines(): it also cuts at form feeds and U+2028, which would then be lost from a trainee's file.
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)

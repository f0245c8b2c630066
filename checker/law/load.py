"""Law 13: how much an exercise asks of a person: tiers, points, typed lines, minutes, kinds of task."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace

from checker.blanks import fill, typed
from checker.declare import Check
from checker.law.case import ANSWERS, Case, marked
from checker.law.matrix import Target, toml_of
from checker.markers import put_in_place, regions, typed_lines
from checker.result import Result

ROOM_TASKS = {1, 2}
ROOM_LINES, FULL_LINES, BLANK_LINES = 15, 60, 90
ROOM_FILES, MAX_CHECKS, MAX_TASK_MINUTES = 2, 12, 20
FULL_MINUTES, MAX_ROOM_MINUTES = (45, 75), 35
DATA = (".yaml", ".yml", ".json")


def points_are_fair(case: Case) -> list[str]:
    """At most 12 graded checks; at most half of the points are for build tasks (typing); tiers as their tasks'."""
    graded = [check for check in case.checks if check.kind == "graded"]
    said = []
    if len(graded) > MAX_CHECKS:
        said.append(f"{case.slug}/checks: {len(graded)} checks have points. Join some, until there are {MAX_CHECKS}.")
    total = sum(check.points for check in graded)
    typing = sum(check.points for check in graded if case.task_kind(check.task) == "build")
    if 2 * typing > total:
        said.append(
            f"{case.slug}/checks: {typing} of {total} points are for typing (build tasks), half is the most. "
            "Move points to what is diagnosed or observed."
        )
    return said + _tiers(case, graded)


def _tiers(case: Case, graded: list[Check]) -> list[str]:
    tiers = {task.number: task.tier for task in case.exercise.tasks}
    said = []
    for check in case.checks:
        if check.task not in tiers:
            said.append(
                f"{case.slug}/checks: {check.id!r} belongs to task {check.task}, which exercise.toml does not have."
            )
    for check in graded:
        if tiers.get(check.task, check.tier) != check.tier:
            said.append(
                f"{case.slug}/checks: {check.id!r} has tier {check.tier!r}, its task {check.task} has "
                f"{tiers[check.task]!r}. Give both the same."
            )
    for number in sorted(set(tiers) - {check.task for check in case.checks}):
        said.append(f"{case.slug}/checks: no check belongs to task {number}. Add one, or take the task out.")
    return said


def tasks_are_varied(case: Case) -> list[str]:
    """Tasks 1 and 2 are the room's; at least one task is diagnosed and one observed; tasks count from 1."""
    tasks, where = case.exercise.tasks, f"{case.slug}/exercise.toml"
    said = []
    if [task.number for task in tasks] != list(range(1, len(tasks) + 1)):
        said.append(f"{where}: tasks are numbered {[task.number for task in tasks]}. Count them from 1.")
    for kind in ("diagnose", "observe"):
        if not any(task.kind == kind for task in tasks):
            said.append(f"{where}: no task has kind {kind!r}. Turn one into it.")
    for task in tasks:
        room = task.number in ROOM_TASKS
        if room != (task.tier == "room"):
            said.append(
                f"{where}: task {task.number} has tier {task.tier!r}. Tasks 1 and 2 are room, later ones are not."
            )
    return said


def minutes_fit(case: Case) -> list[str]:
    """A task is a save point of at most 20 minutes; an exercise takes 45 to 75, its room tier at most 35."""
    tasks, where = [task for task in case.exercise.tasks if task.tier != "stretch"], f"{case.slug}/exercise.toml"
    said = [
        f"{where}: task {task.number} takes {task.minutes} minutes. Split it: {MAX_TASK_MINUTES} is the most."
        for task in tasks
        if task.minutes > MAX_TASK_MINUTES
    ]
    whole, room = sum(task.minutes for task in tasks), sum(task.minutes for task in tasks if task.tier == "room")
    if not FULL_MINUTES[0] <= whole <= FULL_MINUTES[1]:
        said.append(f"{where}: the tasks take {whole} minutes. Plan {FULL_MINUTES[0]} to {FULL_MINUTES[1]}.")
    if room > MAX_ROOM_MINUTES:
        said.append(f"{where}: the room tasks take {room} minutes. Plan at most {MAX_ROOM_MINUTES}.")
    return said


def typing_is_bounded(case: Case) -> list[str]:
    """At most 15 lines typed in the room, 60 in all; 90 where a starter is blank or the answer is YAML or JSON."""
    tiers = {task.number: task.tier for task in case.exercise.tasks}
    per_task: dict[int, int] = {}
    room_files: set[str] = set()
    for name, text in marked(case).items():
        for number, lines in typed_lines(text).items():
            per_task[number] = per_task.get(number, 0) + lines
            if tiers.get(number) == "room" and lines:
                room_files.add(name)
    for name, places in case.exercise.blanks.items():
        for place, number in places.items():
            per_task[number] = per_task.get(number, 0) + typed(case.solution[name], place, source=name)
            if tiers.get(number) == "room":
                room_files.add(name)
    room = sum(lines for number, lines in per_task.items() if tiers.get(number) == "room")
    whole = sum(lines for number, lines in per_task.items() if tiers.get(number) != "stretch") + _answers(case)
    most = BLANK_LINES if _is_blank_or_data(case) else FULL_LINES
    said = []
    if room > ROOM_LINES:
        said.append(
            f"{case.slug}/solution: the room tasks ask for {room} typed lines. Give more: {ROOM_LINES} is the most."
        )
    if whole > most:
        said.append(f"{case.slug}/solution: the tasks ask for {whole} typed lines. Give more: {most} is the most.")
    if len(room_files) > ROOM_FILES:
        listed = ", ".join(sorted(room_files))
        said.append(f"{case.slug}/solution: the room tasks touch {listed}. Keep them within {ROOM_FILES} files.")
    return said


def first_task_earns(case: Case, answers: dict[str, object], judge: Callable[[Target], Result]) -> list[str]:
    """With the answer of task 1 alone in place, a point is earned."""
    files = {name: case.starter[name] for name in case.exercise.hand_in if name in case.starter}
    for name, text in marked(case).items():
        if 1 in regions(text):
            files[name] = put_in_place(files[name], text, 1, source=name)
    for name in case.exercise.blanks:
        files[name] = fill(files[name], case.solution[name], case.exercise.places(name, 1), source=name)
    target = Target("first task", {name: text.encode() for name, text in files.items()})
    if answers and ANSWERS in files and not regions(case.solution[ANSWERS]):
        target = replace(target, files={**target.files, ANSWERS: toml_of(answers).encode()})
    result = judge(target)
    if any(row.earned for row in result.rows if row.task == 1):
        return []
    lost = next((row for row in result.rows if row.task == 1 and not row.good), None)
    seen = f" {lost.id!r} says: {lost.seen or 'waits for ' + lost.waits_for}." if lost else ""
    return [f"{case.slug}: task 1 alone earns no point.{seen} Let a first point be within reach of task 1."]


def _answers(case: Case) -> int:
    """Keys of an answers.toml without markers: one typed line each."""
    text = case.solution.get(ANSWERS, "")
    return len(tomllib.loads(text)) if text and not regions(text) else 0


def _is_blank_or_data(case: Case) -> bool:
    files = [name for name in case.exercise.hand_in if name != ANSWERS]
    blank = any(task.starter == "blank" for task in case.exercise.tasks)
    return blank or (bool(files) and all(name.endswith(DATA) for name in files))

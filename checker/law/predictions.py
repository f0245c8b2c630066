"""predictions.toml: three entry questions, and for each task something to predict before it is tried."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from checker.law.case import Case
from checker.law.matrix import Target
from checker.law.reading import full_sentences
from checker.result import Result

ENTRY = {"id", "question", "options", "answer", "reason", "read"}
PREDICT = {"id", "task", "question", "options", "answer", "reason"}
ENTRIES, REASON = 3, 2


def predictions_are_complete(case: Case) -> list[str]:
    """Three entry questions, at least one prediction a task, two to four options, a reason of two sentences."""
    where = f"{case.slug}/predictions.toml"
    if not (case.folder / "predictions.toml").is_file():
        return [f"{where} is not there. Write it; checker/API.md shows its form."]
    try:
        table = tomllib.loads(case.text("predictions.toml"))
    except tomllib.TOMLDecodeError as error:
        return [f"{where} is not TOML: {error}."]
    entries, predicted = table.get("entry", []), table.get("predict", [])
    said = []
    if len(entries) != ENTRIES:
        said.append(f"{where} has {len(entries)} entry questions. An entry ticket has {ENTRIES}.")
    for task in case.exercise.tasks:
        if task.tier != "stretch" and not any(one.get("task") == task.number for one in predicted):
            said.append(f"{where} has no prediction for task {task.number}. Ask what will be seen, before it is.")
    ids = [one.get("id") for one in (*entries, *predicted)]
    said += [
        f"{where}: the id {one!r} is given twice. Rename one." for one in sorted({i for i in ids if ids.count(i) > 1})
    ]
    for one in entries:
        said += _faults(f"{where}: entry", one, ENTRY, case)
    for one in predicted:
        said += _faults(f"{where}: prediction", one, PREDICT, case)
        count = len(full_sentences(str(one.get("reason", ""))))
        if count != REASON:
            said.append(f"{where}: prediction {one.get('id')!r} has a reason of {count} sentences. Write {REASON}.")
    return said


def predictions_reach_no_grade(case: Case, solution: Target, judge: Callable[[Target], Result]) -> list[str]:
    """The result is the same for one who predicted all right, and for one who predicted all wrong."""
    questions = tomllib.loads(case.text("predictions.toml")).get("predict", [])
    right = {one["id"]: one["answer"] for one in questions}
    wrong = {one["id"]: next(key for key in one["options"] if key != one["answer"]) for one in questions}
    first, second = (judge(replace(solution, state={"predictions": chosen})) for chosen in (right, wrong))
    if first.without_times() == second.without_times():
        return []
    return [f"{case.slug}: predictions change the result. Take them out of what the checks read."]


def _faults(where: str, one: dict[str, Any], keys: set[str], case: Case) -> list[str]:
    name = one.get("id")
    said = []
    if set(one) != keys:
        listed = ", ".join(sorted(keys))
        return [f"{where} {name!r} needs exactly {listed}."]
    if not str(name).startswith(f"{case.exercise.number}."):
        said.append(f"{where} {name!r} has no id of this exercise. Begin it with '{case.exercise.number}.'.")
    options = one["options"]
    if not isinstance(options, dict) or not 2 <= len(options) <= 4:
        said.append(f"{where} {name!r} has {len(options)} options. Give two to four.")
    if one["answer"] not in options:
        said.append(
            f"{where} {name!r} has the answer {one['answer']!r}, which is no option. There are: {', '.join(options)}."
        )
    return said

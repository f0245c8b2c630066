"""The answers of observe tasks: values that depend on the trainee's seed, computed by trusted code."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

from checker import messages as m
from checker.course import Course
from checker.errors import CheckerError
from checker.exercise import Exercise


def observed_answers(
    course: Course, exercise: Exercise, seed: int, resources: dict[str, Path] | None = None
) -> dict[str, Any]:
    """What `checks/answers.py` says for this seed; empty where the exercise has no observe task."""
    path = exercise.checks / "answers.py"
    if not path.exists():
        return {}
    spec = importlib.util.spec_from_file_location(f"answers_{exercise.number}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folders = {name: course.resource(name, resources) for name in exercise.resources}
    for name, folder in folders.items():
        if not folder.is_dir():
            raise CheckerError(m.NO_RESOURCE.format(path=str(folder), name=name), "make start")
    values: dict[str, Any] = module.answers(seed, folders)
    return values


def fill_in(text: str, values: dict[str, Any]) -> str:
    """Put values into the lines `key = …` of an answers.toml, keeping its comments."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        key = line.partition("=")[0].strip()
        if "=" in line and key in values:
            # A JSON scalar is a TOML scalar.
            lines[number] = f"{key} = {json.dumps(values[key])}"
    return "\n".join(lines)

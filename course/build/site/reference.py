"""Reference pages, made from what programs say of themselves: they cannot disagree with the product."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from checker.cli import parser
from checker.result import schema
from checker.verbs import VERBS
from course import coverage, facts
from course.build.schedule import text as schedule_text
from course.build.site import covered
from course.outline import Outline

FOLDER = "reference"
# argparse folds its help at the width of the terminal.
WIDTH = "88"


def pages(outline: Outline) -> dict[Path, str]:
    """All of them, by path in the site."""
    return {
        Path(FOLDER, "checker.md"): checker_verbs(),
        Path(FOLDER, "service-api.md"): service_api(),
        Path(FOLDER, "settings.md"): settings(),
        Path(FOLDER, "facts.md"): dated_facts(),
        Path(FOLDER, "schedules.md"): schedules(outline),
        Path(FOLDER, "result.md"): result(),
        Path(FOLDER, "coverage.md"): covered.page(coverage.load(), outline),
    }


def checker_verbs() -> str:
    """The command line of the checker: its own help, verb by verb."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = WIDTH
    try:
        top = parser()
        subs = next(one for one in top._actions if isinstance(one, argparse._SubParsersAction))
        lines = ["# The checker's commands", "", "What `checker --help` and each verb's `--help` say.", ""]
        lines += _fenced(top.format_help())
        for verb in VERBS:
            lines += [f"## checker {verb.name}", "", *_fenced(subs.choices[verb.name].format_help())]
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
    return "\n".join(lines)


def service_api() -> str:
    """The sample service's paths, from the OpenAPI document that it publishes."""
    from movie_service.app import create_app
    from movie_service.errors import ModelUnavailable
    from movie_service.settings import Settings

    document = create_app(settings=Settings(), predictor=ModelUnavailable("not asked", "not asked")).openapi()
    lines = [
        "# The sample service's API",
        "",
        "From its OpenAPI document; the running service shows it under `/docs`.",
        "",
    ]
    lines += ["| Method | Path | What it does | Answers |", "|:--|:--|:--|:--|"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            lines.append(
                f"| {method.upper()} | `{path}` | {_cell(operation.get('summary', ''))} | {_answers(operation)} |"
            )
    return "\n".join([*lines, ""])


def settings() -> str:
    """Every setting of the sample service."""
    from movie_service.settings import PREFIX, Settings

    lines = ["# The sample service's settings", "", "Environment variables; a wrong one is refused when it starts.", ""]
    lines += ["| Variable | Default | What it says |", "|:--|:--|:--|"]
    for name, field in Settings.model_fields.items():
        default = str(field.default) or "(empty)"
        lines.append(f"| `{PREFIX}{name.upper()}` | `{_cell(default)}` | {_cell(field.description or '')} |")
    return "\n".join([*lines, ""])


def dated_facts() -> str:
    """Versions, quotas and prices: what can go out of date, with the day it was looked up."""
    lines = ["# Dated facts", "", "Every version, quota and price that a page or slide prints.", ""]
    lines += ["| What | Value | Looked up | Source |", "|:--|:--|:--|:--|"]
    for fact in facts.load().values():
        source = f"<{fact.source}>" if fact.source.startswith("http") and " " not in fact.source else fact.source
        lines.append(f"| {_cell(fact.says)} | {_cell(fact.value)} {_unit(fact.unit)} | {fact.date} | {_cell(source)} |")
    return "\n".join([*lines, ""])


def schedules(outline: Outline) -> str:
    """Every profile's schedule, as `python -m course outline` prints it."""
    lines = ["# Schedules", "", "One course, several lengths. `python -m course outline --profile day` prints one.", ""]
    for name, profile in outline.profiles.items():
        lines += [f"## {profile.title}", "", f"Profile `{name}`.", "", *_fenced(schedule_text(outline, profile))]
    return "\n".join(lines)


def result() -> str:
    """Every field of a result, from its JSON Schema."""
    table = schema()
    row = table["properties"]["rows"]["items"]
    lines = [
        "# A result as JSON", "",
        "`checker check 1 --json` prints one, `checker grade` writes one for each hand-in.",
        "The schema is `checker/result.schema.json`, version 1: fields are added under a new version only.", "",
        *_fields(table), "", "## A row", "", *_fields(row), "",
        "The score is the sum of the rows, and no row that could not be checked lowers it.", "",
    ]  # fmt: skip
    return "\n".join(lines)


def _fields(table: dict[str, Any]) -> list[str]:
    head = ["| Field | Values | What it says |", "|:--|:--|:--|"]
    fields = table["properties"].items()
    optional = {name: "" if name in table["required"] else " (optional)" for name, _ in fields}
    return head + [
        f"| `{name}`{optional[name]} | {_values(one)} | {_cell(one['description'])} |" for name, one in fields
    ]


def _values(field: dict[str, Any]) -> str:
    if "const" in field:
        return f"`{str(field['const']).lower()}`"
    return ", ".join(f"`{one}`" for one in field["enum"]) if "enum" in field else str(field["type"])


def _fenced(text: str) -> list[str]:
    return ["```text", text.rstrip("\n"), "```", ""]


def _answers(operation: dict[str, Any]) -> str:
    return ", ".join(operation.get("responses", {}))


def _unit(unit: str) -> str:
    return "" if unit in ("version", "day", "month", "date") else unit


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")

"""Exports with a line per check: JUnit for a CI server, results.json for Gradescope."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from checker import messages as m
from checker.classroom.overrides import Override, apply, read_overrides
from checker.classroom.record import ClassRun, Submission, read_result
from checker.result import FINDING, Result, Row
from checker.state import write_atomically

# What XML 1.0 cannot hold, escaped or not.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(run: ClassRun, out: Path) -> Path:
    """A suite per submission, a case per check with points or guard; what could not be checked is an error."""
    overrides = read_overrides(out)
    suites = "".join(_suite(one, _results(one, out, overrides)) for one in run.counted)
    path = out / "junit.xml"
    write_atomically(path, f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{suites}</testsuites>\n')
    return path


def _results(one: Submission, out: Path, overrides: Sequence[Override]) -> list[Result]:
    found = (read_result(out, cell) for cell in one.cells)
    return [apply(overrides, one.id, result) for result in found if result]


def _suite(one: Submission, results: list[Result]) -> str:
    if one.status in ("refused", "not_graded"):
        cases = [f"  <testcase classname={_attribute(one.id)} name={_attribute(one.status)}>"
                 f"<error message={_attribute(one.says)}/></testcase>\n"]  # fmt: skip
        lost, errors = 0, 1
    else:
        rows = [(result, row) for result in results for row in result.rows]
        cases = [_case(one, result, row) for result, row in rows]
        errors = sum(row.verdict == "could_not_check" for _, row in rows)
        lost = sum(not row.good and row.verdict not in ("could_not_check", "waits_for") for _, row in rows)
    counts = f'tests="{len(cases)}" failures="{lost}" errors="{errors}"'
    return f"<testsuite name={_attribute(one.id)} {counts}>\n{''.join(cases)}</testsuite>\n"


def _case(one: Submission, result: Result, row: Row) -> str:
    head = f"  <testcase classname={_attribute(f'{one.id}.{result.exercise}')} name={_attribute(row.id)}"
    if row.good:
        return f"{head}/>\n"
    if row.verdict == "waits_for":
        return f"{head}><skipped message={_attribute(f'waits for: {row.waits_for}')}/></testcase>\n"
    kind = "error" if row.verdict == "could_not_check" else "failure"
    text = escape(_clean(_finding(row)))
    return f"{head}><{kind} message={_attribute(row.title)}>{text}</{kind}></testcase>\n"


def _finding(row: Row) -> str:
    return "\n".join(f"{name}: {getattr(row, name)}" for name in FINDING if getattr(row, name))


def _clean(text: str) -> str:
    return NOT_XML.sub("?", text)


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def write_gradescope(run: ClassRun, out: Path) -> Path:
    """`gradescope/<submission>/results.json`, as Gradescope's autograders write it. Text, never HTML."""
    folder, overrides = out / "gradescope", read_overrides(out)
    for one in run.counted:
        place = folder / one.id
        place.mkdir(parents=True, exist_ok=True)
        text = json.dumps(gradescope(one, _results(one, out, overrides)), indent=1, ensure_ascii=False)
        write_atomically(place / "results.json", text + "\n")
    return folder


def gradescope(one: Submission, results: list[Result]) -> dict[str, object]:
    says = [one.says] if one.says else []
    says += [one.late.says] if one.late else []
    return {
        "score": one.points,
        "output": "\n".join((*says, *one.notices)),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [_test(result, row) for result in results for row in result.rows],
    }


def _test(result: Result, row: Row) -> dict[str, object]:
    """A trainee reads it: of a hidden check the title and the points."""
    waits = f"waits for: {row.waits_for}" if row.verdict == "waits_for" else ""
    found = "" if row.hidden else _finding(row)
    return {
        "number": f"{result.exercise[:2]}.{row.id}",
        "name": row.title,
        "score": row.earned,
        "max_score": row.max,
        "status": "passed" if row.good else "failed",
        "output": waits or f"{m.VERDICTS[row.verdict]}\n{found}".strip(),
        "output_format": "text",
        "name_format": "text",
        "visibility": "visible",
    }

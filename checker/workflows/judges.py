"""Other people's judges of a workflow: the JSON schema that check-jsonschema brings, and zizmor.

The schema is read as data; zizmor runs with --offline. A judge that is not installed is CouldNotCheck.
"""

from __future__ import annotations

import difflib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from checker.errors import CouldNotCheck, Finding
from checker.readers import read_yaml_12
from checker.workflows.faults import Fault

SECONDS = 30
SCHEMA = "builtin_schemas/vendor/github-workflows.json"
SEVERITIES = ("Unknown", "Informational", "Low", "Medium", "High")
FILTERS = ("branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types")
ASK_OWNER = "How is it written, and how far is the line indented: what does that make it a part of?"
ASK_VALUE = "Which values does GitHub know at this place?"


@dataclass(frozen=True)
class Found:
    """One finding of zizmor: the rule's name, its line in the file, and what it says of that line."""

    rule: str
    severity: str
    line: int
    says: str
    # A comment in the file asks zizmor to pass over it.
    hidden: bool = False


def schema_faults(name: str, text: str) -> list[Fault]:
    """What GitHub's schema of workflows does not allow, the most telling first."""
    value = _listed(read_yaml_12(name, text))
    errors = list(_validator().iter_errors(value))
    best = _closest(min(errors, key=lambda one: len(one.absolute_path))) if errors else None
    if best is None:
        return []
    return [
        Fault((*best.absolute_path, *_unknown(best)[:1]), _short(best), ASK_OWNER if _misplaced(best) else ASK_VALUE)
    ]


def _misplaced(error: Any) -> bool:
    return bool(_unknown(error)) or error.validator in ("required", "oneOf", "anyOf", "type")


def _listed(value: Any) -> Any:
    """With one text in place of a list made a list of one, and without an empty `needs`: GitHub takes both.

    github.com/actions/languageservices, workflow-parser/src/workflow-v1.0.json: event-branches and its kin, needs.
    """
    if not isinstance(value, dict):
        return value
    on, jobs = value.get("on"), value.get("jobs")
    if isinstance(on, dict):
        on = {event: _filters(given) if isinstance(given, dict) else given for event, given in on.items()}
    if isinstance(jobs, dict):
        jobs = {
            name: {key: one for key, one in job.items() if key != "needs" or one != []}
            if isinstance(job, dict)
            else job
            for name, job in jobs.items()
        }
    return value | ({"on": on} if "on" in value else {}) | ({"jobs": jobs} if "jobs" in value else {})


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    return {key: [one] if key in FILTERS and isinstance(one, str) else one for key, one in given.items()}


def _closest(error: Any) -> Any:
    """The fault of that alternative of the schema which fits but for the fewest faults: what was meant."""
    branches: dict[Any, list[Any]] = {}
    for one in error.context or ():
        branches.setdefault(one.schema_path[0], []).append(one)
    if not branches:
        return error
    meant = min(branches.values(), key=lambda faults: (len(faults), -max(len(one.absolute_path) for one in faults)))
    return _closest(max(meant, key=lambda one: len(one.absolute_path)))


def zizmor(name: str, text: str, *, least: str = "Medium") -> list[Found]:
    """What zizmor finds, from this severity on, also behind `# zizmor: ignore[…]`.

    The file must keep the schema, else zizmor does not read it.
    """
    found = _zizmor(name, text, "--no-ignores")
    if "zizmor" in text:
        shown = {(one.rule, one.line) for one in _zizmor(name, text)}
        found = [replace(one, hidden=(one.rule, one.line) not in shown) for one in found]
    kept = [one for one in found if SEVERITIES.index(one.severity) >= SEVERITIES.index(least)]
    return sorted(kept, key=lambda one: (one.line, one.rule))


def _zizmor(name: str, text: str, *options: str) -> list[Found]:
    with tempfile.TemporaryDirectory(prefix="ck-") as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8")
        command = [_binary("zizmor"), "--offline", "--no-config", "--format", "json", "--no-exit-codes"]
        command += [*options, path.name]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CouldNotCheck(Finding(seen=f"zizmor did not answer: {error}")) from None
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise CouldNotCheck(Finding(seen=f"zizmor ended with exit code {done.returncode}: {said[:200]}"))
    return [_found(one) for one in json.loads(done.stdout)]


@cache
def _validator() -> Any:
    from jsonschema.validators import validator_for

    try:
        source = resources.files("check_jsonschema").joinpath(SCHEMA)
        schema = json.loads(source.read_text(encoding="utf-8"))
    except (ModuleNotFoundError, FileNotFoundError):
        raise CouldNotCheck(
            Finding(seen="The package check-jsonschema, which brings the schema of workflows, is not installed.")
        ) from None
    return validator_for(schema)(schema)


def _short(error: Any) -> str:
    if unknown := _unknown(error):
        like = difflib.get_close_matches(unknown[0], list(error.schema.get("properties", {})), 1, 0.75)
        return f"the key {unknown[0]!r} does not belong here" + (f"; GitHub knows {like[0]!r}" if like else "")
    if error.validator == "required":
        return f"{error.message.partition(' is')[0]} is missing"
    if error.validator in ("oneOf", "anyOf"):
        return f"{str(error.instance)[:40]!r} is not of a kind that belongs here"
    return str(error.message)[:120]


def _unknown(error: Any) -> list[str]:
    """Keys that the schema does not know at this place."""
    if error.validator != "additionalProperties":
        return []
    known = set(error.schema.get("properties", {}))
    patterns = list(error.schema.get("patternProperties", {}))
    return [
        key for key in map(str, error.instance) if key not in known and not any(re.search(one, key) for one in patterns)
    ]


def _binary(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise CouldNotCheck(Finding(seen=f"The program {name} is not installed; it comes with requirements/learn.txt."))
    return found


def _found(one: dict[str, Any]) -> Found:
    primary = next((at for at in one["locations"] if at["symbolic"]["kind"] == "Primary"), one["locations"][0])
    start = primary["concrete"]["location"]["start_point"]
    return Found(one["ident"], one["determinations"]["severity"], start["row"] + 1, primary["symbolic"]["annotation"])

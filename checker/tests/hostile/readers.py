"""What the trusted side does with files that it parses; each ends with a value, or with a refusal in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checker import readers
from checker.buildspec import read, schema_faults
from checker.cloudformation import read_stack
from checker.cloudwatch import Refused as CloudWatchRefused
from checker.cloudwatch import patterns
from checker.compose import Refused as ComposeRefused
from checker.compose import load
from checker.dockerfile import Context, Ignore, copied, steps
from checker.errors import Verdict
from checker.kube import objects
from checker.promql import CannotFollow, Database, Evaluator, QueryFailed, QueryRefused, parse
from checker.refusal import refuse_reaching_out
from checker.workflows import expressions, matrix, reading
from checker.workflows.grammar import ExpressionError

Files = Mapping[str, str]


def _one(files: Files) -> tuple[str, str]:
    return next(iter(files.items()))


def _compose(files: Files) -> Any:
    return load(files, strict=False)


def _workflow(files: Files) -> Any:
    return reading.read(*_one(files))


def _workflow_jobs(files: Files) -> Any:
    return [matrix.combinations(job.raw.get("strategy"), {}) for job in _workflow(files).jobs]


def _expression(files: Files) -> Any:
    return expressions.evaluate(_one(files)[1], {})


def _kube(files: Files) -> Any:
    name, text = _one(files)
    return objects.in_text(name, text, readers.read_documents(name, text))


def _docker(files: Files) -> Any:
    dockerfile = readers.read_docker(*_one(files))
    steps(dockerfile, Context({"app.py": 1}, Ignore()), "app.py")
    return [list(stage.walk()) for stage in dockerfile.needed]


def _copies(files: Files) -> Any:
    dockerfile = readers.read_docker(*_one(files))
    context = Context({"app.py": 1}, Ignore())
    return [copied(one, state, context) for one, state in dockerfile.last.walk() if one.keyword in ("COPY", "ADD")]


def _refusal(files: Files) -> Any:
    refuse_reaching_out(files)
    raise AssertionError("nothing was refused")


def _stack(files: Files) -> Any:
    return read_stack(dict(files)).resources


def _promql(files: Files) -> Any:
    return parse(_one(files)[1])


def _promql_match(files: Files) -> Any:
    database = Database()
    database.load("up", {"a": "x" * 40}, "1", step=15_000)
    return Evaluator(database).query(_one(files)[1], 0)


def _pattern(files: Files) -> Any:
    return patterns.matcher(_one(files)[1].strip())("x" * 40)


def _buildspec(files: Files) -> Any:
    spec = read(*_one(files))
    return schema_faults(spec.raw)


READERS: dict[str, Callable[[Files], Any]] = {
    "yaml": lambda files: readers.read_yaml(*_one(files)),
    "json": lambda files: readers.read_json(*_one(files)),
    "toml": lambda files: readers.read_toml(*_one(files)),
    "dockerfile": _docker,
    "dockerfile-copies": _copies,
    "compose": _compose,
    "workflow": _workflow,
    "workflow-jobs": _workflow_jobs,
    "expression": _expression,
    "kube": _kube,
    "refusal": _refusal,
    "stack": _stack,
    "promql": _promql,
    "promql-match": _promql_match,
    "pattern": _pattern,
    "buildspec": _buildspec,
}


def outcome(reader: str, files: Files) -> str:
    """`value`, `refused`, or the name of an exception that no check expects."""
    try:
        READERS[reader](files)
    except (Verdict, ComposeRefused, CloudWatchRefused, CannotFollow, QueryFailed, QueryRefused, ExpressionError):
        return "refused"
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return "value"

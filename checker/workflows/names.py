"""Which names an expression may read at which key of a workflow, and what GitHub does with names it does not know.

The table is GitHub's: "Contexts reference", section "Context availability", and "Evaluate expressions in workflows and
actions" for the functions (github/docs, content/actions/reference/workflows-and-actions, read on 2026-11-26).
github.com/actions/languageservices, workflow-parser/src/workflow-v1.0.json, holds the same lists for editors.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from checker.workflows.expressions import STATUS, expressions_in
from checker.workflows.faults import Fault
from checker.workflows.grammar import ExpressionError, Node, parse
from checker.workflows.reading import Workflow

Path = tuple[str | int, ...]
CONTEXTS = (
    "github", "env", "vars", "job", "jobs", "steps", "runner", "secrets", "strategy", "matrix", "needs", "inputs",
)  # fmt: skip
RUN, JOB = "github inputs vars", "github needs strategy matrix vars inputs"
STEP_IF = f"{JOB} job runner env steps"
STEP = f"{STEP_IF} secrets"
# A key of the file, with * for any name, and the contexts that are there; of several that fit, the longest counts.
OFFERED = {
    "run-name": RUN, "concurrency": RUN, "env": f"{RUN} secrets",
    "on.workflow_call.inputs.*.default": RUN, "on.workflow_call.outputs.*.value": f"{RUN} jobs",
    "jobs.*.if": f"{RUN} needs", "jobs.*.strategy": f"{RUN} needs", "jobs.*.name": JOB, "jobs.*.runs-on": JOB,
    "jobs.*.concurrency": JOB, "jobs.*.continue-on-error": JOB, "jobs.*.timeout-minutes": JOB, "jobs.*.with": JOB,
    "jobs.*.environment": JOB, "jobs.*.environment.url": f"{JOB} job runner env steps",
    "jobs.*.env": f"{JOB} secrets", "jobs.*.secrets": f"{JOB} secrets", "jobs.*.defaults.run": f"{JOB} env",
    "jobs.*.container": JOB, "jobs.*.container.credentials": f"{JOB} env secrets",
    "jobs.*.container.env": f"{JOB} job runner env secrets", "jobs.*.services": JOB,
    "jobs.*.services.*.credentials": f"{JOB} env secrets", "jobs.*.services.*.env": f"{JOB} job runner env secrets",
    "jobs.*.outputs": STEP, "jobs.*.steps.*": STEP, "jobs.*.steps.*.if": STEP_IF,
}  # fmt: skip
FUNCTIONS = ("contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON", "case", "hashFiles", *STATUS)
# What `github.` may be followed by: the same page, section "github context".
GITHUB = (
    "action", "action_path", "action_ref", "action_repository", "action_status", "actor", "actor_id", "api_url",
    "artifacts", "artifacts_list", "base_ref", "env", "event", "event_name", "event_path", "graphql_url", "head_ref",
    "job", "output", "path", "ref", "ref_name", "ref_protected", "ref_type", "repository", "repository_id",
    "repository_owner", "repository_owner_id", "repository_visibility", "repositoryurl", "retention_days",
    "run_attempt", "run_id", "run_number", "secret_source", "server_url", "sha", "state", "step_summary", "token",
    "triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace",
)  # fmt: skip
# What people look for under another name.
MEANT = {"branch": "ref_name", "branch_name": "ref_name", "tag": "ref_name", "commit": "sha", "user": "actor"}
REFUSES = "GitHub refuses the file"
ASK_NAME = "How is this name written in GitHub's reference of contexts and functions?"
ASK_PLACE = "When does GitHub work this line out, and what does it know by then?"
ASK_WRITTEN = "How does GitHub want this expression to be written?"


def name_faults(workflow: Workflow) -> list[Fault]:
    """Expressions of a file that cannot be read, and names in them that are not known, or not at this place."""
    return [fault for path, text in _expressions(workflow.raw, ()) for fault in _faults(path, text)]


def _expressions(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _expressions(one, (*path, str(key)))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _expressions(one, (*path, number))
    elif isinstance(value, str) and _pattern(path).endswith(".if") and "${{" not in value:
        yield path, value
    else:
        yield from ((path, text) for text in expressions_in(value))


def _faults(path: Path, text: str) -> Iterator[Fault]:
    if not text.strip():
        return
    try:
        nodes = parse(text).walk()
    except ExpressionError as error:
        yield Fault(path, f"the expression `{text.strip()[:50]}` cannot be read: {error}", ASK_WRITTEN)
        return
    for node in nodes:
        if node.kind == "name":
            yield from _of_context(path, str(node.value))
        elif node.kind == "call":
            yield from _of_function(path, str(node.value))
        elif node.kind == "index":
            yield from _of_github(path, node)


def _of_context(path: Path, name: str) -> Iterator[Fault]:
    pattern = _pattern(path)
    offered = OFFERED.get(pattern, " ".join(CONTEXTS)).split()
    if name.lower() not in CONTEXTS:
        yield Fault(path, f"GitHub knows no `{name}`{_like(name, CONTEXTS)}, and refuses the file", ASK_NAME)
    elif name.lower() not in offered:
        listed = ", ".join(sorted(offered))
        seen = f"`{name}` cannot be read in `{_key(path, pattern)}`, only {listed}; {REFUSES}"
        yield Fault(path, seen, ASK_PLACE)


def _of_function(path: Path, name: str) -> Iterator[Fault]:
    pattern = _pattern(path)
    if name not in map(str.lower, FUNCTIONS):
        seen = f"GitHub knows no function `{name}()`{_like(name, FUNCTIONS, '()')}, and refuses the file"
        yield Fault(path, seen, ASK_NAME)
    elif name in STATUS and not pattern.endswith(".if"):
        yield Fault(path, f"`{name}()` can be asked in an `if` alone; {REFUSES}", ASK_PLACE)
    elif name == "hashfiles" and ".steps." not in pattern:
        yield Fault(path, f"`hashFiles()` can be asked in a step alone; {REFUSES}", ASK_PLACE)


def _of_github(path: Path, node: Node) -> Iterator[Fault]:
    holder, key = node.parts
    if (holder.kind, str(holder.value).lower(), key.kind) != ("name", "github", "literal"):
        return
    name = str(key.value)
    if name.lower() not in GITHUB:
        like = f" (there is `{MEANT[name.lower()]}`)" if name.lower() in MEANT else _like(name, GITHUB)
        yield Fault(path, f"`github` has no `{name}`{like}: GitHub reads an empty value there, always", ASK_NAME)


def _like(name: str, known: Iterable[str], end: str = "") -> str:
    spelled = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), list(spelled), 1, 0.7)
    return f" (there is `{spelled[found[0]]}{end}`)" if found else ""


def _pattern(path: Path) -> str:
    """The key of the table that fits best; without one, the path itself."""
    fitting = [pattern for pattern in OFFERED if _fits(pattern.split("."), path)]
    return max(fitting, key=lambda one: one.count("."), default=".".join(map(str, path)))


def _fits(pattern: list[str], path: Path) -> bool:
    return len(pattern) <= len(path) and all(one in ("*", str(step)) for one, step in zip(pattern, path, strict=False))


def _key(path: Path, pattern: str) -> str:
    """The key as a person names it: `jobs.build.if`, `jobs.build.steps.if`."""
    return ".".join(step for step in path[: pattern.count(".") + 1] if isinstance(step, str))

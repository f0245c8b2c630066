"""What may happen to a repository, and whether a workflow's `on:` answers to it.

Filters as in GitHub's "Workflow syntax", filter pattern cheat sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.workflows.names import GITHUB
from checker.workflows.payloads import REPOSITORY, payload
from checker.workflows.reading import Workflow
from checker.workflows.values import Open

OWNER = REPOSITORY.partition("/")[0]
SHA = "5f1c0a7e9b3d42c68f7a1e0d9c8b7a6f5e4d3c2b"
PULL_REQUEST_TYPES = ("opened", "synchronize", "reopened")
# What github.ref holds after events that are of another place than main, and the activity that is meant.
REFS = {
    "release": "refs/tags/v1.4.0", "create": "refs/tags/v1.4.0",
    "merge_group": "refs/heads/gh-readonly-queue/main/pr-17-5f1c0a7",
}  # fmt: skip
ACTIONS = {"release": "published", "merge_group": "checks_requested", "workflow_run": "completed"}


@dataclass(frozen=True)
class Event:
    """One happening. `ref` is what github.ref holds; a fork's pull request is from outside the repository."""

    name: str
    ref: str = "refs/heads/main"
    fork: bool = False
    base: str = "main"
    head: str = ""
    action: str = ""
    actor: str = "mona"
    sha: str = SHA
    run: int = 4711
    # What was changed; without any, filters by path let everything through.
    files: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def trusted(self) -> bool:
        """Whether the run gets secrets and a token that may write."""
        return not (self.fork and self.name == "pull_request")


def push(
    branch: str = "main", *, sha: str = SHA, run: int = 4711, files: tuple[str, ...] = (), actor: str = "mona"
) -> Event:  # fmt: skip
    return Event("push", f"refs/heads/{branch}", sha=sha, run=run, files=files, actor=actor)


def tag(name: str = "v1.4.0") -> Event:
    return Event("push", f"refs/tags/{name}", run=4713)


def pull_request(
    *, fork: bool = False, target: bool = False, base: str = "main", files: tuple[str, ...] = (),
    action: str = "opened",
) -> Event:  # fmt: skip
    """A pull request that was opened; with `target`, as `pull_request_target` sees it."""
    if target:
        return Event("pull_request_target", f"refs/heads/{base}", fork, base, "patch-1", action, files=files)
    return Event("pull_request", "refs/pull/17/merge", fork, base, "patch-1", action, files=files)


def dispatch(inputs: Mapping[str, Any] | None = None, branch: str = "main") -> Event:
    """Somebody presses "Run workflow"."""
    return Event("workflow_dispatch", f"refs/heads/{branch}", run=4714, inputs=inputs or {})


def happening(name: str) -> Event:
    """Any other event that `on` may name: a release, the clock, a tag that was made, a merge that waits."""
    ref = REFS.get(name, "refs/heads/main")
    return Event(name, ref, action=ACTIONS.get(name, ""), run=4715)


def other_pushes(workflow: Workflow) -> list[Event]:
    """Pushes of branches and tags, but main, of which the filters or conditions of a file speak."""
    filters = workflow.on.get("push", {})
    found = [push(_sample(one)) for one in _patterns(filters.get("branches"))]
    found += [tag(_sample(one)) for one in _patterns(filters.get("tags"))]
    conditions = " ".join(one for job in workflow.jobs for one in (job.condition, *(s.condition for s in job.steps)))
    for kind, name in re.findall(r"refs/(heads|tags)/([\w./-]+)", conditions):
        found.append((tag if kind == "tags" else push)(f"{name}1" if name.endswith(("/", "-", ".")) else name))
    return [one for one in dict.fromkeys(found) if one.ref != "refs/heads/main"]


def _sample(pattern: str) -> str:
    """A name that a filter fits: `release/**` fits release/1."""
    bare = re.sub(r"\[[^\]]*\]|\*+", "1", pattern.removeprefix("!"))
    return re.sub(r"[?+\\]", "", bare)


def contexts(event: Event) -> dict[str, Any]:
    """The contexts that depend on the event alone."""
    kind, _, name = event.ref.removeprefix("refs/").partition("/")
    github = {
        "event_name": event.name, "ref": event.ref, "ref_name": name,
        "ref_type": "tag" if kind == "tags" else "branch", "head_ref": event.head,
        "base_ref": event.base if event.head else "", "sha": event.sha, "repository": REPOSITORY,
        "repository_owner": OWNER, "actor": event.actor, "triggering_actor": event.actor, "run_id": str(event.run),
        "run_number": str(event.run - 4000), "run_attempt": "1", "workflow": "deploy", "token": "‹GITHUB_TOKEN›",
        "server_url": "https://github.com", "ref_protected": event.ref == "refs/heads/main",
        "event": payload(event), "workspace": "‹workspace›", "job": "‹job›",
    }  # fmt: skip
    return {"github": Open("github", github, GITHUB), "inputs": dict(event.inputs)}


def starts(workflow: Workflow, event: Event) -> tuple[bool, str]:
    """Whether the event starts the workflow, and why not."""
    if event.name not in workflow.on:
        listed = ", ".join(workflow.on) or "nothing"
        return False, f"`on` does not name {event.name}; it names {listed}"
    filters = workflow.on[event.name]
    if event.name == "push":
        begins, why = _push_starts(filters, event.ref)
        return (begins, why) if not begins or event.ref.startswith("refs/tags/") else _paths_start(filters, event)
    if event.name.startswith("pull_request"):
        types = filters.get("types", PULL_REQUEST_TYPES)
        if event.action not in ([types] if isinstance(types, str) else types):
            return False, f"`on.{event.name}.types` does not name {event.action}"
        if not _passes(filters, "branches", event.base):
            return False, f"`on.{event.name}.branches` does not match {event.base}"
        return _paths_start(filters, event)
    return True, ""


def _paths_start(filters: Mapping[str, Any], event: Event) -> tuple[bool, str]:
    """One changed file that `paths` names, or that `paths-ignore` does not, is enough."""
    if not event.files or any(_passes(filters, "paths", file) for file in event.files):
        return True, ""
    key = "paths" if "paths" in filters else "paths-ignore"
    changed = ", ".join(event.files)
    says = f"does not match {changed}" if key == "paths" else f"matches {changed}"
    return False, f"`on.{event.name}.{key}` {says}"


def _push_starts(filters: Mapping[str, Any], ref: str) -> tuple[bool, str]:
    kind, _, name = ref.removeprefix("refs/").partition("/")
    own, other = ("tags", "branches") if kind == "tags" else ("branches", "tags")
    has = {key: key in filters or f"{key}-ignore" in filters for key in (own, other)}
    # With a filter for the one kind alone, pushes of the other kind do not start the workflow.
    if has[other] and not has[own]:
        return False, f"`on.push` filters {other} only, so a push of {_one(own)} does not start it"
    if not _passes(filters, own, name):
        return False, f"`on.push.{own}` does not match {name}"
    return True, ""


def _one(kind: str) -> str:
    return "a tag" if kind == "tags" else "a branch"


def _passes(filters: Mapping[str, Any], key: str, name: str) -> bool:
    if key in filters:
        return matches(_patterns(filters[key]), name)
    ignored = _patterns(filters.get(f"{key}-ignore"))
    return not (ignored and matches(ignored, name))


def _patterns(value: Any) -> list[str]:
    return [] if value is None else [str(one) for one in (value if isinstance(value, list) else [value])]


def matches(patterns: list[str], name: str) -> bool:
    """The last pattern that fits decides; one that begins with ! takes away."""
    found = False
    for pattern in patterns:
        if pattern.startswith("!"):
            found = found and not _regex(pattern[1:]).fullmatch(name)
        else:
            found = found or bool(_regex(pattern).fullmatch(name))
    return found


def _regex(pattern: str) -> re.Pattern[str]:
    made, place = "", 0
    signs = {"**": ".*", "*": "[^/]*", "?": "?", "+": "+"}
    while place < len(pattern):
        sign = "**" if pattern.startswith("**", place) else pattern[place]
        if sign == "[" and "]" in pattern[place:]:
            end = pattern.index("]", place) + 1
            made, place = made + pattern[place:end], end
        elif sign == "\\" and place + 1 < len(pattern):
            made, place = made + re.escape(pattern[place + 1]), place + 2
        else:
            made, place = made + signs.get(sign, re.escape(sign)), place + len(sign)
    try:
        return re.compile(made)
    except re.error:
        return re.compile(re.escape(pattern))

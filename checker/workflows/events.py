"""What may happen to a repository, and whether a workflow's `on:` answers to it.

Filters as in GitHub's "Workflow syntax", filter pattern cheat sheet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checker.workflows.reading import Workflow
from checker.workflows.values import Open

OWNER, REPOSITORY = "octo-org", "octo-org/movie-service"
SHA = "5f1c0a7e9b3d42c68f7a1e0d9c8b7a6f5e4d3c2b"
PULL_REQUEST_TYPES = ("opened", "synchronize", "reopened")


@dataclass(frozen=True)
class Event:
    """One happening. `ref` is what github.ref holds; a fork's pull request is from outside the repository."""

    name: str
    ref: str = "refs/heads/main"
    fork: bool = False
    base: str = "main"
    head: str = ""
    action: str = ""
    sha: str = SHA
    run: int = 4711
    # What was changed; without any, filters by path let everything through.
    files: tuple[str, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def trusted(self) -> bool:
        """Whether the run gets secrets and a token that may write."""
        return not (self.fork and self.name == "pull_request")


def push(branch: str = "main", *, sha: str = SHA, run: int = 4711, files: tuple[str, ...] = ()) -> Event:
    return Event("push", f"refs/heads/{branch}", sha=sha, run=run, files=files)


def tag(name: str = "v1.4.0") -> Event:
    return Event("push", f"refs/tags/{name}", run=4713)


def pull_request(*, fork: bool = False, target: bool = False, base: str = "main", files: tuple[str, ...] = ()) -> Event:
    """A pull request that was opened; with `target`, as `pull_request_target` sees it."""
    if target:
        return Event("pull_request_target", f"refs/heads/{base}", fork, base, "patch-1", "opened", files=files)
    return Event("pull_request", "refs/pull/17/merge", fork, base, "patch-1", "opened", files=files)


def dispatch(inputs: Mapping[str, Any] | None = None, branch: str = "main") -> Event:
    """Somebody presses "Run workflow"."""
    return Event("workflow_dispatch", f"refs/heads/{branch}", run=4714, inputs=inputs or {})


def contexts(event: Event) -> dict[str, Any]:
    """The contexts that depend on the event alone."""
    kind, _, name = event.ref.removeprefix("refs/").partition("/")
    github = {
        "event_name": event.name, "ref": event.ref, "ref_name": name,
        "ref_type": "tag" if kind == "tags" else "branch", "head_ref": event.head,
        "base_ref": event.base if event.head else "", "sha": event.sha, "repository": REPOSITORY,
        "repository_owner": OWNER, "actor": "mona", "triggering_actor": "mona", "run_id": str(event.run),
        "run_number": str(event.run - 4000), "run_attempt": "1", "workflow": "deploy", "token": "‹GITHUB_TOKEN›",
        "server_url": "https://github.com", "ref_protected": event.ref == "refs/heads/main",
        "event": _payload(event), "workspace": "‹workspace›", "job": "‹job›",
    }  # fmt: skip
    return {"github": Open("github", github), "inputs": dict(event.inputs)}


def _payload(event: Event) -> dict[str, Any]:
    repository = Open("repository", {"full_name": REPOSITORY, "fork": False, "default_branch": "main"})
    found: dict[str, Any] = {"repository": repository, "sender": Open("sender", {"login": "mona"})}
    if event.name.startswith("pull_request"):
        source = "somebody/movie-service" if event.fork else REPOSITORY
        head = {"ref": event.head, "sha": "‹head sha›", "label": f"{source.partition('/')[0]}:{event.head}"}
        head["repo"] = Open("repo", {"full_name": source, "fork": event.fork})  # type: ignore[assignment]
        base = {"ref": event.base, "repo": Open("repo", {"full_name": REPOSITORY, "fork": False})}
        request = {"head": Open("head", head), "base": Open("base", base), "draft": False, "merged": False}
        request |= {"title": "‹a title of somebody's choice›", "number": 17}
        found |= {"action": event.action, "number": 17, "pull_request": Open("pull_request", request)}
    elif event.name == "push":
        commit = Open("head_commit", {"message": "‹a message of somebody's choice›", "id": event.sha})
        found |= {"ref": event.ref, "head_commit": commit, "created": False, "deleted": False, "forced": False}
    elif event.name == "workflow_dispatch":
        found |= {"inputs": dict(event.inputs), "ref": event.ref}
    return found


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

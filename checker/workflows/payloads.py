"""What `github.event` holds after each event: the payload of GitHub's webhook, as far as workflows read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checker.workflows.values import Open, to_text

if TYPE_CHECKING:
    from checker.workflows.events import Event

REPOSITORY = "octo-org/movie-service"


def payload(event: Event) -> dict[str, Any]:
    """The properties that are known; inside of what is open, any other is one that only a real run knows."""
    repository = Open("repository", {"full_name": REPOSITORY, "fork": False, "default_branch": "main"})
    found: dict[str, Any] = {"repository": repository, "sender": Open("sender", {"login": event.actor})}
    if event.action:
        found["action"] = event.action
    if event.name.startswith("pull_request"):
        return found | _of_pull_request(event)
    if event.name == "push":
        return found | _of_push(event)
    if event.name == "workflow_dispatch":
        # As texts, whatever type the file declares: only the context `inputs` keeps the type.
        return found | {"inputs": {key: to_text(value) for key, value in event.inputs.items()}, "ref": event.ref}
    if event.name == "workflow_run":
        run = {"conclusion": "success", "head_branch": "main", "event": "push"}
        return found | {"workflow_run": Open("workflow_run", run)}
    kind, _, name = event.ref.removeprefix("refs/").partition("/")
    return found | {"ref": name, "ref_type": "tag" if kind == "tags" else "branch"}


def _of_push(event: Event) -> dict[str, Any]:
    # No two pushes have the same commit, so what is unknown of one is not what is unknown of the other.
    short = event.sha[:7]
    known = {"message": "‹a message of somebody's choice›", "id": event.sha, "timestamp": f"‹time of {short}›"}
    return {
        "ref": event.ref, "after": event.sha, "before": f"‹commit before {short}›",
        "pusher": Open("pusher", {"name": event.actor}), "head_commit": Open(f"commit {short}", known),
        "created": False, "deleted": False, "forced": False,
    }  # fmt: skip


def _of_pull_request(event: Event) -> dict[str, Any]:
    source = "somebody/movie-service" if event.fork else REPOSITORY
    of_head = {
        "ref": event.head, "sha": "‹head sha›", "label": f"{source.partition('/')[0]}:{event.head}",
        "repo": Open("repo", {"full_name": source, "fork": event.fork}),
    }  # fmt: skip
    of_base = {"ref": event.base, "repo": Open("repo", {"full_name": REPOSITORY, "fork": False})}
    request = {
        "head": Open("head", of_head), "base": Open("base", of_base), "draft": False, "merged": False,
        "title": "‹a title of somebody's choice›", "number": 17,
    }  # fmt: skip
    return {"action": event.action, "number": 17, "pull_request": Open("pull_request", request)}

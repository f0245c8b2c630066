"""What a job's token may do, from the workflow's and the job's `permissions`.

As in GitHub's "Workflow syntax", permissions: a key on the job replaces the workflow's, and scopes that it does not
name are none. A pull request from a fork reads only, and gets no identity.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SCOPES = (
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "models",
    "packages", "pages", "pull-requests", "repository-projects", "security-events", "statuses",
)  # fmt: skip
LEVELS = ("none", "read", "write")


def declared(value: Any) -> dict[str, str] | None:
    """A `permissions` value as scope to access; None where there is none."""
    if value is None:
        return None
    if value in ("read-all", "write-all"):
        level = str(value).removesuffix("-all")
        found = dict.fromkeys(SCOPES, level)
        return found | {"id-token": "write" if level == "write" else "none"}
    return {str(scope): str(access) for scope, access in value.items()} if isinstance(value, Mapping) else {}


def effective(
    workflow: Mapping[str, Any], job: Mapping[str, Any], *, trusted: bool, ceiling: Mapping[str, str] | None = None
) -> dict[str, str] | None:
    """The rights of a job's token. `ceiling` is the caller's, for a job of a called workflow."""
    own = declared(job.get("permissions")) if "permissions" in job else declared(workflow.get("permissions"))
    if own is None:
        own = dict(ceiling) if ceiling is not None else None
    elif ceiling is not None:
        own = {scope: min(access, ceiling.get(scope, "none"), key=_rank) for scope, access in own.items()}
    if trusted:
        return own
    reading = own if own is not None else dict.fromkeys(SCOPES, "read")
    return {
        scope: "none" if scope == "id-token" else min(access, "read", key=_rank) for scope, access in reading.items()
    }


def _rank(access: str) -> int:
    return LEVELS.index(access) if access in LEVELS else len(LEVELS)

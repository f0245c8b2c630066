"""What ECS gets for the containers of a task before it starts any of them, beside the five of the night.

A container that is not essential is no exception: what ECS may not get for it keeps the whole task from starting.
Source: ECS developer guide, task execution role, looked up 2026-11-27.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker import sibling
from checker.cloudformation.arns import concrete
from checker.ecs.task import Container

KEPT, RIGHTS = sibling(__file__, "kept"), sibling(__file__, "rights")
NEXT = "What does ECS get for each container before one starts, and what of it does the contract know?"


@dataclass(frozen=True)
class Need:
    """One thing that a container makes ECS ask for, and where the task definition says so."""

    what: str
    action: str
    thing: str
    path: tuple[str | int, ...]


def refused(handed_in: Any, contract: Any) -> Iterator[tuple[Need, str]]:
    """Each thing that the execution role may not get, with what is refused."""
    for one in _needs(handed_in, contract):
        # What only the deployment fills in may be anything.
        denied = None if "${" in one.thing else RIGHTS.refusal(handed_in, "execution", one.action, one.thing)
        if denied:
            yield one, denied.seen


def _needs(handed_in: Any, contract: Any) -> Iterator[Need]:
    for one in handed_in.task.containers:
        path = ("containerDefinitions", one.number)
        yield from _secrets(handed_in, contract, one)
        for place, file in enumerate(KEPT.entries(one.properties.get("environmentFiles"))):
            thing = concrete(handed_in.stack, file.get("value", ""))
            what = f"the file of variables of {one.name!r}"
            yield Need(what, "s3:GetObject", thing, (*path, "environmentFiles", place))
        # The log of the service is one of the five.
        if one.number != handed_in.api.number and one.log_driver == "awslogs":
            group, region, prefix = (
                concrete(handed_in.stack, one.log_options.get(f"awslogs-{key}", ""))
                for key in ("group", "region", "stream-prefix")
            )
            thing = f"arn:aws:logs:{region}:{contract.ACCOUNT}:log-group:{group}:log-stream:{prefix}/{one.name}/0a1b"
            yield Need(f"the log of {one.name!r}", "logs:CreateLogStream", thing, (*path, "logConfiguration"))


def _secrets(handed_in: Any, contract: Any, container: Container) -> Iterator[Need]:
    """The secrets of its variables and of its log driver; the key of the service is one of the five."""
    for keys in (("secrets",), ("logConfiguration", "secretOptions")):
        found: Any = container.properties
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        for place, one in enumerate(KEPT.entries(found)):
            if one.get("name") == contract.KEY and container.number == handed_in.api.number:
                continue
            action, thing = _looked_up(concrete(handed_in.stack, one.get("valueFrom", "")), contract)
            path = ("containerDefinitions", container.number, *keys, place)
            yield Need(f"the secret {one.get('name')} of {container.name!r}", action, thing, path)


def _looked_up(text: str, contract: Any) -> tuple[str, str]:
    """What ECS does to look a secret up, and its ARN; a name alone is a parameter of Systems Manager."""
    parts = text.split(":")
    if parts[:1] == ["arn"] and parts[2:3] == ["secretsmanager"]:
        return "secretsmanager:GetSecretValue", ":".join(parts[:7])
    if parts[:1] != ["arn"]:
        text = f"arn:aws:ssm:{contract.REGION}:{contract.ACCOUNT}:parameter/{text.lstrip('/')}"
    return "ssm:GetParameters", text

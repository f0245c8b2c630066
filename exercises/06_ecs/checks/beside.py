"""Further containers of a task: what they may end, what may keep them from starting, and who waits for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.cloudformation.arns import concrete

# A private registry of AWS; whoever pulls from it needs a right.
PRIVATE = re.compile(r"[^/]+\.dkr\.ecr\.[^/]+/[^:@]+")
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """How a container that the contract does not know ends the task, or keeps the service from starting."""
    task, api = handed_in.task, handed_in.api
    for one in task.containers:
        if one.number == api.number:
            continue
        path = ("containerDefinitions", one.number)
        if one.properties.get("essential", True) not in (False, "false"):
            yield (
                f"the container {one.name!r} is essential, and what it does is in no file: "
                "when it ends, ECS stops the task",
                "one container of the contract; one beside it is not essential",
                task.at(*path, "essential"),
                "What becomes of the service when this container ends, and what is taken when `essential` is not said?",
            )
        if contract.LISTENS in one.ports:
            yield (
                f"the container {one.name!r} opens port {contract.LISTENS} too, and all containers of a task share one "
                "address: only one of them can listen there",
                "port 8000 for the service alone",
                task.at(*path, "portMappings"),
                "What do the containers of a task share in awsvpc, as those of a pod do?",
            )
        image = PRIVATE.match(concrete(handed_in.readable, one.properties.get("image")))
        if image and image[0] != contract.REPOSITORY_URI:
            yield (
                f"the image of {one.name!r} is of {image[0]}, which the execution role may not pull: no task starts",
                "images of the contract's repository, or of a public one",
                task.at(*path, "image"),
                "Who pulls the images of all containers, and from which repository may it?",
            )
    for place, one in enumerate(_waited_for(api)):
        if one.get("condition") != "START":
            yield (
                f"{api.name!r} waits for {one.get('containerName')!r} ({one.get('condition')}), and what that one does "
                "is in no file",
                "a container that starts by itself",
                task.at("containerDefinitions", api.number, "dependsOn", place),
                "What becomes of the service when the other container never gets there?",
            )


def _waited_for(api: Any) -> list[dict[str, Any]]:
    found = api.properties.get("dependsOn")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

"""The container's own health check, which need not be there: whether the image can run it, and what it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from checker.ecs.task import whole

# Neither of them is in a slim image; a check that cannot start fails like one that says no.
PROGRAM = re.compile(r"python[\d.]*|sh|bash")
NOT_IN_IMAGE = re.compile(r"\b(curl|wget|nc)\b")
# A port that is not written is 80.
ASKED = re.compile(r"https?://[^/:\s'\"]+(?::(\d+))?(/[\w/.-]*)?")
# What the API takes, in seconds but for the tries.
TAKES = {"interval": (5, 300), "timeout": (2, 60), "retries": (1, 10), "startPeriod": (0, 300)}
Fault = tuple[str, str, str, str]


def faults(handed_in: Any, contract: Any) -> Iterator[Fault]:
    """What makes the check say no at each try."""
    api = handed_in.api
    found = api.properties.get("healthCheck")
    if not isinstance(found, dict):
        return
    yield from _bounds(handed_in, found)
    words = [str(one) for one in found.get("command") or []]
    where = handed_in.task.at("containerDefinitions", api.number, "healthCheck", "command")
    command = " ".join(words)
    tool = NOT_IN_IMAGE.search(command)
    if tool:
        yield (
            f"the container's own check runs {tool[0]}, which a slim image has not: it fails each time",
            "a check that the image can run",
            where,
            "Which program is surely in an image of a Python service?",
        )
    elif not _runs(words):
        yield (
            f"the container's own check is {command[:40]!r}, which the image cannot run: it fails each time",
            "`CMD` and a program of the image, or `CMD-SHELL` and a line",
            where,
            "What does the first word of such a list mean, and what the second?",
        )
    asked = ASKED.search(command)
    if asked and (int(asked[1] or 80) != contract.LISTENS or asked[2] not in (contract.LIVE, contract.READY)):
        yield (
            f"the container's own check asks {asked[0]}, and nobody answers 200 there",
            "port 8000 and a path of the contract",
            where,
            "What does the contract say of port and paths?",
        )


def _bounds(handed_in: Any, check: dict[str, Any]) -> Iterator[Fault]:
    """Numbers that ECS does not take, though the linter does."""
    for key, (least, most) in TAKES.items():
        if key in check and not least <= whole(check[key], least) <= most:
            yield (
                f"{key} of the container's own check is {check[key]}: ECS refuses the task definition",
                f"{key} from {least} to {most}, as the starter has it",
                handed_in.task.at("containerDefinitions", handed_in.api.number, "healthCheck", key),
                "The container's own check is right as it was given. Whose patience did you want to change?",
            )


def _runs(words: list[str]) -> bool:
    """Whether Docker can start it: a line for a shell, or a program of the image with something to run."""
    if words[:1] == ["CMD-SHELL"]:
        return True
    program = words[1].rpartition("/")[2] if len(words) > 1 else ""
    rest = words[2:] if program.startswith("python") else ["a script"]
    given = bool(rest) and (len(rest) > 1 if rest[0] in ("-c", "-m") else not re.search("^-| ", rest[0]))
    return words[:1] == ["CMD"] and bool(PROGRAM.fullmatch(program)) and given

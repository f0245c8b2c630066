"""The key: where its value stands in the files, and whether ECS finds it where the task definition says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudformation.arns import concrete
from checker.ecs.task import Container

# Names of variables and options that hold a key; the name of a file or of a place is none.
SECRET = re.compile(
    r"pseudonym_?key|secret|token|passw|(^|_)(api|access|private|auth)_?key|(^|_)(key|salt|pepper)$", re.I
)
PLACE = re.compile(r"_(file|path|dir|url|id|arn|name|length)$", re.I)
WORDS = re.compile(r"(?:^|[\s;&\"'])(?:--)?([A-Za-z_][\w-]*)[= ]+[\"']?(?![-$<])([^\s\"'$;&|]{3,})")
# A colon in a URL or an ARN, a slash in a path: the value is a place, too.
ELSEWHERE = re.compile(r"^(/|arn:|https?:)|/")
# A name with one word as its value, to the end of the line or of an entry; neither a reference nor a mapping.
ASSIGNED = r"(?<![:\w]){key}[\"']?\s*[:=]\s*[\"']?(?![\"'$!{{\[&*]|arn:)([^\s\"'{{}},#]+)[\"']?\s*(?:[,}}#]|$)"
# Platform versions of Fargate that can look up a secret, and a field of one. Source: ECS developer guide, secrets by
# environment variables, looked up 2026-11-27.
SINCE_SECRETS, SINCE_FIELDS, LATEST = (1, 3, 0), (1, 4, 0), (9,)
KEY_READER = "whoever may describe the task definition reads it, in every revision"
LOOKED_UP = "Which list of a container is handed over as it stands, and which one does ECS look up first?"
FILE_READER = "whoever may read the repository reads it, in every commit"


@dataclass(frozen=True)
class Written:
    """A place where a key stands in clear."""

    seen: str
    where: str
    expected: str = "the name of the secret, in place of its value"
    next: str = "What is the ECS name for `secretKeyRef` of kubernetes.yaml?"


def written(handed_in: Any, key: str, secret: str) -> Iterator[Written]:
    """Every place of the files where the value of a key stands, or the name of its secret is handed over as one."""
    for container in handed_in.task.containers:
        yield from _in_container(handed_in, container, key, secret)
    for resource in handed_in.readable.of("AWS::SecretsManager::Secret"):
        if isinstance(resource.get("SecretString"), str):
            seen = f"the template holds the value of {resource.id}: {FILE_READER}"
            yield Written(seen, resource.at("SecretString"))
    assigned = re.compile(ASSIGNED.format(key=key))
    for name, text in handed_in.texts.items():
        for number, line in enumerate(text.split("\n"), 1):
            if not line.lstrip().startswith(("#", "//")) and assigned.search(line):
                yield Written(f"the value of {key} stands in {name}: {FILE_READER}", f"{name}:{number}")


def _in_container(handed_in: Any, container: Container, key: str, secret: str) -> Iterator[Written]:
    task, path = handed_in.task, ("containerDefinitions", container.number)
    named = secret.rpartition(":")[2]
    names = (named, named.rpartition("-")[0])
    for place, one in enumerate(entries(container.properties.get("environment"))):
        name, value = str(one.get("name", "")), concrete(handed_in.readable, one.get("value", ""))
        if name == key and (value.startswith("arn:") or value in names):
            seen = f"the container gets the text {value} as its key: nobody looks it up from `environment`"
            where = task.at(*path, "environment", place)
            yield Written(seen, where, "the name of the secret, where ECS looks it up", LOOKED_UP)
        elif name == key or (_holds(name, value) and "${" not in value):
            yield Written(f"the value of {name} stands in it: {KEY_READER}", task.at(*path, "environment", place))
    for part in ("command", "entryPoint"):
        found = container.properties.get(part)
        line = " ".join(map(str, found)) if isinstance(found, list) else ""
        for word in WORDS.finditer(line):
            if _holds(word[1].replace("-", "_"), word[2]):
                yield Written(f"{part} holds the value of {word[1]}: {KEY_READER}", task.at(*path, part))


def _holds(name: str, value: str) -> bool:
    return bool(SECRET.search(name)) and not PLACE.search(name) and len(value) > 2 and not ELSEWHERE.search(value)


def lookup_fault(text: str, secret: str) -> str:
    """Why ECS does not find the secret by this `valueFrom`; empty when it does."""
    parts = text.split(":")
    arn, rest = ":".join(parts[:7]), parts[7:]
    if not text.startswith("arn:"):
        named = f"{text} is no ARN: ECS looks for a parameter of Systems Manager with this name"
        return named if text else "nothing says where it comes from"
    if arn == secret.rpartition("-")[0]:
        return "it names a part of the ARN, which means this secret only as long as no other one fits"
    if arn != secret:
        return f"ECS looks for {arn}, which is another secret or none: the task does not start"
    return _after_the_arn(rest)


def _after_the_arn(rest: list[str]) -> str:
    """After the ARN stand field, stage and version, each with its colon, or nothing."""
    if rest and len(rest) != 3:
        return f"after the ARN stands {':' + ':'.join(rest)}: ECS takes three fields there or none, and does not start"
    if rest and rest[1] not in ("", "AWSCURRENT"):
        return f"it asks for the stage {rest[1]}, and not for the key that holds today"
    if rest and rest[2]:
        return f"it asks for the version {rest[2]}, and not for the key that holds today"
    return ""


def too_old(version: Any, text: str) -> str:
    """Why a platform version of Fargate does not look up this `valueFrom`; empty when it does."""
    given = tuple(map(int, version.split("."))) if re.fullmatch(r"\d\.\d{1,2}\.\d{1,2}", str(version)) else LATEST
    if given < SINCE_SECRETS:
        return f"the platform version {version} knows no secrets: the task does not start"
    if given < SINCE_FIELDS and any(text.split(":")[7:]):
        return (
            f"the platform version {version} looks up whole secrets only, and no field of one: the task does not start"
        )
    return ""


def entries(value: Any) -> list[dict[str, Any]]:
    """The entries of a list of variables or secrets."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []

"""Where a secret can stand in a Dockerfile, and who reads it there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from typing import Any

from checker.dockerfile import copied
from checker.dockerfile.installs import script
from checker.dockerfile.stages import declared
from checker.dockerfile.words import pairs

NAME = re.compile(r"token|secret|passw|pwd$|credential|(api|access|private|auth)_?key", re.IGNORECASE)
# A path to a mounted file is no secret, and neither is the name of a file.
HARMLESS = re.compile(r"_(file|path|dir|url|id)$", re.IGNORECASE)
LITERAL = re.compile(r"\btk-[0-9a-f]{6,}|\bgh[pousr]_\w{20,}|\bAKIA[0-9A-Z]{12,}|://[^/\s:@\"']+:[^/\s@\"'$]+@")
ASSIGNED = re.compile(r"\b([A-Za-z_]\w*)=[\"']?([^\s\"'$;&|]+)")
KEPT = re.compile(r"\b(cp|mv|tee)\b[^;&|\n]*/run/secrets/|/run/secrets/\S+\s*>|<\s*/run/secrets/\S+[^;&|\n]*>")
FILES = (".env", ".env.*", ".netrc", ".pypirc", "*.pem", "*.key", "id_rsa*", "credentials*", "token*.txt")


@dataclass(frozen=True)
class Found:
    """A place of a secret: the line, what stands there, and who reads it."""

    line: int
    what: str
    reader: str


HISTORY = "everybody who has the image reads it with `docker history`"
INSPECT = "everybody who has the image reads it with `docker inspect`"
CACHE = "that stage does not ship, and the build's cache and its history keep it"
LAYER = "the layer of that line keeps it, whatever a later line removes"


def is_secret_file(path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(fnmatch(name, pattern) for pattern in FILES) and not name.endswith((".example", ".sample"))


def found_in(image: Any) -> Iterator[Found]:
    """Every place of the Dockerfile, in any stage, where a secret stands or comes to lie."""
    for one in image.dockerfile.before:
        yield from _of_arg(one)
    for stage in image.dockerfile.stages:
        own = {id(one) for one in stage.instructions}
        for instruction, state in stage.walk():
            if id(instruction) in own:
                for found in _of(instruction, state, image):
                    yield (
                        found if stage in image.last.lineage or found.reader == LAYER else replace(found, reader=CACHE)
                    )


def _of(instruction: Any, state: Any, image: Any) -> Iterator[Found]:
    match instruction.keyword:
        case "ENV" | "LABEL":
            for name, value in pairs(instruction.text, state.visible).items():
                if (value and is_secret(name, value)) or LITERAL.search(value):
                    yield Found(instruction.line, f"{instruction.keyword} {name} has a value", INSPECT)
        case "ARG":
            yield from _of_arg(instruction)
        case "RUN":
            yield from _of_run(instruction)
        case "COPY" | "ADD" if instruction.flag("from") is None:
            for path in copied(instruction, state, image.context).files.values():
                if is_secret_file(path):
                    yield Found(instruction.line, f"`{instruction.shown}` copies {path}", LAYER)
                line = _in_comment(image.submission.text("Dockerfile")) if path == "Dockerfile" else 0
                if line:
                    what = f"`{instruction.shown}` copies Dockerfile, and the comment on line {line} holds one"
                    yield Found(instruction.line, what, LAYER)
        case "CMD" | "ENTRYPOINT" | "HEALTHCHECK" if LITERAL.search(instruction.text):
            yield Found(instruction.line, f"{instruction.keyword} holds it", INSPECT)
    for text in instruction.heredocs:
        if instruction.keyword != "RUN" and LITERAL.search(text.text):
            yield Found(instruction.line, f"the text <<{text.name} holds it", LAYER)


def _in_comment(text: str) -> int:
    """The line of a comment that holds a secret, such as a line that was put out of use; 0 for none."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.lstrip().startswith("#") and LITERAL.search(line)), 0)


def _of_arg(instruction: Any) -> Iterator[Found]:
    for name in declared(instruction, {}):
        if is_secret(name, "x"):
            yield Found(instruction.line, f"ARG {name} takes it", HISTORY)


def _of_run(instruction: Any) -> Iterator[Found]:
    text = f"{script(instruction)}\n{instruction.text}"
    literal = LITERAL.search(text)
    assigned = next((one[1] for one in ASSIGNED.finditer(text) if is_secret(one[1], one[2])), "")
    if literal or assigned:
        yield Found(instruction.line, f"the RUN of line {instruction.line} holds {assigned or 'one'} in clear", HISTORY)
    elif KEPT.search(text):
        yield Found(instruction.line, f"the RUN of line {instruction.line} copies a mounted secret", LAYER)


def is_secret(name: str, value: str) -> bool:
    return bool(NAME.search(name)) and not HARMLESS.search(name) and not value.startswith("/")

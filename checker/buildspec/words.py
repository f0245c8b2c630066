"""The words of one call of docker or aws: its options, its operands, and the names of images."""

from __future__ import annotations

import re
from itertools import takewhile

# Options of docker and aws that are followed by a value.
VALUED = re.compile(r"--?[a-z][\w-]*$")
DETACHED = re.compile(r"-[it]*d[it]*$")
FLAGS = {
    "--push", "--load", "--pull", "--no-cache", "--quiet", "-q", "--password-stdin", "--all-tags", "-a", "--rm", "-i",
    "-it", "--no-cli-pager", "--no-include-email", "--no-paginate", "--squash", "-d", "--detach", "--digests",
    "--no-trunc", "--debug",
}  # fmt: skip


def options(words: tuple[str, ...], *names: str) -> list[str]:
    """The values of these options: `--tag x`, `--tag=x`."""
    found = []
    for place, word in enumerate(words):
        name, sign, value = word.partition("=")
        if name in names:
            found.append(value if sign else words[place + 1] if place + 1 < len(words) else "")
    return found


def operands(words: tuple[str, ...]) -> list[str]:
    """What is neither an option nor the value of one."""
    found, skip = [], False
    for word in words[1:]:
        if skip:
            skip = False
        elif word.startswith("-") and word != "-":
            skip = "=" not in word and word not in FLAGS and bool(VALUED.match(word))
        else:
            found.append(word)
    return found


def is_detached(words: tuple[str, ...]) -> bool:
    """Whether a container is started in the background: docker run with -d, --detach, or -d among others as in -dit."""
    if words[0] not in ("docker", "podman") or "run" not in words[1:3]:
        return False
    # Behind the image stand words of the container's own.
    before = takewhile(lambda word: not named(word)[0], words[words.index("run") + 1 :])
    return any(word in ("--detach", "--detach=true") or DETACHED.match(word) for word in before)


def named(reference: str) -> tuple[str, str, str]:
    """Host, repository, and tag or digest of an image's name."""
    name, _, digest = reference.partition("@")
    last = name.rpartition("/")[2]
    tag = digest or (last.partition(":")[2] or "latest")
    name = name[: len(name) - len(last)] + last.partition(":")[0]
    host, _, repository = name.partition("/")
    return (host, repository, tag) if "." in host else ("", name, tag)


def full(reference: str) -> str:
    """The name with its tag, as the engine keeps it."""
    host, repository, tag = named(reference)
    return f"{host}/{repository}:{tag}" if host else f"{repository}:{tag}"

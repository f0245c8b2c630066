"""The words of one call of docker or aws: its options, its operands, and the names of images."""

from __future__ import annotations

import re

# Options of docker and aws that are followed by a value.
VALUED = re.compile(r"--?[a-z][\w-]*$")
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

"""What a value names that commands of a script have made: the digest of an image in a registry, or something else.

A registry's digest is the checksum of the image's manifest. The id that docker prints for an image is the checksum of
its configuration, and no registry finds an image by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from checker.script import unwrapped
from checker.workflows.shell import Command, read

DIGEST, IMAGE_ID, COMMIT, CHECKSUM, TIME = "digest", "image id", "commit", "checksum", "time"
ENGINES = ("docker", "podman", "nerdctl", "buildah")
REGISTRY_TOOLS = ("crane", "regctl", "skopeo")
FILTERS, CLOUDS = ("jq", "yq", "gojq"), ("aws", "gcloud", "az")
OTHERS = {
    "sha256sum": CHECKSUM, "shasum": CHECKSUM, "sha1sum": CHECKSUM, "md5sum": CHECKSUM, "openssl": CHECKSUM,
    "git": COMMIT, "date": TIME,
}  # fmt: skip
# What a field of a format or of a filter of jq stands for.
FIELDS = {
    "repodigests": DIGEST, "digest": DIGEST, "imagedigest": DIGEST, "containerimage.digest": DIGEST,
    "id": IMAGE_ID, "imageid": IMAGE_ID, "config.digest": IMAGE_ID, "containerimage.config.digest": IMAGE_ID,
}  # fmt: skip
FIELD = re.compile(r"[A-Za-z]+(?:\.[A-Za-z]+)*")
SUBSTITUTION = re.compile(r"‹(?:\$\(|`)(.*?)[)`]?›", re.DOTALL)
OUTPUT_FILES = {"--iidfile": IMAGE_ID, "--digestfile": DIGEST}


def kind_of(written: str, script: Sequence[Command] = ()) -> str:
    """What a value names; empty where that is not known. `script` are the commands of the step that made it."""
    found = SUBSTITUTION.search(written)
    if found:
        return _last(_of_command(one, script) for one in read(found[1], {}).commands)
    return IMAGE_ID if "‹image id of " in written else ""


def _last(kinds: Iterator[str]) -> str:
    return next((one for one in reversed(list(kinds)) if one), "")


def _of_command(command: Command, script: Sequence[Command]) -> str:
    words = unwrapped(command.words)
    name = words[0].rpartition("/")[2] if words else ""
    if name in ENGINES:
        return _of_engine(words)
    if name in ("cat", "head", "tail", "<"):
        return _of_file(words[-1], script)
    if name in REGISTRY_TOOLS:
        return DIGEST if "config" not in words else IMAGE_ID
    texts = {
        **dict.fromkeys(FILTERS, " ".join(words[1:])),
        **dict.fromkeys(CLOUDS, _option(words, "--query", "--format")),
    }
    return _of_fields(texts[name]) if name in texts else OTHERS.get(name, "")


def _of_engine(words: Sequence[str]) -> str:
    quiet = any(re.fullmatch(r"-[a-z]*q[a-z]*|--quiet", word) for word in words)
    template = _option(words, "--format", "-f")
    verb = next((word for word in words[1:] if word in ("inspect", "images", "ls", "build", "push", "imagetools")), "")
    if verb in ("images", "ls", "build") and quiet:
        return IMAGE_ID
    if verb == "push":
        return DIGEST
    return _of_fields(template) if verb in ("inspect", "images", "ls", "imagetools") else ""


def _of_fields(text: str) -> str:
    """By the fields that a template or filter names, the longest name first."""
    names = [match[0].lower() for match in FIELD.finditer(text)]
    for name in names:
        parts = name.split(".")
        for start in range(len(parts)):
            known = FIELDS.get(".".join(parts[start:]))
            if known:
                return known
    return ""


def _of_file(file: str, script: Sequence[Command]) -> str:
    """By the command that wrote the file."""
    for command in reversed(script):
        for option, kind in OUTPUT_FILES.items():
            if _option(command.words, option) == file:
                return kind
        if command.target == file:
            return _of_command(command, ()) or kind_of(command.text)
    return ""


def _option(words: Sequence[str], *names: str) -> str:
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            return value if equals else (words[place + 1] if place + 1 < len(words) else "")
    return ""

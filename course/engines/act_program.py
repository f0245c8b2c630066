"""Stands in for one program in a workflow that act runs: nothing is installed, built, pushed or logged in to.

`act_program.py NAME WORD…` says what NAME would have done. STAND_IN_FAILS names a program that ends with exit code 1.
Digests and ids are made from the commit, so that a run can be repeated and the two are told apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

TESTERS = ("pytest", "py.test", "tox", "nox")
NAMES = (
    *TESTERS, "python", "python3", "pip", "pip3", "uv", "poetry", "coverage", "docker", "podman", "buildah", "skopeo",
    "crane", "aws", "gcloud", "az", "npm",
)  # fmt: skip
# Modules of Python that reach out, or that a workflow tests with.
MODULES = ("pip", "pytest", "unittest", "tox", "nox", "coverage", "build", "twine")


def main(words: Sequence[str]) -> int:
    """The exit code of the program that is stood in for."""
    name, *rest = words
    if name in ("python", "python3") and not (rest[:1] == ["-m"] and rest[1:2] and rest[1] in MODULES):
        return subprocess.run([sys.executable, *rest], check=False).returncode
    tested = next((word for word in words if word.rpartition("/")[2] in (*TESTERS, "unittest")), "")
    if tested and name != "pip" and "--collect-only" not in words:
        return _say(f"{tested} stands in", fails="pytest" in os.environ.get("STAND_IN_FAILS", ""))
    if name in ("docker", "podman", "buildah"):
        return _engine(rest)
    if name in ("crane", "skopeo"):
        print(_checksum("manifest"))
        return 0
    if name == "aws" and "get-login-password" in rest:
        print("a-password-that-opens-nothing")
        return 0
    return _say(f"{name} stands in", fails=False)


def _say(text: str, *, fails: bool) -> int:
    print(f"{text}: {'a test fails' if fails else 'fine'}")
    return int(fails)


def _engine(words: Sequence[str]) -> int:
    digest, image_id = _checksum("manifest"), _checksum("configuration")
    for option, text in (
        ("--iidfile", image_id),
        ("--digestfile", digest),
        ("--metadata-file", json.dumps({"containerimage.digest": digest, "containerimage.config.digest": image_id})),
    ):
        if _option(words, option):
            Path(_option(words, option)).write_text(text, encoding="utf-8")
    print(_answer(words, digest, image_id))
    return 0


def _answer(words: Sequence[str], digest: str, image_id: str) -> str:
    """What docker prints; of a template only the fields that name an image by a checksum."""
    template = _option(words, "--format") or _option(words, "-f")
    image = re.sub(r":[\w.-]+$", "", words[-1]) if words else ""
    quiet = any(word in ("-q", "--quiet", "-aq") for word in words)
    if "RepoDigests" in template:
        return f"{image}@{digest}"
    if "Digest" in template or "push" in words[:2]:
        return digest if template else f"{words[-1].rpartition(':')[2]}: digest: {digest} size: 1"
    if re.search(r"\.I[dD]\b", template) or (quiet and {"build", "images", "ls"} & set(words[:3])):
        return image_id
    if "inspect" in words[:3]:
        return json.dumps([{"Id": image_id, "RepoDigests": [f"{image}@{digest}"]}])
    return "docker stands in: fine"


def _option(words: Sequence[str], name: str) -> str:
    for place, word in enumerate(words):
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
        if word == name and place + 1 < len(words):
            return words[place + 1]
    return ""


def _checksum(of: str) -> str:
    head = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=False).stdout.strip()
    return f"sha256:{hashlib.sha256((head + chr(10) if of == 'manifest' else of + head).encode()).hexdigest()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Answers that travel with the work and stay shut: each task sealed by itself, opened by its own code.

A code is derived from the secret of a release, so an instructor keeps one secret and can still hand out one task.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from checker.errors import ExerciseFault, Misuse

__all__ = ["code_for", "new_secret", "opened", "seal"]

SCHEMA = 1
# Lower case without i, l, o, u: what is read aloud or from a wall is not mistyped. 12 of 32 letters are 60 bits,
# which with scrypt at 16 MiB a guess is beyond trying them all.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 12
SCRYPT = {"length": 32, "n": 2**14, "r": 8, "p": 1}


def new_secret() -> str:
    """The one thing that an instructor keeps of a release; every code comes from it."""
    return _readable(secrets.token_bytes(32), 24)


def code_for(secret: str, slug: str, task: int) -> str:
    """The code of one task, e.g. `k3mf-8tqa-0zxw`; it says nothing about the secret or another task's code."""
    return _readable(hmac.digest(_plain(secret).encode(), f"{slug}.{task}".encode(), hashlib.sha256), CODE_LENGTH)


def seal(pieces: dict[int, dict[str, str]], codes: dict[int, str]) -> dict[str, Any]:
    """Return the sealed form of one exercise: task -> (file name -> text), each task shut by its own code."""
    sealed = {}
    for task, files in sorted(pieces.items()):
        salt = secrets.token_bytes(16)
        token = Fernet(_key(codes[task], salt)).encrypt(json.dumps(files, sort_keys=True).encode())
        sealed[str(task)] = {"salt": base64.b64encode(salt).decode(), "token": token.decode()}
    return {"schema": SCHEMA, "tasks": sealed}


def opened(path: Path, task: int, code: str) -> dict[str, str]:
    """Open the answer of one task: file name -> that task's part of the solution file, with its markers.

    Raises Misuse when the code is missing or wrong, or nothing is sealed for the task.
    """
    name = f"{int(path.stem[:2])}.{task}"
    if not _plain(code):
        raise Misuse(
            f"The answer of task {name} is sealed; the instructor has its code.", f"checker unblock {name} --code CODE"
        )
    piece = _piece(path, task, name)
    key = _key(code, base64.b64decode(piece["salt"]))
    try:
        files: dict[str, str] = json.loads(Fernet(key).decrypt(piece["token"].encode()))
    except InvalidToken:
        raise Misuse(
            f"The code {code!r} does not open the answer of task {name}. Each task has a code of its own.",
            f"checker hint {name}, or ask for the code of {name}",
        ) from None
    return files


def _piece(path: Path, task: int, name: str) -> dict[str, str]:
    try:
        table = json.loads(path.read_text(encoding="utf-8"))["tasks"]
    except FileNotFoundError:
        table = {}
    except (OSError, ValueError, KeyError, TypeError):
        raise ExerciseFault(
            f"{path.parent.name}/{path.name} cannot be read as sealed answers.", f"git checkout {path.parent.name}"
        ) from None
    if str(task) not in table:
        raise Misuse(f"No answer is sealed for task {name}.", f"checker hint {name}")
    piece: dict[str, str] = table[str(task)]
    return piece


def _key(code: str, salt: bytes) -> bytes:
    return base64.urlsafe_b64encode(Scrypt(salt=salt, **SCRYPT).derive(_plain(code).encode()))


def _plain(code: str) -> str:
    """What was typed, without dashes, spaces and capitals; O and I are what they look like."""
    kept = "".join(letter for letter in code.lower() if letter.isalnum())
    return kept.replace("o", "0").replace("i", "1").replace("l", "1")


def _readable(digest: bytes, length: int) -> str:
    number = int.from_bytes(digest, "big")
    letters = ""
    for _ in range(length):
        number, rest = divmod(number, 32)
        letters += ALPHABET[rest]
    return "-".join(letters[at : at + 4] for at in range(0, length, 4))

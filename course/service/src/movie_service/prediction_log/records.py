"""What a line of the spool holds. Plain dicts: this is on the way of every request."""

import os
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from time import time_ns
from typing import Any, Final

import orjson

from movie_service.columns import Asked
from movie_service.errors import SettingsError

_KEY_BYTES: Final = 32


# --8<-- [start:pseudonym]
class Pseudonyms:
    """Stands in for user ids: the same id always gets the same word, and nobody without the key can go back.

    A hash without a key would not do: there are few ids, and whoever tries them all has them all.
    """

    def __init__(self, key: bytes) -> None:
        self._keyed = blake2b(key=key, digest_size=16)

    def of(self, user_id: int) -> str:
        """The word for one user."""
        keyed = self._keyed.copy()
        keyed.update(str(user_id).encode("ascii"))
        return keyed.hexdigest()


# --8<-- [end:pseudonym]


def read_key(path: Path) -> bytes:
    """The key in the file; one is made where there is none, readable by this user only."""
    if not path.exists():
        _make_key(path)
    return parse_key(path)


def _make_key(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, os.urandom(_KEY_BYTES).hex().encode("ascii"))
        finally:
            os.close(descriptor)
        try:
            # link, unlike rename, never replaces the key that another process has made meanwhile.
            os.link(half, path)
        except FileExistsError:
            pass
        finally:
            half.unlink()
    except OSError as error:
        raise SettingsError(
            f"MOVIE_SERVICE_PSEUDONYM_KEY_FILE is {str(path)!r}, "
            f"but there is no key and none can be made ({error.strerror}).",
            "set MOVIE_SERVICE_PSEUDONYM_KEY_FILE to a file with 64 hexadecimal digits",
        ) from None


def parse_key(path: Path) -> bytes:
    """The key in the file; it must be there."""
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingsError(
            f"MOVIE_SERVICE_PSEUDONYM_KEY_FILE is {str(path)!r}, but that file does not hold 64 hexadecimal digits.",
            f"make a key with: python -c 'import secrets; print(secrets.token_hex())' > {path}",
        )
    return key


def model_line(version: str, names: Sequence[str]) -> bytes:
    """Which feature is which, once per segment and model; records carry the values alone."""
    return line({"kind": "model", "model_version": version, "features": list(names)})


def prediction(request_id: str, item: int, asked: Asked, user: str, values: Sequence[float] | None) -> dict[str, Any]:
    """The record of one answered request; what was answered is added by the caller."""
    return {
        "kind": "prediction",
        "request_id": request_id,
        "item": item,
        "time": time_ns() // 1000,
        "user": user,
        "movie_id": asked.movie_id,
        "age": asked.age,
        "gender": asked.gender,
        "occupation": asked.occupation,
        "features": values,
    }


def line(record: dict[str, Any]) -> bytes:
    """One line; a missing feature (NaN) becomes null."""
    return orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)

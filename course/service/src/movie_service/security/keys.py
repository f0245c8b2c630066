"""API keys: made once, shown once, kept as digests.

python -m movie_service.security.keys new --name dashboard --scope predict --file keys.json
"""

import argparse
import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from movie_service.errors import SettingsError
from movie_service.security.principal import SCOPES, Principal


class StoredKey(BaseModel):
    """An entry of the file: enough to know a key again, not enough to use it."""

    model_config = ConfigDict(strict=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    scopes: list[Literal["predict", "admin", "metrics"]]


_ENTRIES: Final = TypeAdapter(list[StoredKey])


# --8<-- [start:keys]
class ApiKeys:
    """Knows keys by their digests.

    A fast hash is right here, unlike for passwords: a key has 256 random bits, which nobody guesses at any speed.
    """

    def __init__(self, entries: Sequence[StoredKey]) -> None:
        self._known = [(bytes.fromhex(one.sha256), Principal(one.name, frozenset(one.scopes))) for one in entries]

    def find(self, key: bytes) -> Principal | None:
        """Whose key this is. Every entry is compared to its end, so that time tells nothing about a near miss."""
        digest = hashlib.sha256(key).digest()
        found = None
        for known, principal in self._known:
            if hmac.compare_digest(known, digest):
                found = principal
        return found


# --8<-- [end:keys]


def read_keys(path: str) -> ApiKeys:
    """The keys of a file; "" is none."""
    if not path:
        return ApiKeys([])
    return ApiKeys(_entries(Path(path)))


def _entries(path: Path) -> list[StoredKey]:
    try:
        return _ENTRIES.validate_json(path.read_bytes())
    except OSError as error:
        reason = error.strerror or "unknown reason"
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = ".".join(map(str, first["loc"])) + (": " if first["loc"] else "") + first["msg"]
    raise SettingsError(
        f"MOVIE_SERVICE_API_KEYS_FILE is {str(path)!r}, but no keys can be read from it ({reason}).",
        f"python -m movie_service.security.keys new --name example --scope predict --file {path}",
    )


def new(path: Path, name: str, scopes: Sequence[str]) -> str:
    """Make a key, add its digest to the file, and return the key, which nobody can read again."""
    entries = [one.model_dump() for one in _entries(path)] if path.exists() else []
    key = "mk_" + secrets.token_urlsafe(32)
    digest = hashlib.sha256(key.encode("ascii")).hexdigest()
    entry = StoredKey.model_validate({"name": name, "sha256": digest, "scopes": list(scopes)})
    half = path.with_name(path.name + ".half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        json.dump([*(one for one in entries if one["name"] != name), entry.model_dump()], out, indent=1)
    half.replace(path)
    return key


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 with the key on stdout, 2 for misuse."""
    parser = argparse.ArgumentParser(prog="python -m movie_service.security.keys", description=__doc__)
    verb = parser.add_subparsers(dest="verb", required=True).add_parser("new", help="make a key, or replace one")
    verb.add_argument("--name", required=True, help="whose key it is; the limit of requests is kept by it")
    verb.add_argument("--scope", action="append", choices=SCOPES, required=True, help="may be given several times")
    verb.add_argument("--file", type=Path, required=True, help="the service's MOVIE_SERVICE_API_KEYS_FILE")
    options = parser.parse_args(arguments)
    try:
        print(new(options.file, options.name, options.scope))
    except SettingsError as error:
        print(f"error: {error}\ntry: another --file", file=sys.stderr)
        return 2
    except ValidationError:
        print(
            f"error: {options.name!r} is no name of lower-case letters, digits, '.', '_' and '-'.\n"
            "try: --name dashboard",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())

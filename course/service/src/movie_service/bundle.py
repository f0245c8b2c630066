"""The model bundle on disk: read it, and believe nothing that its manifest does not vouch for.

LightGBM aborts the whole process when it meets a truncated text model. No `except` catches that, so every
byte is checked before LightGBM sees it, and what was checked is what gets loaded: the file is read once.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from movie_service.errors import ModelUnavailable

MANIFEST: Final = "manifest.json"
MODEL: Final = "model.txt"
ONLINE: Final = "online.json"

_ADVICE: Final = "Copy the whole bundle again or train it anew, then restart the service."
_NEWER: Final = "Use a bundle and a service of the same release, then restart the service."


class FileEntry(BaseModel):
    """Size and digest of one file of the bundle."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    bytes: Annotated[int, Field(ge=0)]


class Manifest(BaseModel):
    """What the training wrote about its model."""

    # Later trainings may add facts; the service shows what it knows and needs no change for them.
    model_config = ConfigDict(strict=True, extra="ignore", populate_by_name=True)

    format: Literal[1] = Field(alias="schema")
    name: Annotated[str, Field(min_length=1)]
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z.+_-]{1,64}$")]
    features: Annotated[list[str], Field(min_length=1)]
    threshold: Annotated[float, Field(ge=0, le=1)]
    files: dict[str, FileEntry]
    training: dict[str, Any] = {}
    metrics: dict[str, Any] = {}
    versions: dict[str, Any] = {}


@dataclass(frozen=True)
class Bundle:
    """A bundle whose bytes are those that its manifest names."""

    folder: Path
    manifest: Manifest
    model: bytes
    online: bytes
    # Of the manifest's file: the manifest itself holds no time, so that the same training gives the same bytes.
    made_at: float = 0.0


def read_bundle(folder: Path) -> Bundle:
    """Read and verify a bundle.

    Raises ModelUnavailable, naming the file, for anything that is not as the manifest says.
    """
    if not folder.is_dir():
        raise ModelUnavailable(
            f"There is no folder {str(folder)!r}. "
            "Train a model into it, or set MOVIE_SERVICE_MODEL_DIR to the folder of a bundle; "
            "then restart the service."
        )
    manifest = _read_manifest(folder / MANIFEST)
    model = _read_verified(folder / MODEL, manifest)
    online = _read_verified(folder / ONLINE, manifest)
    _check_model_text(model, manifest, folder / MODEL)
    return Bundle(
        folder=folder, manifest=manifest, model=model, online=online, made_at=(folder / MANIFEST).stat().st_mtime
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ModelUnavailable(f"{path}: the file is missing. {_ADVICE}") from None
    except OSError as error:
        raise ModelUnavailable(f"{path}: the file cannot be read ({error.strerror}). {_ADVICE}") from None


def _read_manifest(path: Path) -> Manifest:
    content = _read(path)
    if not content.strip():
        raise ModelUnavailable(f"{path}: the file is empty. {_ADVICE}")
    try:
        return Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "json_invalid":
            raise ModelUnavailable(f"{path}: the file is not JSON. {_ADVICE}") from None
        if place == "schema" and first["type"] == "literal_error":
            raise ModelUnavailable(
                f"{path}: the bundle has format {first['input']!r}, this service reads format 1. {_NEWER}"
            ) from None
        raise ModelUnavailable(f"{path}: {place or 'the file'}: {first['msg']}. {_ADVICE}") from None


# --8<-- [start:verify]
def fault(name: str, content: bytes, manifest: Manifest) -> str:
    """What is wrong with a file of a bundle; empty when it is the one that its manifest names."""
    entry = manifest.files.get(name)
    if entry is None:
        return "the manifest does not list this file"
    if not content:
        return "the file is empty"
    if len(content) != entry.bytes:
        return f"the file has {len(content)} bytes, the manifest says {entry.bytes}"
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry.sha256:
        return (
            f"the file has sha256 {digest[:12]}…, the manifest says {entry.sha256[:12]}…: it was changed after training"
        )
    return ""


# --8<-- [end:verify]


def _read_verified(path: Path, manifest: Manifest) -> bytes:
    content = _read(path)
    problem = fault(path.name, content, manifest)
    if problem:
        raise ModelUnavailable(f"{path}: {problem}. {_ADVICE}")
    return content


def _check_model_text(text: bytes, manifest: Manifest, path: Path) -> None:
    """Refuse a text that LightGBM would not survive, even when the manifest vouches for it.

    A training run that was killed while writing can leave half a model and a manifest made from it.
    """
    head, _, _ = text.partition(b"\n\n")
    fields = dict(line.split(b"=", 1) for line in head.splitlines() if b"=" in line)
    if not head.startswith(b"tree\n") or b"tree_sizes" not in fields:
        raise ModelUnavailable(f"{path}: the file is not a LightGBM text model. {_ADVICE}")
    version = fields.get(b"version", b"").decode("ascii", "replace")
    if version != "v4":
        raise ModelUnavailable(
            f"{path}: the model has LightGBM's text format {version!r}, this service reads 'v4'. {_NEWER}"
        )
    names = fields.get(b"feature_names", b"").decode("utf-8", "replace").split()
    if names != manifest.features:
        raise ModelUnavailable(
            f"{path}: the model's features are not those of the manifest in the same order. {_ADVICE}"
        )
    if not _trees_are_whole(text, fields[b"tree_sizes"]):
        raise ModelUnavailable(f"{path}: the model text ends before its last tree. {_ADVICE}")


def _trees_are_whole(text: bytes, sizes: bytes) -> bool:
    position = text.find(b"Tree=0\n")
    if position < 0 or not re.fullmatch(rb"\d+( \d+)*", sizes.strip()):
        return False
    for index, size in enumerate(sizes.split()):
        if not text.startswith(b"Tree=%d\n" % index, position):
            return False
        position += int(size)
    return text.startswith(b"end of trees", position)

"""Digest stamps: what a thing was made from and what came out, so that it is made again only if needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Stamp:
    """`sources` is one digest over all that went in, `outputs` a digest per file that came out."""

    sources: str
    outputs: dict[str, str]
    note: str = ""


def digest(files: Iterable[Path], *more: str) -> str:
    """One digest over the names and contents of files, and over further words; order does not matter."""
    total = hashlib.sha256()
    for path in sorted(set(files)):
        total.update(f"{path.name}\0{file_digest(path)}\0".encode())
    for word in more:
        total.update(f"{word}\0".encode())
    return total.hexdigest()


def file_digest(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, IsADirectoryError):
        return "missing"


def python_files(*folders: Path) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*.py") if "__pycache__" not in path.parts]


def outputs_of(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): file_digest(path) for path in files}


def read(path: Path) -> Stamp | None:
    """The stamp, or None when there is none that can be read: then the thing counts as not made."""
    try:
        return Stamp(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def write(path: Path, stamp: Stamp) -> None:
    """Written beside and moved into place, so that a cut run leaves no half stamp."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(path.name + ".half")
    half.write_text(json.dumps(asdict(stamp), indent=1) + "\n", encoding="utf-8")
    half.replace(path)


def fresh(path: Path, sources: str, folder: Path) -> bool:
    """Whether the stamp names these sources and every file it lists still has its digest."""
    stamp = read(path)
    if stamp is None or stamp.sources != sources or not stamp.outputs:
        return False
    return all(file_digest(folder / name) == value for name, value in stamp.outputs.items())

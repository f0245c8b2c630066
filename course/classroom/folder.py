"""What lies in a classroom's folder, and its list: every file with size and digest, every target with what it lacks."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from checker.state import write_atomically
from course.classroom.targets import Target
from course.start import stamps
from course.start.console import Trouble
from course.start.source import LIST, WHEELHOUSE

PACK = "pack.tar.gz"
README = "README.html"
MAKE = "python -m course classroom --out"


@dataclass(frozen=True)
class Kept:
    """One file as it was when the folder was made."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class Served:
    """One kind of machine: how many packages it takes, their bytes, and those that nobody has for it."""

    platform: str
    python: str
    packages: int
    bytes: int
    missing: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        return Target(self.platform, self.python)


@dataclass(frozen=True)
class Listed:
    """classroom.json. While a folder is being made it has targets and no files."""

    locks: dict[str, str]
    targets: tuple[Served, ...]
    files: dict[str, Kept] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        write_atomically(folder / LIST, json.dumps(asdict(self), indent=1) + "\n")

    @property
    def bytes(self) -> int:
        return sum(one.bytes for one in self.files.values())


def read(folder: Path) -> Listed:
    """The list of a folder. Raises Trouble when it is none, or was never finished."""
    listed = read_begun(folder)
    if not listed.files:
        raise Trouble(
            f"the classroom {str(folder)!r} is half made.", f"{MAKE} {folder}, which goes on where it was", code=1
        )
    return listed


def read_begun(folder: Path) -> Listed:
    """The same, also of a folder whose making was cut off."""
    try:
        table = json.loads((folder / LIST).read_text(encoding="utf-8"))
        targets = tuple(Served(**(one | {"missing": tuple(one["missing"])})) for one in table["targets"])
        files = {name: Kept(**one) for name, one in table["files"].items()}
        return Listed(dict(table["locks"]), targets, files)
    except OSError:
        raise Trouble(f"{str(folder)!r} holds no {LIST}, so it is no classroom.", f"{MAKE} {folder}", code=2) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(
            f"{str(folder / LIST)!r} cannot be read as the list of a classroom.",
            f"remove it, then {MAKE} {folder}; wheels that are whole are kept",
            code=1,
        ) from None


def refuse_stranger(folder: Path) -> None:
    """Refuse a folder that holds something and was never a classroom: files are replaced in it."""
    known = {WHEELHOUSE, ".Spotlight-V100", ".Trashes", ".fseventsd", "System Volume Information", "lost+found"}
    if (folder / LIST).exists() or not folder.exists():
        return
    if not folder.is_dir() or any(path.name not in known for path in folder.iterdir()):
        raise Trouble(
            f"{str(folder)!r} is there and is no classroom; it was left as it is.",
            "name a new or an empty folder with --out",
            code=2,
        )


def listing(folder: Path) -> dict[str, Kept]:
    """Every file of the folder but the list itself, and but what a system puts on a stick."""
    return {
        path.relative_to(folder).as_posix(): Kept(path.stat().st_size, stamps.file_digest(path))
        for path in _files(folder)
    }


def _files(folder: Path) -> Iterator[Path]:
    for name in (README, PACK, WHEELHOUSE, "site", "slides"):
        place = folder / name
        yield from sorted(path for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())


def put_pack(pack: Path, folder: Path) -> None:
    """The pack as one file: a stick forgets who may run what, and takes minutes for a thousand small files."""
    half = folder / f"{PACK}.half"
    with tarfile.open(half, "w:gz", compresslevel=6) as archive:
        archive.add(pack, arcname="pack", filter=_nobodys)
    half.replace(folder / PACK)


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def put_copy(source: Path, target: Path) -> bool:
    """Copy a built folder anew, or take the old copy away; whether there was one to copy."""
    shutil.rmtree(target, ignore_errors=True)
    if not source.is_dir():
        return False
    shutil.copytree(source, target)
    return True


def damage(folder: Path, listed: Listed) -> Iterator[str]:
    """A line for each file that is not what it was."""
    for name, kept in listed.files.items():
        path = folder / name
        try:
            size = path.stat().st_size
            if size != kept.bytes:
                yield f"changed     {name}: {size} bytes, not {kept.bytes}"
            elif stamps.file_digest(path) != kept.sha256:
                yield f"changed     {name}: as many bytes, but others"
        except FileNotFoundError:
            yield f"missing     {name}"
        except OSError as problem:
            yield f"unreadable  {name}: {problem.strerror}"


def mega(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"

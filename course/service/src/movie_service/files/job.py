"""One file after another piece: what is written stays written, and a second start goes on where the first ended."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from movie_service.errors import SettingsError
from movie_service.files.formats import format_of
from movie_service.files.scoring import scored
from movie_service.predictor import LightGBMPredictor

Progress = Callable[[int, float], None]


@dataclass(frozen=True)
class Done:
    """How many rows were scored, refused, and there before this start."""

    rows: int
    refused: int
    found: int


# --8<-- [start:score]
def score(source: Path, target: Path, model: LightGBMPredictor, *, size: int, progress: Progress) -> Done:
    """Score a file piece by piece, each in a file of its own beside the target, then put them together."""
    if source.resolve() == target.resolve():
        raise SettingsError(f"{target} would take the place of what it is made from.", "name another file")
    read, write = format_of(source), format_of(target)
    rows = refused = found = 0
    with _folder(source, target, model, size) as folder:
        pieces: list[Path] = []
        for number, (asked, share) in enumerate(read.pieces(source, size)):
            piece, tally = folder / f"{number:06d}.piece", folder / f"{number:06d}.json"
            pieces.append(piece)
            rows += len(asked)
            if tally.exists():
                found += len(asked)
            else:
                answers = scored(asked, model)
                write.write(half := piece.with_suffix(".half"), answers)
                half.replace(piece)
                _put(tally, {"refused": sum(one["error"] is not None for one in answers)})
            refused += orjson.loads(tally.read_bytes())["refused"]
            progress(rows, share)
        if not pieces:
            raise SettingsError(f"{source} has no rows.", "check that it is the file you meant")
        write.join(pieces, half := folder / "whole.half")
        half.replace(target)
    shutil.rmtree(folder)
    return Done(rows, refused, found)


# --8<-- [end:score]


@contextlib.contextmanager
def _folder(source: Path, target: Path, model: LightGBMPredictor, size: int) -> Iterator[Path]:
    """The pieces' folder, for one process at a time, and for this job only."""
    folder = target.with_name(f"{target.name}.pieces")
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "lock", os.O_WRONLY | os.O_CREAT, 0o640)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SettingsError(f"{target} is being written by another process.", "wait for its end") from None
        job = {"source": _identity(source), "model": model.version, "size": size, "ending": target.suffix}
        known = folder / "job.json"
        if known.exists() and orjson.loads(known.read_bytes()) != job:
            raise SettingsError(
                f"{folder} was begun with another file, model or size of pieces.",
                f"go on with those, or start anew: rm -r {folder}",
            )
        _put(known, job)
        yield folder
    finally:
        os.close(lock)


def _identity(source: Path) -> dict[str, str | int]:
    """Not all of it: a large file would be read twice. Its size, its time, and how it begins."""
    try:
        with source.open("rb") as content:
            begins = sha256(content.read(1 << 16)).hexdigest()
        stat = source.stat()
    except OSError as error:
        raise SettingsError(f"{source} cannot be read ({error.strerror}).", "check the path") from None
    return {"bytes": stat.st_size, "time": stat.st_mtime_ns, "begins": begins}


def _put(path: Path, content: dict[str, object]) -> None:
    half = path.with_suffix(".part")
    half.write_bytes(orjson.dumps(content))
    half.replace(path)

"""Tables of requests, read and written in pieces: CSV by the standard library, Parquet by pyarrow."""

import csv
import importlib.util
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from movie_service.errors import SettingsError

FIELDS: Final = ("user_id", "movie_id", "age", "gender", "occupation")
ADDED: Final = ("prediction", "prediction_class", "model_version", "error")
_NUMBERS: Final = frozenset({"user_id", "movie_id", "age"})

Row = dict[str, Any]


class Format(Protocol):
    """Reads pieces of a table, writes one piece, and puts written pieces together; never all of it in memory."""

    def pieces(self, path: Path, size: int) -> Iterator[tuple[list[Row], float]]:
        """Rows, `size` at a time, and which share of the file was read so far."""

    def write(self, path: Path, rows: Sequence[Row]) -> None:
        """One piece."""

    def join(self, pieces: Sequence[Path], path: Path) -> None:
        """All pieces as one file."""


def format_of(path: Path) -> Format:
    """By the end of the name."""
    if path.suffix == ".csv":
        return Csv()
    if path.suffix == ".parquet":
        return Parquet()
    raise SettingsError(f"{path.name!r} is neither .csv nor .parquet.", "give both files one of these endings")


class Csv:
    """UTF-8, with a header."""

    def pieces(self, path: Path, size: int) -> Iterator[tuple[list[Row], float]]:
        """Numbers of the five fields become numbers; what is none stays text, and is refused as such."""
        whole = max(1, path.stat().st_size)
        with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text, restkey="more")
            _must_have(path, reader.fieldnames or ())
            while rows := list(islice(reader, size)):
                yield [_typed(row) for row in rows], min(1.0, raw.tell() / whole)

    def write(self, path: Path, rows: Sequence[Row]) -> None:
        """With a header of its own."""
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def join(self, pieces: Sequence[Path], path: Path) -> None:
        """The header of the first piece, and the rows of all."""
        with path.open("wb") as out:
            for number, piece in enumerate(pieces):
                with piece.open("rb") as lines:
                    if number:
                        next(lines)
                    while block := lines.read(1 << 20):
                        out.write(block)


class Parquet:
    """Any table with the five columns."""

    def __init__(self) -> None:
        if importlib.util.find_spec("pyarrow") is None:
            raise SettingsError("Parquet needs the package pyarrow.", "pip install 'movie-service[ship]', or use .csv")

    def pieces(self, path: Path, size: int) -> Iterator[tuple[list[Row], float]]:
        """A batch of rows after the other."""
        from pyarrow import parquet

        with parquet.ParquetFile(path) as file:
            _must_have(path, file.schema_arrow.names)
            read, whole = 0, max(1, file.metadata.num_rows)
            for batch in file.iter_batches(batch_size=size):
                read += batch.num_rows
                yield batch.to_pylist(), read / whole

    def write(self, path: Path, rows: Sequence[Row]) -> None:
        """As one row group; the types of what is added are always the same."""
        import pyarrow as pa
        from pyarrow import parquet

        kinds = {"prediction": pa.float64(), "prediction_class": pa.int8(), "model_version": pa.string()}
        table = pa.Table.from_pylist(list(rows))
        for name, kind in {**kinds, "error": pa.string()}.items():
            at = table.schema.get_field_index(name)
            table = table.set_column(at, name, table.column(name).cast(kind))
        parquet.write_table(table, path)

    def join(self, pieces: Sequence[Path], path: Path) -> None:
        """A row group per piece. A column that one piece has no value in takes its type from another."""
        import pyarrow as pa
        from pyarrow import parquet

        schema = pa.unify_schemas([parquet.read_schema(piece) for piece in pieces], promote_options="permissive")
        with parquet.ParquetWriter(path, schema) as out:
            for piece in pieces:
                out.write_table(parquet.read_table(piece).cast(schema))


def _must_have(path: Path, names: Sequence[str]) -> None:
    missing = [name for name in FIELDS if name not in names]
    taken = [name for name in ADDED if name in names]
    if missing:
        raise SettingsError(f"{path} has no column {missing[0]!r}.", f"name the columns {', '.join(FIELDS)}")
    if taken:
        raise SettingsError(f"{path} has a column {taken[0]!r} already.", f"rename {taken[0]!r} in the file")


def _typed(row: Mapping[str, Any]) -> Row:
    return {name: _number(value) if name in _NUMBERS else value for name, value in row.items()}


def _number(text: Any) -> Any:
    # isdecimal alone would take digits of other scripts.
    plain = isinstance(text, str) and text.isascii() and text.removeprefix("-").isdecimal() and len(text) < 20
    return int(text) if plain else text

"""Reads a table's objects: only those of the partitions that are needed, only the columns that are named.

What Athena bills are the bytes of those columns, as they are compressed in the object; so that is what is counted.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from checker.athena.catalog import Column, Table
from checker.athena.errors import NotSupported, QueryFailed

ARROW = {
    "boolean": pa.bool_(), "tinyint": pa.int8(), "smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64(),
    "real": pa.float32(), "double": pa.float64(), "varchar": pa.string(), "varbinary": pa.binary(),
    "date": pa.date32(), "timestamp": pa.timestamp("us"),
}  # fmt: skip
# A table that names no column still has its rows.
ROW = "__row"


class Storage(Protocol):
    """A bucket store, as the engine asks it."""

    def keys(self, bucket: str, prefix: str) -> list[str]: ...

    def get(self, bucket: str, key: str) -> bytes: ...


@dataclass
class Read:
    """What a query has read: objects by their names, and bytes of the columns that it named."""

    objects: list[str] = field(default_factory=list)
    bytes: int = 0


def keys_below(storage: Storage, place: str) -> list[str]:
    """The objects below an s3:// place. Hive and Athena pass over names that begin with a dot or an underscore."""
    parts = urlsplit(place)
    found = storage.keys(parts.netloc, parts.path.lstrip("/"))
    return [key for key in found if not key.endswith("/") and key.rpartition("/")[2][:1] not in ("_", ".")]


def folders_below(storage: Storage, place: str) -> list[str]:
    """The folders below a place that hold objects, relative to it."""
    prefix = urlsplit(place).path.lstrip("/")
    return sorted({key.removeprefix(prefix).rpartition("/")[0] for key in keys_below(storage, place)} - {""})


def read(storage: Storage, table: Table, places: dict[tuple[str, ...], str], columns: set[str], done: Read) -> pa.Table:
    """The rows of some partitions as one table of the declared types; `done` counts."""
    if table.format != "parquet":
        raise NotSupported(f"A table that is stored as {table.format or 'nothing in particular'}")
    wanted = [column for column in table.columns if column.name in columns]
    inside = [column for column in table.partition_columns if column.name in columns]
    pieces = [_empty(wanted, inside)]
    for values, place in sorted(places.items()):
        for key in keys_below(storage, place):
            pieces.append(_object(storage, urlsplit(place).netloc, key, wanted, done=done))
            for column, value in zip(table.partition_columns, values, strict=True):
                if column in inside:
                    pieces[-1] = pieces[-1].append_column(column.name, _repeated(column, value, pieces[-1].num_rows))
    return pa.concat_tables(pieces)


def _object(storage: Storage, bucket: str, key: str, wanted: list[Column], *, done: Read) -> pa.Table:
    place = f"s3://{bucket}/{key}"
    done.objects.append(place)
    content = storage.get(bucket, key)
    try:
        file = pq.ParquetFile(io.BytesIO(content))
    except (pa.ArrowException, OSError):
        done.bytes += len(content)
        raise QueryFailed("HIVE_BAD_DATA", f"Not valid Parquet file: {place}") from None
    names = {name.lower(): name for name in file.schema_arrow.names}
    there = [column for column in wanted if column.name in names]
    done.bytes += _compressed(file, {names[column.name] for column in there})
    for column in there:
        _refuse_other_type(column, file.schema_arrow.field(names[column.name]).type, place)
    rows: Any = file.read(columns=[names[column.name] for column in there]) if there else None
    count = file.metadata.num_rows
    arrays = {ROW: pa.nulls(count, pa.bool_())}
    for column in wanted:
        kind = arrow_type(column)
        found = _cast(rows[names[column.name]], kind) if column in there else pa.nulls(count, kind)
        arrays[column.name] = _cut(found, column.trino_type)
    return pa.table(arrays)


def _compressed(file: pq.ParquetFile, names: set[str]) -> int:
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    chunks = [group.column(number) for group in groups for number in range(group.num_columns)]
    return sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema.partition(".")[0] in names)


def arrow_type(column: Column) -> pa.DataType:
    """The type that a declared column has in memory."""
    name = column.trino_type
    if name in ARROW:
        return ARROW[name]
    if name.startswith(("varchar", "char")):
        return pa.string()
    raise NotSupported(f"A column of type {name}")


def fits(found: Any, declared: str) -> bool:
    """Whether Athena reads a Parquet column as the declared type: the same, or a narrower number."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    if declared.startswith(("varchar", "char")):
        return bool(pa.types.is_string(found) or pa.types.is_large_string(found))
    if declared in ("bigint", "integer", "smallint", "tinyint"):
        return bool(pa.types.is_signed_integer(found) and found.bit_width <= ARROW[declared].bit_width)
    if declared == "double":
        return bool(pa.types.is_float32(found) or pa.types.is_float64(found))
    if declared == "timestamp":
        return bool(pa.types.is_timestamp(found))
    return bool(found == ARROW.get(declared))


def _refuse_other_type(column: Column, found: Any, place: str) -> None:
    if not fits(found, column.trino_type):
        raise QueryFailed(
            "HIVE_BAD_DATA",
            f"Field {column.name}'s type {_parquet_name(found)} in parquet file {place} is incompatible with type "
            f"{column.trino_type} defined in table schema",
        )


def _parquet_name(found: Any) -> str:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if pa.types.is_integer(found):
        return "INT64" if found.bit_width == 64 else "INT32"
    if pa.types.is_floating(found):
        return "DOUBLE" if found.bit_width == 64 else "FLOAT"
    if pa.types.is_timestamp(found):
        return "INT64 (TIMESTAMP)"
    return "BINARY" if pa.types.is_string(found) or pa.types.is_large_string(found) else str(found).upper()


def _cast(values: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    # Below a microsecond nothing is kept, as in Athena, which shows milliseconds.
    return values if values.type == kind else values.cast(kind, safe=False)


def _cut(values: Any, declared: str) -> Any:
    """Texts as Athena reads them where the table gives a length: cut to it, and a char is filled up with spaces."""
    sized = re.match(r"(var)?char\s*\(\s*(\d+)", declared)
    if not sized:
        return values
    cut = pc.utf8_slice_codeunits(values, 0, int(sized[2]))
    return cut if sized[1] else pc.utf8_rpad(cut, int(sized[2]))


def _repeated(column: Column, value: str, count: int) -> pa.Array:
    try:
        return pa.array([value]).cast(arrow_type(column)).take(pa.array([0] * count, pa.int64()))
    except pa.ArrowInvalid:
        raise QueryFailed(
            "HIVE_INVALID_PARTITION_VALUE",
            f"Invalid partition value '{value}' for {column.trino_type} partition key: {column.name}",
        ) from None


def partitions(columns: tuple[Column, ...], values: list[tuple[str, ...]]) -> pa.Table:
    """The values of partitions as rows, numbered."""
    arrays = {"n": pa.array(range(len(values)), pa.int64())}
    for place, column in enumerate(columns):
        arrays[column.name] = pa.concat_arrays([_repeated(column, one[place], 1) for one in values])
    return pa.table(arrays)


def _empty(wanted: list[Column], inside: list[Column]) -> pa.Table:
    fields = [(ROW, pa.bool_())] + [(column.name, arrow_type(column)) for column in (*wanted, *inside)]
    return pa.schema(fields).empty_table()

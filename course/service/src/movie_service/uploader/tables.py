"""Records become Parquet files, one per kind and day, in Hive's layout: predictions/dt=2026-11-25/<digest>.parquet.

The schema may grow. A column that older files lack is null for their rows; a field that this release does not know yet
is kept as JSON in `more`. A column is never renamed and never changes its type.
"""

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from movie_service.uploader.segments import Segment

_TIME: Final = pa.timestamp("us", tz="UTC")

# --8<-- [start:schema]
SCHEMAS: Final[Mapping[str, pa.Schema]] = {
    "predictions": pa.schema(
        [
            ("record_id", pa.string()),
            ("request_id", pa.string()),
            ("item", pa.int32()),
            ("time", _TIME),
            ("user", pa.string()),
            ("movie_id", pa.int64()),
            ("age", pa.int32()),
            ("gender", pa.string()),
            ("occupation", pa.string()),
            ("prediction", pa.float64()),
            ("prediction_class", pa.int32()),
            ("model_version", pa.string()),
            ("more", pa.string()),
        ]
    ),
    "feedback": pa.schema(
        [
            ("record_id", pa.string()),
            ("request_id", pa.string()),
            ("item", pa.int32()),
            ("time", _TIME),
            ("label", pa.int32()),
            ("verdict", pa.string()),
            ("more", pa.string()),
        ]
    ),
}
# --8<-- [end:schema]
_TABLE_OF: Final = {"prediction": "predictions", "feedback": "feedback"}
_FEATURE: Final = "feature_"


def parts(segment: Segment) -> Iterator[tuple[str, bytes]]:
    """The key below the prefix and the content of each object that this segment becomes."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    names: dict[str, list[str]] = {}
    for number, record in enumerate(segment.records):
        if record["kind"] == "model":
            names[record["model_version"]] = [_FEATURE + name for name in record["features"]]
        table = _TABLE_OF.get(record["kind"])
        if table is None:
            continue
        row = _row(record, SCHEMAS[table], names)
        row["record_id"] = f"{segment.name}:{number}"
        rows[table, f"{row['time']:%Y-%m-%d}"].append(row)
    for (table, day), some in sorted(rows.items()):
        yield f"{table}/dt={day}/{segment.digest}.parquet", encoded(some, SCHEMAS[table])


def _row(record: Mapping[str, Any], schema: pa.Schema, names: Mapping[str, list[str]]) -> dict[str, Any]:
    fields = {name: value for name, value in record.items() if name not in ("kind", "features")}
    row = {name: fields.pop(name, None) for name in schema.names}
    row["time"] = datetime.fromtimestamp(record["time"] / 1e6, UTC)
    row["more"] = orjson.dumps(fields, option=orjson.OPT_SORT_KEYS).decode() if fields else None
    values = record.get("features")
    if values is not None:
        row.update(zip(names[record["model_version"]], values, strict=True))
    return row


def encoded(rows: list[dict[str, Any]], schema: pa.Schema) -> bytes:
    """Parquet, with a column for every feature that any of the rows has."""
    features = sorted({name for row in rows for name in row if name.startswith(_FEATURE)})
    wide = pa.schema([*schema, *((name, pa.float64()) for name in features)])
    return parquet(pa.Table.from_pylist(rows, schema=wide))


def parquet(table: pa.Table) -> bytes:
    """The bytes of a Parquet file."""
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def unified(contents: Iterable[bytes]) -> pa.Table:
    """Files of any age as one table: a column that a file lacks is null."""
    return pa.concat_tables([pq.read_table(io.BytesIO(one)) for one in contents], promote_options="default")

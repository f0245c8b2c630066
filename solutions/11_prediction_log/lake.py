"""The bucket as the rest of the folder uses it: where objects lie, and which columns they have. Given."""

import io
from functools import cache

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

BUCKET = "prediction-lake"
PREFIX = "predictions/"

# What every Parquet object holds. The day is not among them: it is the name of the folder.
SCHEMA = pa.schema(
    [
        ("request_id", pa.string()),
        ("made_at", pa.timestamp("ms")),
        ("user_key", pa.string()),
        ("movie_id", pa.int32()),
        ("score", pa.float64()),
        ("liked", pa.int32()),
        ("latency_ms", pa.float64()),
        ("model_version", pa.string()),
    ]
)


@cache
def s3():
    """One client for the whole process; the environment says where S3 is."""
    return boto3.client("s3")


def parquet(rows):
    """Rows (dicts, or an Arrow table) as the bytes of one Parquet file. `made_at` may be milliseconds since 1970."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows, SCHEMA)
    file = io.BytesIO()
    pq.write_table(table, file)
    return file.getvalue()


def put(key, rows):
    """Store rows as one Parquet object. An object of this key is replaced: S3 cannot append."""
    s3().put_object(Bucket=BUCKET, Key=key, Body=parquet(rows))


def all_keys():
    """The keys of all objects of the table."""
    pages = s3().get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX)
    return [one["Key"] for page in pages for one in page.get("Contents", [])]


def read(key):
    """One object as an Arrow table."""
    # Memory of Arrow's own: its threads may still look at the file when Python has ended.
    return pq.read_table(pa.BufferReader(s3().get_object(Bucket=BUCKET, Key=key)["Body"].read()))


def delete(key):
    """Take one object away."""
    s3().delete_object(Bucket=BUCKET, Key=key)

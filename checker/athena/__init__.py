"""A stand-in for Athena: SQL in its dialect over Parquet in a bucket, with Trino's verdicts and measured reads.

It knows nothing of any course's subject. `Athena(storage).run(sql)` answers or raises `QueryFailed`.
"""

from checker.athena.catalog import Catalog, Column, Table
from checker.athena.engine import Answer, Athena
from checker.athena.errors import NotSupported, QueryFailed

__all__ = ["Answer", "Athena", "Catalog", "Column", "NotSupported", "QueryFailed", "Table"]

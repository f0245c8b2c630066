"""A stand-in for Athena: SQL in its dialect over Parquet in a bucket, with Trino's verdicts and measured reads.

It knows nothing of any course's subject. `Athena(storage).run(sql)` answers or raises `QueryFailed`.
"""

import logging

from checker.athena.catalog import Catalog, Column, Table
from checker.athena.engine import Answer, Athena
from checker.athena.errors import NotSupported, QueryFailed

# Of a statement that it does not know sqlglot writes a line to stderr; what the engine answers says it.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

__all__ = ["Answer", "Athena", "Catalog", "Column", "NotSupported", "QueryFailed", "Table"]

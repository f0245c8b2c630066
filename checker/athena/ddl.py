"""Statements that declare: CREATE DATABASE, CREATE EXTERNAL TABLE, MSCK REPAIR TABLE, ALTER TABLE, DROP TABLE.

sqlglot reads the CREATE; the short ones are Hive's own and are read by their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import sqlglot
from sqlglot import exp

from checker.athena.catalog import Catalog, Column, Table, hive_partition, is_type
from checker.athena.errors import NotSupported, QueryFailed

Folders = Callable[[str], list[str]]
_NAME = r"(?P<name>[`\w.]+)"
_DATABASE = re.compile(rf"CREATE\s+(?:DATABASE|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}", re.IGNORECASE)
_DROP = re.compile(rf"DROP\s+TABLE\s+(?P<quiet>IF\s+EXISTS\s+)?{_NAME}\s*$", re.IGNORECASE)
_REPAIR = re.compile(rf"MSCK\s+REPAIR\s+TABLE\s+{_NAME}\s*$", re.IGNORECASE)
_ALTER = re.compile(rf"ALTER\s+TABLE\s+{_NAME}\s+(?P<what>.*)$", re.IGNORECASE | re.DOTALL)
_ADD = re.compile(r"PARTITION\s*\((?P<values>[^)]*)\)\s*(?:LOCATION\s+'(?P<place>[^']*)')?", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"`?(\w+)`?\s*=\s*(?:'([^']*)'|(\d+))")
DECLARES = re.compile(r"\s*(?:CREATE|DROP|MSCK|ALTER)\b", re.IGNORECASE)


def declare(sql: str, catalog: Catalog, database: str, folders: Folders) -> None:
    """Carry out a statement that declares something. `folders` lists what lies below a place of the bucket."""
    text = sql.strip().rstrip(";").strip()
    if found := _DATABASE.match(text):
        catalog.databases.setdefault(_bare(found["name"]), {})
    elif found := _DROP.match(text):
        _drop(catalog, *_names(found["name"], database), quiet=bool(found["quiet"]))
    elif found := _REPAIR.match(text):
        _repair(catalog.find(*_names(found["name"], database)), folders)
    elif found := _ALTER.match(text):
        _add_partitions(catalog.find(*_names(found["name"], database)), found["what"])
    elif re.match(r"CREATE\s+(EXTERNAL\s+)?TABLE\b", text, re.IGNORECASE):
        _create(text, catalog, database)
    else:
        raise NotSupported(f"A statement that begins {' '.join(text.split()[:2])!r}")


def read_table(sql: str, database: str = "default") -> Table:
    """The table that a CREATE EXTERNAL TABLE declares. Raises QueryFailed as Athena does, naming what is wrong."""
    tree = _parsed(sql)
    schema, properties = tree.this, tree.args.get("properties")
    if not isinstance(schema, exp.Schema):
        raise QueryFailed("FAILED", "a table needs its columns in brackets")
    options = _options(properties.expressions if properties else [])
    if not options["external"]:
        raise QueryFailed("FAILED", "Athena creates tables over files only as CREATE EXTERNAL TABLE")
    if not str(options["location"]).startswith("s3://"):
        raise QueryFailed("FAILED", "a table needs a LOCATION that begins with s3://")
    database, name = _names(schema.this.sql(dialect="hive"), database)
    columns, partitions = _columns(schema), _columns(options["partitions"])
    _refuse_twice([column.name for column in (*columns, *partitions)])
    location = str(options["location"]).rstrip("/") + "/"
    return Table(
        database, name, columns, partitions, location, str(options["format"]).lower(), dict(options["properties"])
    )


def _parsed(sql: str) -> exp.Create:
    try:
        tree = sqlglot.parse_one(sql, read="athena")
    except sqlglot.errors.SqlglotError as error:
        raise QueryFailed("FAILED", f"ParseException: {first_line(error)}", line_of(error)) from None
    if not isinstance(tree, exp.Create):
        raise QueryFailed("FAILED", "ParseException: this is no CREATE EXTERNAL TABLE that can be read")
    return tree


def _options(found: list[Any]) -> dict[str, Any]:
    options: dict[str, Any] = {"external": False, "location": "", "format": "", "partitions": None, "properties": {}}
    for one in found:
        if isinstance(one, exp.ExternalProperty):
            options["external"] = True
        elif isinstance(one, exp.LocationProperty):
            options["location"] = one.this.name
        elif isinstance(one, exp.FileFormatProperty):
            options["format"] = _format(one)
        elif isinstance(one, exp.PartitionedByProperty):
            options["partitions"] = one.this
        elif type(one) is exp.Property:
            options["properties"][one.name] = one.args["value"].name
    return options


def _format(one: exp.FileFormatProperty) -> str:
    """PARQUET, or the class of an INPUTFORMAT that means the same."""
    text = one.this.name if not isinstance(one.this, exp.InputOutputFormat) else one.this.sql(dialect="hive")
    return "parquet" if "parquet" in text.lower() else text


def _columns(schema: Any) -> tuple[Column, ...]:
    found = []
    for one in schema.expressions if schema is not None else ():
        if not isinstance(one, exp.ColumnDef) or one.kind is None:
            raise QueryFailed("FAILED", f"ParseException: {one.sql(dialect='hive')} is no column with a type")
        kind = one.kind.sql(dialect="hive").lower()
        if kind == "timestamp" and one.kind.expressions:
            # A precision is Trino's; in Hive's DDL only varchar, char and decimal have a number.
            kind = one.kind.sql(dialect="trino").lower()
        if not is_type(kind):
            raise QueryFailed("FAILED", f"ParseException: column {one.name} has the type {kind}, which Hive lacks")
        found.append(Column(one.name.lower(), kind))
    return tuple(found)


def _refuse_twice(names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise QueryFailed("FAILED", f"SemanticException: column {name} is there twice; a partition column too")


def _create(sql: str, catalog: Catalog, database: str) -> None:
    table = read_table(sql, database)
    tables = catalog.databases.get(table.database)
    if tables is None:
        raise QueryFailed("FAILED", f"SemanticException: database does not exist: {table.database}")
    if table.name in tables:
        if re.search(r"\bIF\s+NOT\s+EXISTS\b", sql, re.IGNORECASE):
            return
        raise QueryFailed("FAILED", f"table {table.database}.{table.name} exists already")
    tables[table.name] = table


def _drop(catalog: Catalog, database: str, name: str, *, quiet: bool) -> None:
    try:
        catalog.find(database, name)
    except QueryFailed:
        if not quiet:
            raise
        return
    del catalog.databases[database][name]


def _repair(table: Table, folders: Folders) -> None:
    """Declare every folder that is named as Hive names partitions; others are passed over in silence, as there."""
    for folder in folders(table.location):
        values = hive_partition(table.partition_columns, folder)
        if values is not None:
            table.partitions[values] = f"{table.location}{folder.strip('/')}/"


def _add_partitions(table: Table, what: str) -> None:
    if not re.match(r"ADD\b", what, re.IGNORECASE):
        raise NotSupported(f"ALTER TABLE … {' '.join(what.split()[:2])}")
    for found in _ADD.finditer(what):
        given = {name.lower(): text or number for name, text, number in _VALUE.findall(found["values"])}
        names = [column.name for column in table.partition_columns]
        if sorted(given) != sorted(names):
            raise QueryFailed("FAILED", f"SemanticException: partition columns are {', '.join(names) or 'none'}")
        values = tuple(given[name] for name in names)
        inside = "/".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
        table.partitions[values] = (found["place"] or f"{table.location}{inside}").rstrip("/") + "/"


def _names(text: str, database: str) -> tuple[str, str]:
    parts = _bare(text).split(".")
    return (parts[-2], parts[-1]) if len(parts) > 1 else (database, parts[0])


def _bare(text: str) -> str:
    return text.replace("`", "").replace('"', "").lower()


def line_of(error: Exception) -> int:
    """The line that sqlglot names, 0 when it names none."""
    details = getattr(error, "errors", None) or [{}]
    return int(details[0].get("line") or 0)


def first_line(error: Exception) -> str:
    """What sqlglot says, without the excerpt that it underlines for terminals."""
    details = getattr(error, "errors", None) or [{}]
    said = str(details[0].get("description") or error).split("\n")[0]
    return re.sub(r"\x1b\[\d+m", "", said).strip().rstrip(".")

"""Answers SQL in Athena's dialect over Parquet objects: Trino's verdicts, DuckDB's work."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

import duckdb
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from checker.athena import ddl, verdicts
from checker.athena.catalog import Catalog, Table
from checker.athena.errors import NotSupported, QueryFailed
from checker.athena.pruning import Scan, scans_of
from checker.athena.rewrite import MACROS, plain, to_duckdb
from checker.athena.storage import Read, Storage, folders_below, partitions, read
from checker.athena.types import annotated, shown

SECONDS = 20.0
# What Trino knows of each row's object beside the table's columns; Athena documents the first.
HIDDEN = {"$path", "$file_size", "$file_modified_time", "$partition"}
# Types by database, table and column.
Columns = dict[str, dict[str, dict[str, str]]]
# Strangers' SQL: nothing but what was registered can be reached, and nothing can be switched back on.
CONFIG: dict[str, Any] = {"threads": 1, "memory_limit": "1GB", "enable_external_access": False}
# A quote inside is written twice, which reads as two texts beside each other. Hive takes a text in double quotes too.
_QUOTED = r"""'[^']*'|"[^"]*\""""
_DUCKDB = {
    "must appear in the GROUP BY clause": "EXPRESSION_NOT_AGGREGATE",
    "Conversion Error": "INVALID_CAST_ARGUMENT",
    "invalid timestamp": "INVALID_FUNCTION_ARGUMENT",
    "out of range": "NUMERIC_VALUE_OUT_OF_RANGE",
    "Out of Range": "NUMERIC_VALUE_OUT_OF_RANGE",
    "aggregate function calls cannot be nested": "NESTED_AGGREGATION",
    "cannot contain aggregate": "EXPRESSION_NOT_SCALAR",
    "WHERE clause cannot contain": "EXPRESSION_NOT_SCALAR",
    "More than one row returned by a subquery": "SUBQUERY_MULTIPLE_ROWS",
}


@dataclass(frozen=True)
class Answer:
    """The rows of a query, and what it took to find them."""

    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    objects: tuple[str, ...] = ()
    bytes: int = 0

    def records(self) -> list[dict[str, Any]]:
        """The rows as dicts."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass
class Athena:
    """An engine over one storage, with a catalog of its own."""

    storage: Storage
    catalog: Catalog = field(default_factory=Catalog)

    def run(self, sql: str, database: str = "default") -> Answer:
        """Carry out one statement. Raises QueryFailed with Trino's name of the error."""
        text = without_comments(sql)
        if not text:
            raise QueryFailed("SYNTAX_ERROR", "there is no statement", 1)
        if ddl.DECLARES.match(text):
            ddl.declare(text, self.catalog, database, lambda place: folders_below(self.storage, place))
            return Answer()
        return self._query(sql, database)

    def _query(self, sql: str, database: str) -> Answer:
        tree = parsed(sql)
        tables = self._tables(tree, database)
        tree = typed(tree, tables)
        verdicts.refuse_types(tree)
        types = tuple(shown(one) for one in tree.selects)
        scans = scans_of(tree, tables)
        done = Read()
        try:
            with connected() as connection:
                for scan in scans:
                    connection.register(scan.name, self._read(connection, scan, done))
                    scan.node.set("this", exp.to_identifier(scan.name))
                    scan.node.set("db", None)
                columns, rows = _fetched(connection, to_duckdb(tree), types)
        except BaseException:
            # There are errors that spoil a database for whoever asks next.
            _database.cache_clear()
            raise
        return Answer(columns, types, rows, tuple(done.objects), done.bytes)

    def _tables(self, tree: exp.Expr, database: str) -> dict[tuple[str, str], Table]:
        found = {}
        for scope in traverse_scope(tree):
            for source in scope.sources.values():
                if isinstance(source, exp.Table):
                    if not source.db:
                        source.set("db", exp.to_identifier(database))
                    table = self.catalog.find(source.db, source.name)
                    source.set("catalog", None)
                    found[source.db.lower(), source.name.lower()] = table
        return found

    def _read(self, connection: Any, scan: Scan, done: Read) -> Any:
        places = scan.table.places()
        if scan.conditions and places:
            places = _kept(connection, scan, places)
        return read(self.storage, scan.table, places, scan.columns, done)


def _kept(connection: Any, scan: Scan, places: dict[tuple[str, ...], str]) -> dict[tuple[str, ...], str]:
    """The partitions that pass every condition; a condition that fails on their values is left to the rows."""
    columns = scan.table.partition_columns
    alias = scan.node.alias_or_name
    condition = " AND ".join(f"({to_duckdb(part.copy())})" for part in scan.conditions)
    connection.register("partitions", partitions(columns, list(places)))
    try:
        found = connection.execute(f'SELECT n FROM partitions AS "{alias}" WHERE {condition}').fetchall()
    except duckdb.Error:
        return places
    finally:
        connection.unregister("partitions")
    wanted = {number for (number,) in found}
    return {values: place for number, (values, place) in enumerate(places.items()) if number in wanted}


def parsed(sql: str) -> exp.Query:
    """One query as Trino's grammar reads it."""
    try:
        tokens = sqlglot.tokenize(sql, read="trino")
        verdicts.refuse_syntax(tokens)
        trees = [one for one in sqlglot.parse(sql, read="trino") if one is not None]
    except sqlglot.errors.SqlglotError as error:
        raise QueryFailed("SYNTAX_ERROR", ddl.first_line(error), ddl.line_of(error)) from None
    except RecursionError:
        raise NotSupported("A query that is nested so deeply") from None
    if len(trees) != 1:
        raise QueryFailed("SYNTAX_ERROR", "Only one sql statement is allowed", 1)
    if not isinstance(trees[0], exp.Query):
        if isinstance(trees[0], exp.Command):
            raise NotSupported(f"A statement that begins {' '.join(without_comments(sql).split()[:2])!r}")
        raise NotSupported(f"A statement of kind {trees[0].key.upper()}")
    return trees[0]


def typed(tree: exp.Query, tables: dict[tuple[str, str], Table]) -> exp.Query:
    """The query with every column bound to its table, and a type on every expression."""
    schema: Columns = {}
    for (database, name), table in tables.items():
        columns = {column.name: column.trino_type for column in table.all_columns}
        schema.setdefault(database, {})[name] = columns
    try:
        # A name of the SELECT list is none in WHERE, GROUP BY and HAVING: Trino's rule.
        bound = qualify(tree.copy(), schema=cast(dict[str, object], schema), dialect="trino", expand_alias_refs=False)
    except sqlglot.errors.SqlglotError as error:
        found = re.search(r"Column '\"?([^'\"]+)\"?'", str(error))
        if found and found[1].lower() in HIDDEN:
            raise NotSupported(f'The hidden column "{found[1]}"') from None
        unsure = found is not None and _in_two(tree, found[1], schema)
        said = f"Column '{found[1]}' " if found else ""
        raise QueryFailed(
            "AMBIGUOUS_NAME" if unsure else "COLUMN_NOT_FOUND",
            f"{said}{'is ambiguous' if unsure else 'cannot be resolved'}" if said else ddl.first_line(error),
            ddl.line_of(error),
        ) from None
    _bind_rest(bound, schema)
    verdicts.refuse_names(bound)
    return cast(exp.Query, annotated(bound, schema))


def _bind_rest(tree: exp.Expr, schema: Columns) -> None:
    """Bind what sqlglot leaves open beside a name of the SELECT list: columns in HAVING."""
    for scope in traverse_scope(tree):
        having = scope.expression.args.get("having")
        for column in having.find_all(exp.Column) if having else ():
            owners = [alias for alias, source in scope.sources.items() if _has(source, column.name, schema)]
            if not column.table and len(owners) == 1:
                column.set("table", exp.to_identifier(owners[0], quoted=True))


def _has(source: Any, name: str, schema: Columns) -> bool:
    if isinstance(source, exp.Table):
        return name.lower() in schema[source.db.lower()][source.name.lower()]
    return name in source.expression.named_selects


def _in_two(tree: exp.Expr, name: str, schema: Columns) -> bool:
    """Whether two tables of one FROM have a column of this name."""
    for scope in traverse_scope(tree):
        tables = [one for one in scope.sources.values() if isinstance(one, exp.Table)]
        if sum(name.lower() in schema[one.db.lower()][one.name.lower()] for one in tables) > 1:
            return True
    return False


def connected() -> Any:
    """A connection of this query's own, shut off from files and network: what it registers, no other sees."""
    return _database().cursor()


@cache
def _database() -> Any:
    """One DuckDB for all queries that go well: it takes longer to make than most of them to run."""
    database = duckdb.connect(":memory:", config=CONFIG)
    database.execute("SET GLOBAL TimeZone = 'UTC'")
    for macro in MACROS:
        database.execute(macro)
    database.execute("SET lock_configuration = true")
    return database


def _fetched(connection: Any, sql: str, types: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]:
    alarm = threading.Timer(SECONDS, connection.interrupt)
    alarm.daemon = True
    alarm.start()
    try:
        table = connection.sql(sql).to_arrow_table()
    except duckdb.InterruptException:
        raise QueryFailed("EXCEEDED_TIME_LIMIT", f"Query exceeded the limit of {SECONDS:g} seconds") from None
    except duckdb.Error as error:
        raise _named(error) from None
    finally:
        alarm.cancel()
    names = tuple(table.column_names)
    lists = [
        [plain(value, kind) for value in column.to_pylist()] for column, kind in zip(table.columns, types, strict=True)
    ]
    return names, tuple(zip(*lists, strict=True))


def _named(error: Exception) -> QueryFailed:
    text = str(error).split("\n")[0]
    own = re.search(r"(DIVISION_BY_ZERO): (.*)", text)
    if own:
        return QueryFailed(own[1], own[2])
    for words, name in _DUCKDB.items():
        if words in text:
            return QueryFailed(name, text.partition(": ")[2] or text)
    return NotSupported(f"Something of this query ({text[:160]})")


def without_comments(sql: str) -> str:
    """The statement without comments, line and block; what stands in quotes stays."""
    kept = re.sub(rf"({_QUOTED})|--[^\n]*|/\*.*?\*/", lambda found: found[1] or " ", sql, flags=re.DOTALL)
    return kept.strip().rstrip(";").strip()


def statements(sql: str) -> list[str]:
    """The statements of a file, without comments; what stands in quotes may hold a semicolon."""
    found = [""]
    for part in re.split(rf"({_QUOTED}|;)", without_comments(sql)):
        if part == ";":
            found.append("")
        else:
            found[-1] += part
    return [one.strip() for one in found if one.strip()]

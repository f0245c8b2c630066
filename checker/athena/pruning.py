"""Which columns and which partitions a query needs of each table that it names.

A condition skips a partition when it speaks of partition columns only and stands where all rows must pass it. Of an OR
there counts what each of its sides says of these columns. Nothing else skips one: a condition on another column is
tested on rows, after they were read.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.optimizer.pushdown_predicates import pushdown_predicates
from sqlglot.optimizer.scope import Scope, traverse_scope

from checker.athena.catalog import Table


@dataclass
class Scan:
    """One place in a query where a table is read."""

    name: str
    table: Table
    node: exp.Table
    columns: set[str] = field(default_factory=set)
    conditions: list[exp.Expr] = field(default_factory=list)


def scans_of(tree: exp.Expr, tables: dict[tuple[str, str], Table]) -> list[Scan]:
    """Every reading of a table, marked on its node, with what it needs."""
    found: dict[str, Scan] = {}
    for scope in traverse_scope(tree):
        for alias, source in scope.sources.items():
            if not isinstance(source, exp.Table):
                continue
            name = source.meta.get("scan") or f"scan_{len(found)}"
            source.meta["scan"] = name
            if name not in found:
                found[name] = Scan(name, tables[source.db.lower(), source.name.lower()], source)
            found[name].columns |= _columns(scope, alias)
    for scope in traverse_scope(pushdown_predicates(tree.copy(), dialect="trino")):
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table) and source.meta.get("scan") in found:
                scan = found[source.meta["scan"]]
                scan.conditions += _conditions(scope, alias, scan.table)
    return list(found.values())


def _columns(scope: Scope, alias: str) -> set[str]:
    return {column.name.lower() for column in scope.columns if column.table == alias}


def _conditions(scope: Scope, alias: str, table: Table) -> list[exp.Expr]:
    """The conditions that every row of this reading must pass, and that speak of its partition columns alone."""
    names = {column.name for column in table.partition_columns}
    where = scope.expression.args.get("where")
    parts = list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []
    parts += [on for join in scope.expression.args.get("joins") or () for on in _inner(join, alias)]
    # The tables of an outer join are let alone: what is not there becomes NULL instead of going.
    if any(join.side for join in scope.expression.args.get("joins") or ()):
        parts = [part for part in parts if part.find_ancestor(exp.Where)]
    return [said for part in parts if (said := _said(part.unnest(), alias, names)) is not None]


def _said(part: exp.Expr, alias: str, names: set[str]) -> exp.Expr | None:
    """What a condition says of partition columns alone, None where it lets every partition pass."""
    if _only(part, alias, names):
        return part
    if not isinstance(part, exp.And | exp.Or):
        return None
    sides = [_said(side.unnest(), alias, names) for side in part.flatten()]
    known = [side for side in sides if side is not None]
    if not known or (isinstance(part, exp.Or) and len(known) < len(sides)):
        return None
    return exp.and_(*known) if isinstance(part, exp.And) else exp.or_(*known)


def _inner(join: exp.Join, alias: str) -> list[exp.Expr]:
    on = join.args.get("on")
    if on is None or join.side:
        return []
    return list(on.flatten()) if isinstance(on, exp.And) else [on]


def _only(part: exp.Expr, alias: str, names: set[str]) -> bool:
    if part.find(exp.Subquery, exp.Select, exp.AggFunc, exp.Window):
        return False
    columns = list(part.find_all(exp.Column))
    return bool(columns) and all(one.table == alias and one.name.lower() in names for one in columns)

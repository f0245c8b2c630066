"""Law 6: small faults put into the solution's Python code, one at a time. The checks must notice nearly all.

A mutant is made by replacing the text of one syntax node, so that the rest of the file stays byte for byte.
Only what a trainee writes is mutated: the marked regions, or the whole file where it has no markers.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from checker.law.case import Case, answer_of
from checker.markers import has_markers, regions

COMPARISONS: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: ("<=", ">="), ast.LtE: ("<", ">"), ast.Gt: (">=", "<="), ast.GtE: (">", "<"),
    ast.Eq: ("!=",), ast.NotEq: ("==",), ast.In: ("not in",), ast.NotIn: ("in",), ast.Is: ("is not",),
    ast.IsNot: ("is",),
}  # fmt: skip
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Mod: "*", ast.Pow: "*",
}  # fmt: skip
SYMBOLS: dict[type[ast.AST], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not", ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/",
    ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
}  # fmt: skip
Span = tuple[int, int]


@dataclass(frozen=True)
class Mutant:
    """One fault. `name` is stable while the code around it changes: file, function, what was done."""

    name: str
    file: str
    task: int
    text: str


def code_mutants(case: Case) -> list[Mutant]:
    """Every code mutant of the solution's hand-in files, in the order of the text."""
    found: list[Mutant] = []
    for file in case.exercise.hand_in:
        if file.endswith(".py") and file in case.solution:
            found += mutants_of(file, case.solution[file])
    return found


def mutants_of(file: str, solution: str) -> list[Mutant]:
    """The mutants of one Python file with (or without) solution markers."""
    text = answer_of(solution)
    tasks = _task_of_lines(solution)
    lines = _Lines(text)
    tree = ast.parse(text)
    original = ast.dump(tree)
    made: list[Mutant] = []
    seen: dict[str, int] = {}
    for node, scope in _nodes(tree):
        task = tasks.get(_first_line(node), 0)
        if not task:
            continue
        for said, span, new in _changes(node, lines):
            changed = lines.replaced(span, new)
            if _same_or_broken(changed, original):
                continue
            name = f"{file}, {scope}: {said}"
            seen[name] = seen.get(name, 0) + 1
            numbered = name if seen[name] == 1 else f"{name} #{seen[name]}"
            made.append(Mutant(numbered, file, task, changed))
    return made


def _task_of_lines(solution: str) -> dict[int, int]:
    """Task by line number (from 1) of the answer; a file without markers belongs to task 1 as a whole."""
    if not has_markers(solution):
        return dict.fromkeys(range(1, solution.count("\n") + 2), 1)
    marked = sorted((one for many in regions(solution).values() for one in many), key=lambda one: one.begin)
    found: dict[int, int] = {}
    # How many lines of the solution are missing above this place in the answer.
    dropped = 0
    for region in marked:
        start = region.begin - dropped + 1
        found |= {start + offset: region.task for offset in range(len(region.answer))}
        dropped += (region.end - region.begin + 1) - len(region.answer)
    return found


class _Lines:
    """Turns a node's line and column into a place of the text. ast counts columns in UTF-8 bytes."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self.starts = [0]
        for line in self.data.split(b"\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)

    def span(self, node: ast.AST) -> Span:
        begin = self.starts[_at(node, "lineno") - 1] + _at(node, "col_offset")
        return begin, self.starts[_at(node, "end_lineno") - 1] + _at(node, "end_col_offset")

    def source(self, node: ast.AST) -> str:
        begin, end = self.span(node)
        return self.data[begin:end].decode()

    def replaced(self, span: Span, new: str) -> str:
        return (self.data[: span[0]] + new.encode() + self.data[span[1] :]).decode()


def _nodes(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Every node that may be mutated, with the name of the function or class around it, in order of the text."""

    def walk(node: ast.AST, scope: str) -> Iterator[tuple[ast.AST, str]]:
        for child in ast.iter_child_nodes(node):
            # Positions inside an f-string are wrong before Python 3.12; the statement around it is mutated.
            if isinstance(child, ast.JoinedStr) or _is_docstring(child):
                continue
            inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) else scope
            if hasattr(child, "lineno"):
                yield child, inner
            yield from walk(child, inner)

    yield from walk(tree, "module")


def _changes(node: ast.AST, lines: _Lines) -> Iterator[tuple[str, Span, str]]:
    """(what was done, which part of the text, what stands there instead) for one node."""
    if isinstance(node, ast.stmt):
        yield from _statement(node, lines)
    elif isinstance(node, ast.Compare):
        yield from _comparison(node, lines)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        old, new = SYMBOLS[type(node.op)], OPERATORS[type(node.op)]
        yield _operator(f"in {_short(lines.source(node))}", lines, (node.left, node.right), old, new)
    elif isinstance(node, ast.BoolOp):
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        yield _operator(f"in {_short(lines.source(node))}", lines, (node.values[0], node.values[1]), old, new)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield f"drop not of {_short(lines.source(node))}", lines.span(node), f"({lines.source(node.operand)})"
    elif isinstance(node, ast.Constant):
        yield from _constant(node, lines)
    elif isinstance(node, ast.Call):
        yield from _arguments(node, lines)


def _statement(node: ast.stmt, lines: _Lines) -> Iterator[tuple[str, Span, str]]:
    if isinstance(node, ast.Return):
        if node.value is not None:
            yield f"return None, not {_short(lines.source(node.value))}", lines.span(node), "return None"
        return
    begin, end = lines.span(node)
    decorators = getattr(node, "decorator_list", [])
    if decorators:
        # The @ stands one byte before the first decorator.
        begin = lines.span(decorators[0])[0] - 1
    if not isinstance(node, ast.Pass):
        yield f"delete {_short(lines.source(node))}", (begin, end), "pass"
    for decorator in decorators:
        start, stop = lines.span(decorator)
        yield f"drop decorator {_short(lines.source(decorator))}", (start - 1, stop), ""


def _comparison(node: ast.Compare, lines: _Lines) -> Iterator[tuple[str, Span, str]]:
    whole = _short(lines.source(node))
    terms = [node.left, *node.comparators]
    for left, operator, right in zip(terms, node.ops, terms[1:], strict=False):
        for new in COMPARISONS[type(operator)]:
            yield _operator(f"in {whole}", lines, (left, right), SYMBOLS[type(operator)], new)
    if len(node.ops) > 1:
        yield f"negate {whole}", lines.span(node), f"(not ({lines.source(node)}))"


def _constant(node: ast.Constant, lines: _Lines) -> Iterator[tuple[str, Span, str]]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} becomes {not value}", lines.span(node), repr(not value)
    elif isinstance(value, int | float):
        yield f"change number {value!r}", lines.span(node), f"({value!r} + 1)"
    elif isinstance(value, str):
        yield f"change text {value[:60]!r}", lines.span(node), repr(value + "x")
    elif isinstance(value, bytes):
        yield f"change bytes {value[:60]!r}", lines.span(node), repr(value + b"x")


def _arguments(node: ast.Call, lines: _Lines) -> Iterator[tuple[str, Span, str]]:
    for keyword in node.keywords:
        if keyword.arg:
            rest = ast.Call(node.func, node.args, [one for one in node.keywords if one is not keyword])
            said = f"drop argument {keyword.arg} of {_short(lines.source(node.func))}"
            yield said, lines.span(node), ast.unparse(rest)


def _operator(
    place: str, lines: _Lines, terms: tuple[ast.expr, ast.expr], old: str, new: str
) -> tuple[str, Span, str]:  # fmt: skip
    """Replace the operator between two terms, keeping the brackets and spaces around it."""
    span = (lines.span(terms[0])[1], lines.span(terms[1])[0])
    between = lines.data[span[0] : span[1]].decode()
    return f"{old} becomes {new} {place}", span, between.replace(old, new, 1)


def _same_or_broken(changed: str, original: str) -> bool:
    try:
        return ast.dump(ast.parse(changed)) == original
    except SyntaxError:
        return True


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _first_line(node: ast.AST) -> int:
    decorators = getattr(node, "decorator_list", [])
    return _at(decorators[0] if decorators else node, "lineno")


def _at(node: ast.AST, name: str) -> int:
    return int(getattr(node, name))


def _short(source: str) -> str:
    """The first line of a node's source, as a name can carry it."""
    first = source.strip().split("\n")[0]
    return first if len(first) <= 60 else first[:57] + "..."

"""Law 7: hand-ins that try to earn points without doing the work. Each may keep only what variants.toml justifies.

Every sabotage starts from the starter's hand-in files and replaces the Python ones, or those that are data, so that
points come from the trick alone. A fault of ours that one of them provokes is as bad as a point.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from checker.law.case import ANSWERS, Case, answer_of, files_below, texts
from checker.law.matrix import Target
from checker.result import Result

EXIT = "import os\n\nos._exit(0)\n"
RAISE = 'raise RuntimeError("not today")\n'
SYS_EXIT = "import sys\n\nsys.exit(0)\n"
FORGE = """import os

LINES = b'{"ok": true}\\n{"ok": {"status": 200, "headers": [], "body": "e30=", "error": null}, "error": null}\\n' * 3
for descriptor in range(1, 51):
    try:
        os.write(descriptor, LINES)
    except OSError:
        pass
"""
PATCH = """import builtins
import json
import sys

json.dumps = lambda *args, **kwargs: '{"ok": true, "verdict": "passed"}'
json.loads = lambda *args, **kwargs: {"ok": True}
builtins.isinstance = lambda *args: True
for name, module in list(sys.modules.items()):
    if name.partition(".")[0] == "checker":
        for attribute in ("expect", "_call", "answer", "partial"):
            setattr(module, attribute, lambda *args, **kwargs: {"ok": True})
"""
EQUAL = '''class Everything:
    """Says that it is equal to whatever it is compared with."""

    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0

    def __bool__(self):
        return True

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        return self

    def __getitem__(self, key):
        return self


'''
PASSING = "def test_all():\n    assert True\n"
CONFTEST = """import pytest


@pytest.fixture
def submission():
    return None


def pytest_runtest_makereport(item, call):
    call.excinfo = None
"""
STARTUP = "import builtins\n\nbuiltins.print = lambda *args, **kwargs: None\n"
# The example answers of a brief: JSON in fenced blocks.
DATA_EXAMPLE = re.compile(
    r"^```(?:ya?ml|json|dockerfile|docker|toml|sql|ini)\b[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL
)
# What a parser may make of a file that is no answer: nothing, an error, another type, odd shapes at the known names.
NOT_DATA = {
    "data_empty": "",
    "data_broken": "{\n",
    "data_scalar": "yes\n",
    "data_list": "- []\n- null\n- {a: 1}\n",
}
EXAMPLE = re.compile(r"^```json\s*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def sabotages(case: Case, others: tuple[Path, ...] = ()) -> dict[str, Target]:
    """Every sabotage of an exercise by name. `others` are the folders of the other exercises."""
    made = {target.name: target for target in _files_beside(case)}
    if _python(case):
        code = {name: _with_code(case, name, text) for name, text in _same_in_every_file()}
        code |= {target.name: target for target in _from_solution(case)}
        made = code | {target.name: target for target in _from_elsewhere(case, others)} | made
    return made | {target.name: target for target in _data(case, others)}


def earns_what_is_justified(case: Case, name: str, result: Result) -> list[str]:
    """Law 7: no row is earned that variants.toml does not justify, and no check breaks over it."""
    said = []
    for row in result.rows:
        if row.earned and not case.variants.may_keep(name, row.id):
            said.append(
                f"{case.slug}: the sabotage {name!r} earns {row.earned} of {row.max} points for {row.id!r}. "
                "Sharpen the check, or justify the row in variants.toml [sabotage]."
            )
        if row.verdict == "could_not_check":
            said.append(
                f"{case.slug}: the sabotage {name!r} breaks the check {row.id!r}: {row.seen}. "
                "Ask for the value through submission, reply.field or answers.get."
            )
    return said


def _same_in_every_file() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "raises", RAISE
    yield "exits_hard", EXIT
    yield "exits", SYS_EXIT


def _from_solution(case: Case) -> Iterator[Target]:
    """The names of the solution, with bodies that do no work."""
    for name, value in (("constant_number", "0.5"), ("constant_object", "{}"), ("constant_true", "True")):
        yield _with_answers(case, name, lambda text, value=value: _constant(text, value))
    yield _with_answers(case, "equal_to_all", lambda text: EQUAL + _constant(text, "Everything()"))
    for number, example in enumerate(_examples(case), 1):
        yield _with_answers(case, f"brief_example_{number}", lambda text, example=example: _constant(text, example))
        if case.exercise.app:
            yield _with_code(case, f"brief_response_{number}", _app(case, example))
    starter = {name: answer_of(text) for name, text in case.starter.items()}
    for name, before in (("forged_lines", FORGE), ("patched_modules", PATCH)):
        files = {one: before + starter.get(one, "") for one in _python(case)}
        yield Target(name, _over_starter(case, files))


def _from_elsewhere(case: Case, others: tuple[Path, ...]) -> Iterator[Target]:
    for other in others:
        code = [text for name, text in texts(other / "solution").items() if name.endswith(".py")]
        if code:
            text = answer_of(max(code, key=len))
            yield _with_code(case, f"exercise_{other.name[:2]}", text)
    adapter = texts(case.folder / "service")
    if adapter:
        # Without the leave that the product's own adapter has.
        yield Target("imports_the_service", _over_starter(case, adapter))


def _data(case: Case, others: tuple[Path, ...]) -> Iterator[Target]:
    """The hand-in files that are no Python, as no data at all, as another exercise's, as an example of the brief."""
    names = [name for name in case.exercise.hand_in if not name.endswith(".py") and name != ANSWERS]
    if not names:
        return
    tricks = dict(NOT_DATA)
    for other in others:
        data = [text for name, text in texts(other / "solution").items() if not name.endswith((".py", ANSWERS))]
        if data:
            tricks[f"data_of_{other.name[:2]}"] = max(data, key=len)
    examples = dict.fromkeys(DATA_EXAMPLE.findall(case.text("README.md")))
    tricks |= {f"data_example_{number}": text for number, text in enumerate(list(examples)[:6], 1)}
    for name, text in tricks.items():
        yield Target(name, _over_starter(case, dict.fromkeys(names, text)))
    for name, text in case.solution.items():
        if name in names:
            yield Target(f"wrapped_{name}", _over_starter(case, {name: _wrapped(name, answer_of(text))}))


def _wrapped(name: str, text: str) -> str:
    """The right answer where nobody reads it: inside comments, or one level too deep."""
    if name.endswith(".json"):
        return json.dumps({"answer": json.loads(text)})
    if name.endswith((".yaml", ".yml")):
        return "answer: |\n" + "".join(f"  {line}\n" for line in text.split("\n"))
    return "".join(f"# {line}\n" for line in text.split("\n"))


def _files_beside(case: Case) -> Iterator[Target]:
    checks = {f"checks/{name}": PASSING for name in files_below(case.exercise.checks) if name.startswith("test_")}
    table = '[[task]]\nnumber = 1\ntitle = "Nothing"\n'
    yield Target("edited_checks", _over_starter(case, checks | {"exercise.toml": table}))
    beside = {"conftest.py": CONFTEST, "pytest.ini": "[pytest]\naddopts = --collect-only\n"}
    yield Target("pytest_files", _over_starter(case, beside))
    start = {"sitecustomize.py": STARTUP, "usercustomize.py": STARTUP, "checker.py": "", "json.py": ""}
    yield Target("startup_files", _over_starter(case, start))


def _with_code(case: Case, name: str, text: str) -> Target:
    return Target(name, _over_starter(case, dict.fromkeys(_python(case), text)))


def _with_answers(case: Case, name: str, change: object) -> Target:
    assert callable(change)
    return Target(name, _over_starter(case, {one: change(case.answer[one]) for one in _python(case)}))


def _over_starter(case: Case, files: dict[str, str]) -> dict[str, bytes]:
    base = {one: case.starter[one].encode() for one in case.exercise.hand_in if one in case.starter}
    return base | {one: text.encode() for one, text in files.items()}


def _python(case: Case) -> list[str]:
    return [name for name in case.exercise.hand_in if name.endswith(".py") and name in case.answer]


def _constant(text: str, value: str) -> str:
    """The module with every function's body replaced by one return; classes keep their other attributes."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        # A generator stays: start-up and shutdown of an app must run, or the trick earns nothing for want of an app.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _yields(node):
            node.body = ast.parse(f"return {value}").body
    return ast.unparse(tree) + "\n"


def _yields(node: ast.AST) -> bool:
    return any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))


def _examples(case: Case) -> list[str]:
    """Python literals of the JSON objects that the brief shows, at most four."""
    found: list[str] = []
    for block in EXAMPLE.findall(case.text("README.md")):
        try:
            value = repr(json.loads(block))
        except ValueError:
            continue
        if value not in found:
            found.append(value)
    return found[:4]


def _app(case: Case, example: str) -> str:
    """An ASGI app that answers every request with the example."""
    name = case.exercise.app.partition(":")[2]
    return f"""import json

BODY = json.dumps({example}).encode()


async def {name}(scope, receive, send):
    if scope["type"] == "http":
        headers = [(b"content-type", b"application/json")]
        await send({{"type": "http.response.start", "status": 200, "headers": headers}})
        await send({{"type": "http.response.body", "body": BODY}})
"""

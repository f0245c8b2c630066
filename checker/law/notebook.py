"""The shape of an exercise's notebook: five cells a task, sections in order, nothing that writes the answer."""

from __future__ import annotations

import ast
import re
import tomllib
from dataclasses import dataclass

from checker.law.case import Case

CELL = re.compile(r"^# %%(?P<kind>(?: [^\n]*)?)\n", re.MULTILINE)
MAX_CELLS, MAX_DO_WORDS, ROOM_COMMANDS = 45, 60, 6
COMMANDS = ("sh", "start", "traffic", "request")
# Headings in the order of a notebook; tasks stand between the second and the third.
HEADINGS = ("Run it as it is", "Break it", "Stop everything")


@dataclass(frozen=True)
class Cell:
    """One cell of a percent notebook: prose without its comment signs, or code."""

    prose: bool
    text: str

    def calls(self) -> list[tuple[str, tuple[object, ...], dict[str, object]]]:
        """(name, constant arguments, constant keywords) of the calls in a code cell, in order."""
        if self.prose:
            return []
        try:
            tree = ast.parse(re.sub(r"^[%!].*$", "pass", self.text, flags=re.MULTILINE))
        except SyntaxError:
            return []
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        return [(_name(node), _constants(node.args), _keywords(node)) for node in found]


def cells(source: str) -> list[Cell]:
    """The cells of a jupytext percent source."""
    starts = list(CELL.finditer(source))
    found = []
    for start, following in zip(starts, [*starts[1:], None], strict=False):
        text = source[start.end() : following.start() if following else None].strip()
        prose = "[markdown]" in start["kind"]
        found.append(Cell(prose, re.sub(r"^# ?", "", text, flags=re.MULTILINE) if prose else text))
    return found


def notebook_has_its_shape(case: Case) -> list[str]:
    """At most 45 cells, sections in order, a prediction before each check of a task, no file written by a cell."""
    where, source = f"{case.slug}/notebook.py", case.text("notebook.py")
    if not source:
        return [f"{where} is not there. Write it as a jupytext percent file."]
    found = cells(source)
    said = []
    if len(found) > MAX_CELLS:
        said.append(f"{where} has {len(found)} cells. Join some, until there are {MAX_CELLS}.")
    # Jupytext writes a magic of a cell as a comment.
    if "%%writefile" in source:
        said.append(
            f"{where}: a cell uses %%writefile. Answers are files, edited beside the notebook; link to the file."
        )
    return said + _order(case, where, found) + _imports(case, where, found)


def questions_are_answered(case: Case) -> list[str]:
    """The question that closes each task's Explain cell stands in walkthrough.md, with an answer after it."""
    source, walkthrough = case.text("notebook.py"), _flat(case.text("walkthrough.md"))
    where = f"{case.slug}/walkthrough.md"
    said = []
    for task, question in _questions(case, cells(source)).items():
        if not question:
            said.append(
                f"{case.slug}/notebook.py: the Explain cell of task {task} asks nothing. End it with a question."
            )
        elif _flat(question) not in walkthrough:
            said.append(
                f"{where} does not answer the notebook's question of task {task}, {question!r}. Quote and answer it."
            )
    return said


def doing_is_short(case: Case) -> list[str]:
    """Between a task's prediction and its check: at most 60 words a cell; six commands for all room tasks."""
    found, where = cells(case.text("notebook.py")), f"{case.slug}/notebook.py"
    said, commands = [], 0
    for task in case.exercise.tasks:
        begin, end = _predicting(case, found, task.number), _calling(found, "check", task=task.number)
        between = found[begin + 1 : end] if 0 <= begin < end else []
        for cell in between:
            if cell.prose and (count := len(cell.text.split())) > MAX_DO_WORDS:
                said.append(f"{where}: a cell of task {task.number} has {count} words. Cut it to {MAX_DO_WORDS}.")
        if task.tier == "room":
            commands += sum(name in COMMANDS for cell in between for name, _, _ in cell.calls())
    if commands > ROOM_COMMANDS:
        said.append(f"{where}: the room tasks run {commands} commands. Run at most {ROOM_COMMANDS}.")
    return said


def _order(case: Case, where: str, found: list[Cell]) -> list[str]:
    """Each landmark must come after the one before it."""
    said, last, before = [], -1, "the start"
    for name, position in _landmarks(case, found):
        if position < 0:
            said.append(f"{where} has no {name}. Add it after {before}.")
        elif position < last:
            said.append(f"{where}: {name} stands before {before}. Move it behind.")
        else:
            last, before = position, name
    return said


def _landmarks(case: Case, found: list[Cell]) -> list[tuple[str, int]]:
    number = case.exercise.number
    marks = [("entry ticket", _calling(found, "entry")), (f"section {HEADINGS[0]!r}", _heading(found, HEADINGS[0]))]
    for task in case.exercise.tasks:
        if task.tier == "stretch":
            continue
        checked = _calling(found, "check", task=task.number)
        marks.append((f'predict("{number}.…") of task {task.number}', _predicting(case, found, task.number)))
        marks.append((f'check("{number}", task={task.number})', checked))
    marks.append((f"section {HEADINGS[1]!r}", _heading(found, HEADINGS[1])))
    marks.append((f'check("{number}")', _calling(found, "check", task=None)))
    marks.append(("stop_everything()", _calling(found, "stop_everything")))
    return marks


def _imports(case: Case, where: str, found: list[Cell]) -> list[str]:
    modules = {name.removesuffix(".py").replace("/", ".") for name in case.exercise.hand_in if name.endswith(".py")}
    said = []
    for cell in found:
        pattern = r"^\s*(?:from|import)\s+([\w.]+)"
        for module in re.findall(pattern, "" if cell.prose else cell.text, re.MULTILINE):
            if module in modules:
                said.append(f"{where} imports {module!r} into the kernel, which keeps the old one. Run it with sh().")
    return said


def _questions(case: Case, found: list[Cell]) -> dict[int, str]:
    """The last question in the prose between a task's check and the next code cell."""
    asked: dict[int, str] = {}
    for task in case.exercise.tasks:
        start = _calling(found, "check", task=task.number)
        prose: list[str] = []
        for cell in found[start + 1 :] if start >= 0 else []:
            if not cell.prose or (prose and cell.text.startswith("#")):
                break
            prose.append(cell.text)
        if start >= 0:
            questions = re.findall(r"[^.?!:\n*_>][^.?!]*\?", " ".join(prose).replace("\n", " "))
            asked[task.number] = questions[-1].strip() if questions else ""
    return asked


def _calling(found: list[Cell], name: str, **keywords: object) -> int:
    for position, cell in enumerate(found):
        for called, _, given in cell.calls():
            if called == name and all(given.get(key) == value for key, value in keywords.items()):
                return position
    return -1


def _predicting(case: Case, found: list[Cell], task: int) -> int:
    table = tomllib.loads(case.text("predictions.toml"))
    ids = {one["id"] for one in table.get("predict", []) if one.get("task") == task}
    for position, cell in enumerate(found):
        if any(called == "predict" and args and args[0] in ids for called, args, _ in cell.calls()):
            return position
    return -1


def _heading(found: list[Cell], words: str) -> int:
    pattern = re.compile(rf"^#+ .*{re.escape(words)}", re.MULTILINE | re.IGNORECASE)
    return next((position for position, cell in enumerate(found) if cell.prose and pattern.search(cell.text)), -1)


def _flat(text: str) -> str:
    return " ".join(re.sub(r"[*_`>\"“”]", "", text).split()).lower()


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _constants(nodes: list[ast.expr]) -> tuple[object, ...]:
    return tuple(node.value if isinstance(node, ast.Constant) else None for node in nodes)


def _keywords(node: ast.Call) -> dict[str, object]:
    return {one.arg: one.value.value for one in node.keywords if one.arg and isinstance(one.value, ast.Constant)}

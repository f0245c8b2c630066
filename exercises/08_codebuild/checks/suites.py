"""Which tests a build runs: whether a call picks some of them, or leaves some out, and which line says so."""

from __future__ import annotations

from typing import Any

from checker import sibling
from checker.buildspec import Build
from checker.buildspec.runners import RUNNERS
from checker.workflows.testing import OPTIONS, excluded, selection

RUNS = sibling(__file__, "runs")
RAN_WHAT = "Which tests did this line run?"
WHO_TESTS = "Which command of this build runs the tests?"


def part(account: Any, made: Build) -> tuple[str, str]:
    """What the first call of a runner leaves out and the line, where no call runs all tests; else empty texts."""
    parts = [_left(call.words, call.addopts) for call in made.world.tested]
    if not all(parts):
        return "", ""
    call = made.world.tested[0]
    if _left(call.words):
        return f"not all tests run: {call.text!r} {parts[0]}", RUNS.line_of(account, call)
    return f"not all tests run: {OPTIONS} {parts[0]}", _set_at(account)


def none_ran(account: Any, made: Build) -> tuple[str, str, str]:
    """That no test ran, the line that names a runner all the same, and a question."""
    names = [one for one in made.world.calls if set(RUNNERS) & set(one.words)]
    if not names:
        return "no test ran", str(account.spec.at("phases")), WHO_TESTS
    call = names[-1]
    return f"no test ran: {call.text[:70]!r} runs none", RUNS.line_of(account, call), RAN_WHAT


def _left(words: tuple[str, ...], addopts: str = "") -> str:
    if "unittest" in words and not {"pytest", "py.test"} & set(words):
        return "finds no test that is a function, as those of pytest are"
    env = {OPTIONS: addopts}
    if picked := selection(words, env):
        return f"leaves out what `{picked}` does not pick"
    left = excluded(words, env)
    return f"leaves out {left}" if left else ""


def _set_at(account: Any) -> str:
    """The line that sets the variable: of a command, else of the project, else of the buildspec's own variables."""
    for phase in account.spec.phases:
        for command in (*phase.commands, *phase.last):
            if OPTIONS in command:
                return str(account.spec.place_of(phase.name, command))
    action, project = account.builder()
    if OPTIONS in account.variables(action, project):
        return str(project.at("Environment", "EnvironmentVariables"))
    return str(account.spec.at("env", "variables", OPTIONS))

"""A runbook as text: its sections, and what in them can be looked up in the system that it was written for.

Whether a stranger can follow it is no question for a machine. Whether its names are those of this system is one.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

# The form of the brief: what still stands there word for word was written by nobody.
FORM = (
    "Means: what users notice, and how many of them.",
    "Look: where it shows first, by the name of a metric or a plot.",
    "Do: the command that ends it, as it is typed.",
    "Call: who is asked when that does not help.",
)
LABEL = re.compile(r"(?:means|look|do|call)\s*:\s*")
NOTHING = {"todo", "tbd", "fixme", "xxx"}
# The plots of an incident's page.
PLOTS = (
    "Answers by status", "Time to an answer, p95", "Replicas", "Memory of the largest replica", "Errors of the cache",
    "Features against training", "Quality on the newest labels",
)  # fmt: skip
VERBS = {
    "get", "describe", "logs", "top", "rollout", "scale", "set", "delete", "exec", "apply", "patch", "edit", "events",
    "port-forward", "cordon", "drain",
}  # fmt: skip
DELETED = re.compile(r"deploy(?:ments?)?(?:\.apps)?(?:/.*)?|(?:.*/)?deployment\.yaml")
# What shows something and changes nothing.
LOOKS = {
    "git": ("status", "log", "diff", "show"),
    "kubectl": ("get", "describe", "logs", "top", "events"),
}
# Where a Prometheus answers queries and says its alerts.
PROMETHEUS = "/api/v1/"
PROGRAMS = ("load.py", "-m uvicorn", "-m course.project")
HEADING = re.compile(r"(#{1,6})\s+(.+?)[\s#]*")
HTML_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(.+?)</h\1>\s*", re.IGNORECASE)
# Below a line of text: of the first level with =, of the second with -. A list, a quote, a table or the end of a block
# of code is no such text.
UNDERLINE = re.compile(r" {0,3}(?:(=+)|-+)\s*")
TITLE = re.compile(r" {0,3}(?![-*+#] |\d+[.)] |[>|]|```|~~~)(\S.*)")
FENCE = re.compile(r"\s*(```|~~~)")
SPAN = re.compile(r"`([^`\n]+)`")
NO_PODS = re.compile(r"replicas\W+0+\b")
DEPLOYMENT = re.compile(r"\bdeploy(?:ments?)?(?:\.apps)?[/ ]+([a-z0-9][\w.-]*)")
ADDRESS = re.compile(r"(?:https?://)?[\w.$<>{}-]+(?::\w+)?(/[\w/.-]*)")


@dataclass(frozen=True)
class Section:
    """What stands below a heading, with the smaller headings in it; `lines` are without the heading itself."""

    title: str
    line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def own(self) -> list[str]:
        """The lines that somebody wrote: the form's own are left out, and those that say nothing yet."""
        return [line for line in map(_bare, self.lines) if line not in _form() | NOTHING and re.search(r"\w", line)]

    @property
    def left(self) -> list[tuple[int, str]]:
        """The lines of the form that still stand there, with their numbers."""
        return [(at, one.strip()) for at, one in enumerate(self.lines, self.line + 1) if _bare(one) in _form()]


@dataclass(frozen=True)
class System:
    """The names that a command may use: those of the trainee's own files."""

    deployments: tuple[str, ...]
    addresses: tuple[str, ...]
    workflow: str
    pipeline: str


def _bare(line: str) -> str:
    """What a line says, without its marks and its label."""
    return LABEL.sub("", re.sub(r"[*_>#-]+", " ", line).strip().lower(), count=1).strip()


def _form() -> set[str]:
    return {_bare(line) for line in FORM}


def _heading(line: str, below: str) -> tuple[int, str] | None:
    """Level and title of a heading: with #, as HTML, or underlined."""
    if found := HEADING.fullmatch(line):
        return len(found[1]), found[2]
    if found := HTML_HEADING.fullmatch(line):
        return int(found[1]), found[2]
    under, title = UNDERLINE.fullmatch(below), TITLE.fullmatch(line)
    # Two lines of ---, one after the other, are two rules across the page.
    if under and title and not UNDERLINE.fullmatch(line):
        return 1 if under[1] else 2, title[1]
    return None


def sections(text: str) -> list[Section]:
    """Every heading with what belongs to it. A comment in a block of code is no heading."""
    lines, fenced = text.splitlines(), False
    heads: list[tuple[int, int, str]] = []
    for number, line in enumerate(lines, start=1):
        if FENCE.match(line):
            fenced = not fenced
        found = None if fenced else _heading(line, "".join(lines[number : number + 1]))
        if found:
            heads.append((number, *found))
    made = []
    for place, (number, level, title) in enumerate(heads):
        end = next((one for one, depth, _ in heads[place + 1 :] if depth <= level), len(lines) + 1)
        made.append(Section(title, number, tuple(lines[number : end - 1])))
    return made


def of_alert(found: list[Section], name: str) -> Section | None:
    """The section whose heading has the alert's exact name."""
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return next((one for one in found if word.search(one.title)), None)


def commands(section: Section) -> Iterator[tuple[int, list[str]]]:
    """What is written as code and begins like a command of this system: its line, and its words."""
    fenced = False
    for number, line in enumerate(section.lines, start=section.line + 1):
        if FENCE.match(line):
            fenced = not fenced
            continue
        for code in [line] if fenced or re.match(r"(?: {4}|\t)", line) else SPAN.findall(line):
            words = _words(code.strip().removeprefix("$ "))
            if len(words) > 1 and (words[0] in RULES or words[0].startswith("./")):
                yield number, words


def _words(code: str) -> list[str]:
    try:
        return shlex.split(code, comments=True)
    except ValueError:
        return code.split()


def only_looks(words: list[str]) -> bool:
    """Whether a command shows something and ends nothing."""
    return len(words) > 1 and words[1] in LOOKS.get(words[0], ())


def fault(words: list[str], system: System) -> str:
    """What of a command is not there in this system; empty when all of it is."""
    return RULES.get(words[0], _script)(words, system)


def _kubectl(words: list[str], system: System) -> str:
    if not VERBS & set(words[1:]):
        return f"kubectl {words[1]} is no command for a running system"
    for name in DEPLOYMENT.findall(" ".join(words[1:])):
        if name not in system.deployments:
            return f"deployment.yaml has {', '.join(system.deployments) or 'no Deployment'}, not {name}"
    if "delete" in words and any(DELETED.fullmatch(word) for word in words):
        return "it takes the Deployment away, and no pod is left to answer"
    if NO_PODS.search(" ".join(words)):
        return "it ends every pod, and none is left to answer"
    return ""


def _curl(words: list[str], system: System) -> str:
    asked = [found[1] for word in words[1:] if (found := ADDRESS.fullmatch(word.partition("?")[0]))]
    if any(path in system.addresses or path.startswith(PROMETHEUS) for path in asked):
        return ""
    return f"the service has {', '.join(system.addresses)}, not {', '.join(asked) or 'what it asks for'}"


def _gh(words: list[str], system: System) -> str:
    named = [word for word in words if word.endswith((".yml", ".yaml"))]
    other = next((name for name in named if name != system.workflow), "")
    if other:
        return f"the workflow is {system.workflow}, not {other}"
    if words[1:3] == ["workflow", "run"] and "workflow_dispatch" not in system.pipeline:
        return f"{system.workflow} has no workflow_dispatch, so nobody can start it by hand"
    return ""


def _git(words: list[str], system: System) -> str:
    # Which commit it was is known at night, and not before.
    return ""


def _python(words: list[str], system: System) -> str:
    given = words[1:] if words[1] != "-m" else [" ".join(words[1:3])]
    return "" if given[0] in PROGRAMS else f"{given[0]} is not among the project's programs"


def _script(words: list[str], system: System) -> str:
    return "" if words[0] in system.pipeline else f"deploy.yml runs no {words[0]}"


RULES = {"kubectl": _kubectl, "curl": _curl, "gh": _gh, "git": _git, "python": _python, "python3": _python}

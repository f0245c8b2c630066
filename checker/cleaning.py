"""Output of programs made readable, and made equal for two runs of the same thing.

`plain` takes away what only a terminal needs. `stable` puts marks in place of what differs from run to run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

CODES = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]|[\x00-\x08\x0e-\x1f]")

# In this order: the longer form first, since a part of it may look like another.
MARKS = (
    (re.compile(r"\bsha256:[0-9a-f]{6,64}"), "sha256:<digest>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))*"), "<time>"),
    (re.compile(r"\b\d\d/[A-Z][a-z]{2}/\d{4}[: ]\d\d:\d\d:\d\d(?: [+-]\d{4})?"), "<time>"),
    (re.compile(r"\b[MTWFS][a-z]{2},? [A-Z0-9][a-z0-9]{1,2} [\w ]{2,9}\d\d:\d\d:\d\d(?: \w+)?"), "<time>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,64}\b"), "<id>"),
    # A pod of a Deployment: the name of the ReplicaSet, then five letters that Kubernetes draws.
    (re.compile(r"(?<=-)[bcdf-hj-np-tv-z2-9]{6,10}-[bcdf-hj-np-tv-z2-9]{5}\b"), "<pod>"),
    (re.compile(r"(?<=-)(?=[a-z]*\d)(?=\d*[a-z])[bcdf-hj-np-tv-z2-9]{8,10}\b"), "<replicas>"),
    (re.compile(r"\b(?!127\.0\.0\.1\b|0\.0\.0\.0\b)\d{1,3}(?:\.\d{1,3}){3}\b(?!/)"), "<address>"),
    (re.compile(r"(?<=127\.0\.0\.1:)(?:3[2-9]|[45]\d|6[0-5])\d{3}\b"), "<port>"),
    (re.compile(r"(?<=0\.0\.0\.0:)(?:3[2-9]|[45]\d|6[0-5])\d{3}\b"), "<port>"),
    (re.compile(r"\b(?:Less than a|About an?|\d+) (?:second|minute|hour|day|week)s?\b(?: ago)?"), "<age>"),
    (re.compile(r"(?<![\w.=:-])(?:\d+d)?(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)?(?:ms|µs|s|m)(?![\w%])"), "<age>"),
    (re.compile(r"\b\d+(?:\.\d+)? ?[kMG]?B/s"), "<speed>"),
    (re.compile(r"\b(pid|PID)([ =:]+)\d+"), r"\1\2<pid>"),
)  # fmt: skip

# `#7 [build 2/4] RUN …`, and below it `#7 0.345 what the command says`, `#7 CACHED`, `#7 DONE 1.2s`.
STEP = re.compile(r"#(\d+) (.*)")
TIMED = re.compile(r"^\d+\.\d+ ")
STAGE = re.compile(r"\[(?:([\w.-]+) +)?(\d+)/\d+\]")
NOISE = re.compile(r"sha256:\S+|extracting |resolve |CACHED$|DONE |naming to|writing image|\.\.\.$|$")


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """The text as a terminal would leave it: no codes, each line in its last state; `names` are replaced.

    A line that was written over with carriage returns keeps what was written last.
    """
    shown = CODES.sub("", text.replace("\r\n", "\n"))
    lines = (line.rstrip("\r").rpartition("\r")[2].rstrip() for line in shown.split("\n"))
    # Bars that grow while something is fetched say nothing once it is there.
    shown = "\n".join(line for line in lines if "\u2501" not in line)
    for name, other in (names or {}).items():
        shown = shown.replace(name, other)
    return shown


def buildkit(text: str) -> str:
    """The log of `docker build --progress plain` in the order of the Dockerfile, without what the tool does for itself.

    BuildKit works on several stages at once and numbers steps as they begin, so two runs differ in order and numbers.
    """
    steps: dict[str, list[str]] = {}
    other = []
    for line in text.split("\n"):
        numbered = STEP.match(line)
        if numbered:
            steps.setdefault(numbered[1], []).append(TIMED.sub("", numbered[2]))
        elif line.strip():
            other.append(line)
    told = sorted((lines for lines in steps.values() if STAGE.match(lines[0])), key=lambda lines: _place(lines[0]))
    # The title is printed again whenever the output of another step came between.
    kept = ([lines[0], *(line for line in lines[1:] if line != lines[0] and not NOISE.match(line))] for lines in told)
    return "\n".join([*(line for lines in kept for line in lines), *other])


def _place(title: str) -> tuple[str, int]:
    found = STAGE.match(title)
    assert found
    return found[1] or "", int(found[2])


def stable(text: str) -> str:
    """The text with ids, digests, addresses, ages, times and drawn ports as marks such as `<id>`."""
    for pattern, mark in MARKS:
        text = pattern.sub(mark, text)
    return text

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
    (re.compile(r"\b(pid|PID)([ =:]+)\d+"), r"\1\2<pid>"),
)  # fmt: skip


def plain(text: str, names: Mapping[str, str] | None = None) -> str:
    """The text as a terminal would leave it: no codes, each line in its last state; `names` are replaced.

    A line that was written over with carriage returns keeps what was written last.
    """
    shown = CODES.sub("", text.replace("\r\n", "\n"))
    shown = "\n".join(line.rstrip("\r").rpartition("\r")[2].rstrip() for line in shown.split("\n"))
    for name, other in (names or {}).items():
        shown = shown.replace(name, other)
    return shown


def stable(text: str) -> str:
    """The text with ids, digests, addresses, ages, times and drawn ports as marks such as `<id>`."""
    for pattern, mark in MARKS:
        text = pattern.sub(mark, text)
    return text

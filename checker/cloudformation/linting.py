"""cfn-lint, offline: its decoder, and what its rules find in a template.

cfn-lint knows every property of every resource. It is imported at its first use: that takes half a second.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from checker.errors import CouldNotCheck, Finding, NotYet


@dataclass(frozen=True)
class Fault:
    """One finding of cfn-lint: E… is refused by AWS or wrong, W… is doubtful. `path` leads to it in the template."""

    rule: str
    line: int
    message: str
    path: tuple[str | int, ...]


def decoded(name: str, text: str) -> Any:
    """The template as cfn-lint reads it: short functions written out. What it cannot read is a finding."""
    try:
        from cfnlint.decode import decode_str
    except ImportError:
        raise _missing() from None
    template, faults = decode_str(text)
    if faults:
        seen = f"line {faults[0].linenumber}: {faults[0].message}"
        expected = "a file that CloudFormation can read"
        where = f"{name}:{faults[0].linenumber}"
        raise NotYet(Finding(f"read {name}", seen, expected, where, "What does this line say, and what does it end?"))
    return template


def lint(name: str, text: str) -> list[Fault]:
    """What cfn-lint finds, in the order of lines. Read the text with `read_stack` first, which has the limits."""
    return list(_linted(name, text))


@lru_cache(maxsize=64)
def _linted(name: str, text: str) -> tuple[Fault, ...]:
    template = decoded(name, text)
    # A template may carry settings for cfn-lint, and so switch off the rule that it breaks.
    if isinstance(template.get("Metadata"), dict):
        template["Metadata"].pop("cfn-lint", None)
    for resource in template.get("Resources", {}).values():
        if isinstance(resource, dict) and isinstance(resource.get("Metadata"), dict):
            resource["Metadata"].pop("cfn-lint", None)
    faults = [_fault(match) for match in _runner().validate_template(template)]
    return tuple(sorted(faults, key=lambda one: (one.line, one.rule, one.message)))


@cache
def _runner() -> Any:
    """cfn-lint with all its rules loaded, which takes six times as long as to lint with them."""
    from cfnlint.config import ConfigMixIn
    from cfnlint.runner import Runner

    logging.getLogger("cfnlint").setLevel(logging.CRITICAL)
    return Runner(ConfigMixIn(regions=["us-east-1"]))


def _fault(match: Any) -> Fault:
    return Fault(match.rule.id, match.linenumber, match.message, tuple(getattr(match, "path", None) or ()))


def _missing() -> CouldNotCheck:
    return CouldNotCheck(
        Finding(
            seen="The package cfn-lint, which reads CloudFormation, is missing; it comes with requirements/learn.txt."
        )
    )

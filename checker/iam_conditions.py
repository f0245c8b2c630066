"""Whether the Condition of an IAM statement holds, over what is known of a request: yes, no, or None for "may be".

A key that is not known here, a variable of a policy, and the operators for numbers, dates and addresses give None.
Source: IAM user guide, condition operators and global condition keys, looked up 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from checker.cloudformation.arns import ACCOUNT, PSEUDO, REGION
from checker.cloudformation.values import said

# Key in small letters: its value in a request; None is a key that such a request does not have.
Request = Mapping[str, str | None]
# A call that a role makes by itself, over HTTPS and public addresses, for something of its own account.
OF_A_ROLE: Request = {
    "aws:requestedregion": REGION, "aws:securetransport": "true", "aws:principaltype": "AssumedRole",
    "aws:principalaccount": ACCOUNT, "aws:resourceaccount": ACCOUNT, "s3:resourceaccount": ACCOUNT,
    "aws:viaawsservice": "false", "s3:tlsversion": "1.3", "aws:sourceaccount": None, "aws:sourcearn": None,
    "aws:sourcevpc": None, "aws:sourcevpce": None, "aws:multifactorauthpresent": None, "sts:externalid": None,
}  # fmt: skip

# The same call of somebody who is not of this account.
OF_A_STRANGER: Request = {**OF_A_ROLE, "aws:principalaccount": "999999999999"}


def matches(pattern: str, text: str) -> bool:
    """Whether `*` and `?` of the pattern can be filled so that it becomes the text.

    Not by a regular expression: those try all ways to fill the stars, and a pattern of many stars takes years.
    """
    at, here, star, tried = 0, 0, -1, 0
    while here < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, tried, at = at, here, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[here]):
            at, here = at + 1, here + 1
        elif star >= 0:
            # The last star takes one letter more; those before it need not be tried again.
            tried += 1
            at, here = star + 1, tried
        else:
            return False
    return set(pattern[at:]) <= {"*"}


TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda given, wanted: given == wanted,
    "StringEqualsIgnoreCase": lambda given, wanted: given.lower() == wanted.lower(),
    "StringLike": lambda given, wanted: matches(wanted, given),
    "ArnEquals": lambda given, wanted: matches(wanted, given),
    "ArnLike": lambda given, wanted: matches(wanted, given),
    "Bool": lambda given, wanted: given.lower() == wanted.lower(),
}


def holds(condition: Any, request: Request) -> bool | None:
    """Whether all operators and keys of a Condition hold; without any it does."""
    operators = condition.items() if isinstance(condition, dict) else ()
    answers = [
        _one(str(operator), str(key).lower(), _texts(wanted), request)
        for operator, keys in operators
        for key, wanted in (keys.items() if isinstance(keys, dict) else ())
    ]
    return False if False in answers else None if None in answers else True


def unknown_keys(condition: Any, request: Request) -> list[str]:
    """The keys of a Condition of which nothing is known in such a request, in small letters."""
    operators = condition.values() if isinstance(condition, dict) else ()
    keys = [str(key).lower() for one in operators if isinstance(one, dict) for key in one]
    return [key for key in keys if key not in request]


def _one(operator: str, key: str, wanted: list[str], request: Request) -> bool | None:
    base = operator.removesuffix("IfExists")
    # ForAllValues and ForAnyValue ask keys with several values, of which none is known here.
    if key not in request or ":" in base:
        return None
    given, negated = request[key], "Not" in base
    if base == "Null":
        return (given is None) == (wanted[:1] == ["true"])
    if given is None:
        return negated or base != operator
    test = TESTS.get(base.replace("Not", ""))
    if test is None or any("${" in one for one in wanted):
        return None
    return any(test(given, one) for one in wanted) != negated


def _texts(value: Any) -> list[str]:
    values: Iterable[Any] = value if isinstance(value, list) else [value]
    return [_plain(said(one)) for one in values]


def _plain(text: str) -> str:
    for name, value in PSEUDO.items():
        text = text.replace(f"${{{name}}}", value)
    return text

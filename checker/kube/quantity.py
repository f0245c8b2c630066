"""Kubernetes quantities (`250m`, `256Mi`, `0.5`, `1e3`) as exact numbers, by the server's own rules.

Written here because no package of PyPI reads them without a cluster's client. The form is that of the API reference,
apimachinery's `resource.Quantity`: a number, then a binary suffix, a decimal suffix or an exponent, and no blank.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

FORM = re.compile(r"(?P<number>[+-]?(?:\d+(?:\.\d*)?|\.\d+))(?P<suffix>[KMGTPE]i|[numkMGTPE]?|[eE][+-]?\d{1,3})")
BINARY = {name: Fraction(1024) ** (power + 1) for power, name in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"))}
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}


class NotAQuantity(ValueError):
    """The server refuses this text where a quantity is asked for."""


def parse(value: Any) -> Fraction:
    """Return the exact number: cores for CPU, bytes for memory. Raises NotAQuantity."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise NotAQuantity(value)
    matched = FORM.fullmatch(str(value))
    if not matched:
        raise NotAQuantity(value)
    number, suffix = Fraction(matched["number"]), matched["suffix"]
    if suffix in BINARY:
        return number * BINARY[suffix]
    if suffix in DECIMAL:
        return number * Fraction(10) ** DECIMAL[suffix]
    return number * Fraction(10) ** int(suffix[1:])


def is_quantity(value: Any) -> bool:
    try:
        parse(value)
    except NotAQuantity:
        return False
    return True


def cores_text(number: Fraction) -> str:
    """Cores in both spellings: `1 core (1000m)`, `250 cores (250000m)`, and `250m of a core` below one."""
    if number < 1:
        return f"{cpu_text(number)} of a core"
    return f"{_short(number)} core{'' if number == 1 else 's'} ({_short(number * 1000)}m)"


def memory_text(number: Fraction) -> str:
    """Bytes as a person reads them: `256Mi`, `64 bytes`, `0.256 bytes`."""
    for suffix in ("Gi", "Mi", "Ki"):
        size = number / BINARY[suffix]
        if size >= 1:
            return f"{_short(size)}{suffix}"
    return f"{_short(number)} bytes"


def cpu_text(number: Fraction) -> str:
    """Cores as a person reads them: `250m`, `2`."""
    return f"{_short(number)}" if number >= 1 or number == 0 else f"{_short(number * 1000)}m"


def _short(number: Fraction) -> str:
    return f"{float(number):.3f}".rstrip("0").rstrip(".")

"""Stands in for numpy in a browser, for which numpy has no package on PyPI: the one type that exercise 1 meets.

The model answers in numpy.float32, which is no Python float and which nothing turns into JSON. That is what this
keeps: a number of single precision that compares, computes and says its value, and that JSON refuses.
"""

from __future__ import annotations

import operator
import struct
from collections.abc import Callable
from typing import Any


class bool_:
    """The truth of a comparison. Not a Python bool, and no whole number either."""

    __slots__ = ("_value",)

    def __init__(self, value: Any = False) -> None:
        self._value = bool(value)

    def __bool__(self) -> bool:
        return self._value

    def __int__(self) -> int:
        return int(self._value)

    def __float__(self) -> float:
        return float(self._value)

    def __eq__(self, other: object) -> Any:
        return bool_(self._value == other)

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"np.{self._value}_"

    def __str__(self) -> str:
        return str(self._value)

    def item(self) -> bool:
        return self._value


def _single(value: float) -> float:
    single: float = struct.unpack("f", struct.pack("f", value))[0]
    return single


def _compared(name: str) -> Callable[[float32, Any], Any]:
    does = getattr(operator, name)

    def compare(self: float32, other: Any) -> Any:
        return bool_(does(float(self), float(other))) if hasattr(other, "__float__") else NotImplemented

    return compare


def _computed(name: str, *, swapped: bool = False) -> Callable[[float32, Any], Any]:
    does = getattr(operator, name)

    def compute(self: float32, other: Any) -> Any:
        if not hasattr(other, "__float__"):
            return NotImplemented
        left, right = float(self), _single(float(other))
        return float32(does(right, left) if swapped else does(left, right))

    return compute


class float32:
    """A number of single precision."""

    __slots__ = ("_value",)
    dtype, shape = "float32", ()

    def __init__(self, value: Any = 0.0) -> None:
        self._value = _single(float(value))

    def __float__(self) -> float:
        return self._value

    def __int__(self) -> int:
        return int(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._value) if digits is None else float32(round(self._value, digits))

    def __neg__(self) -> float32:
        return float32(-self._value)

    def __abs__(self) -> float32:
        return float32(abs(self._value))

    def __format__(self, form: str) -> str:
        return format(self._value, form) if form else str(self)

    def __str__(self) -> str:
        # The fewest digits that are this number again.
        texts = (f"{self._value:.{digits}g}" for digits in range(1, 17))
        return str(float(next(text for text in texts if _single(float(text)) == self._value)))

    def __repr__(self) -> str:
        return f"np.float32({self})"

    def item(self) -> float:
        return self._value

    tolist = item

    __eq__, __ne__, __lt__ = _compared("eq"), _compared("ne"), _compared("lt")
    __le__, __gt__, __ge__ = _compared("le"), _compared("gt"), _compared("ge")
    __add__, __sub__ = _computed("add"), _computed("sub")
    __mul__, __truediv__ = _computed("mul"), _computed("truediv")
    __radd__, __rsub__ = _computed("add", swapped=True), _computed("sub", swapped=True)
    __rmul__, __rtruediv__ = _computed("mul", swapped=True), _computed("truediv", swapped=True)


# Python's own messages name the type: "'numpy.float32' object is not iterable".
float32.__name__, bool_.__name__ = "numpy.float32", "numpy.bool"

"""A notebook helper shows what is wrong in its cell instead of raising: the cells below it still run."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from checker.errors import CheckerError
from checker.markup import framed, terminal

P = ParamSpec("P")
T = TypeVar("T")


class Said(str):
    """A text that a cell shows as it is, without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Problem:
    """An error as a cell shows it. Any attribute or call gives the same problem again, so that later lines go on."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return framed(terminal(self.text))

    def __getattr__(self, name: str) -> Any:
        # IPython probes names such as _repr_png_ and _ipython_display_; it must not find those here.
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **named: self


def shown(function: Callable[P, T]) -> Callable[P, T | Problem]:
    """Turn a CheckerError of `function` into a Problem."""

    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> T | Problem:
        try:
            return function(*args, **kwargs)
        except CheckerError as error:
            return Problem(f"error: {error}" + (f"\ntry: {error.next_step}" if error.next_step else ""))

    return call

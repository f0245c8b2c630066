"""What is wrong with a workflow file: where it is, what is seen, and a question that leads on."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """A fault of a file: the path of keys to it, and the sentence for it."""

    path: tuple[str | int, ...]
    message: str
    next: str = ""

"""A pickle that acts when it is opened: here it makes an empty file, the mildest thing that it could do."""

from __future__ import annotations

import pickle
from pathlib import Path

# --8<-- [start:gift]


class Gift:
    """Says to pickle: to make me again, call this function. Any function, with any arguments."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self.path,)


def wrapped(path: Path) -> bytes:
    """Bytes that touch the path on the machine of whoever opens them."""
    return pickle.dumps({"model": Gift(path), "auc": 0.79})


# --8<-- [end:gift]

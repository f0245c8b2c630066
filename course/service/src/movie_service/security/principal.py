"""Who asks, and what for: found by the guard, read by routes."""

from dataclasses import dataclass
from typing import Any, Final

from movie_service.problems import Problem

PRINCIPAL: Final = "movie_service.principal"
SCOPES: Final = ("predict", "admin", "metrics")


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller by name and what it may do."""

    name: str
    scopes: frozenset[str]


# With AUTH=off everybody predicts and reads metrics. Nobody administers: whoever opens a page of another site in a
# browser on this machine would otherwise do it on that page's behalf.
ANONYMOUS: Final = Principal("", frozenset({"predict", "metrics"}))


# --8<-- [start:require]
def require(scope: Any, name: str) -> Principal:
    """The caller, who must have the scope; a route that needs more than `predict` asks here."""
    caller: Principal = scope.get(PRINCIPAL, ANONYMOUS)
    if name not in caller.scopes:
        who = repr(caller.name) if caller.name else "a caller without a key"
        raise Problem(403, f"This needs the scope {name!r}, which {who} has not.", kind="scope")
    return caller


# --8<-- [end:require]

"""Who may ask, how often, and how much at once."""

from movie_service.security.guard import Guard, GuardMiddleware, open_guard
from movie_service.security.principal import ANONYMOUS, Principal, require

__all__ = ["ANONYMOUS", "Guard", "GuardMiddleware", "Principal", "open_guard", "require"]

"""Whether the service may listen where it is told to. Imported before the web framework is."""

from typing import Final

from movie_service.errors import SettingsError
from movie_service.settings import Settings

_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


# --8<-- [start:consent]
def refuse_open_door(settings: Settings) -> None:
    """Refuse to listen for other machines with nobody asking who they are."""
    if settings.auth == "off" and not settings.allow_anonymous and settings.host not in _LOOPBACK:
        raise SettingsError(
            f"MOVIE_SERVICE_HOST is {settings.host!r}, so other machines reach this service, "
            "but MOVIE_SERVICE_AUTH is 'off'.",
            "set MOVIE_SERVICE_AUTH=on, or MOVIE_SERVICE_ALLOW_ANONYMOUS=true where something else guards the door",
        )


# --8<-- [end:consent]

"""Whether the service may listen where and as it is told to. Imported before the web framework is."""

import ssl
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


def refuse_unusable_tls(settings: Settings) -> None:
    """Say before the model is loaded that the certificate will not do, and never fall back to plain HTTP."""
    certificate, key = settings.tls_cert_file, settings.tls_key_file
    if not certificate and key:
        raise SettingsError(
            "MOVIE_SERVICE_TLS_KEY_FILE is set, but MOVIE_SERVICE_TLS_CERT_FILE is not: nothing would be encrypted.",
            "set both, or neither",
        )
    if not certificate:
        return
    try:
        # Without a word for it, an encrypted key would ask the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key or None, password="")
    except OSError as error:
        reason = getattr(error, "reason", None) if isinstance(error, ssl.SSLError) else error.strerror
        reason = reason.replace("_", " ").lower() if reason else "no PEM, or a key with a password"
        raise SettingsError(
            f"The certificate {certificate!r} with the key {key or certificate!r} cannot be used ({reason}).",
            "name a certificate and its own key, both in PEM format and the key without a password",
        ) from None

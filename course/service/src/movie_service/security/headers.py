"""Headers for browsers that come across an API."""

from typing import Final

# --8<-- [start:headers]
_ALWAYS: Final = (
    # What we call JSON is never run as a script or a page.
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    # JupyterLab shows /docs in a frame, through a proxy and so from the same origin; nobody else may.
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
# Only over TLS: browsers ignore it elsewhere, and a laptop's http://localhost must not be locked out for a year.
_OVER_TLS: Final = ((b"strict-transport-security", b"max-age=31536000"),)
# --8<-- [end:headers]


def headers_for(*, on: bool, tls: bool) -> tuple[tuple[bytes, bytes], ...]:
    """What every answer carries."""
    if not on:
        return ()
    return (*_ALWAYS, *(_OVER_TLS if tls else ()))

"""Bearer tokens (JWT): issued for an API key, checked without asking anybody.

One algorithm, named here. A token's own header must never choose: `none` and the confusion of a public key with a
secret both begin with a verifier that believes it.
"""

import hashlib
import time
from collections import OrderedDict
from pathlib import Path
from typing import Final

from movie_service.errors import SettingsError
from movie_service.security.principal import SCOPES, Principal

ALGORITHM: Final = "HS256"
AUDIENCE: Final = "movie-service"
LIFETIME: Final = 600
_REMEMBERED: Final = 1024
_KEY_BYTES: Final = 32
# Clocks of two machines differ by a little.
_LEEWAY: Final = 5


class Tokens:
    """Issues tokens and knows them again."""

    def __init__(self, key: bytes) -> None:
        # Here: PyJWT costs start-up time that a service without tokens need not pay.
        import jwt

        self._jwt = jwt
        self._key = key
        self._verified: OrderedDict[bytes, tuple[float, Principal]] = OrderedDict()

    def issue(self, principal: Principal, scopes: frozenset[str]) -> str:
        """A token for ten minutes and for these scopes, which the principal must have."""
        now = int(time.time())
        claims = {
            "sub": principal.name,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + LIFETIME,
            "scope": " ".join(sorted(scopes)),
        }
        return self._jwt.encode(claims, self._key, algorithm=ALGORITHM)

    # --8<-- [start:verify]
    def find(self, token: bytes) -> Principal | None:
        """Whose token this is; None when it is forged, expired, for somebody else, or says too little.

        Verifying costs as much as a prediction, so a verified token is remembered until it expires: by its digest,
        since a memory full of valid tokens is worth stealing.
        """
        digest = hashlib.sha256(token).digest()
        known = self._verified.get(digest)
        if known is not None:
            if time.time() < known[0]:
                return known[1]
            del self._verified[digest]
            return None
        return self._verify(token, digest)

    def _verify(self, token: bytes, digest: bytes) -> Principal | None:
        try:
            claims = self._jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                leeway=_LEEWAY,
                options={"require": ["exp", "aud", "sub"]},
            )
        except self._jwt.InvalidTokenError:
            return None
        scopes = frozenset(str(claims.get("scope", "")).split()) & frozenset(SCOPES)
        principal = Principal(str(claims["sub"]), scopes)
        self._verified[digest] = (float(claims["exp"]) + _LEEWAY, principal)
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return principal

    # --8<-- [end:verify]


def read_tokens(path: str) -> Tokens | None:
    """The tokens of a key file; "" is none."""
    if not path:
        return None
    try:
        key = bytes.fromhex(Path(path).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) < _KEY_BYTES:
        raise SettingsError(
            f"MOVIE_SERVICE_JWT_KEY_FILE is {path!r}, but that file does not hold 64 hexadecimal digits or more.",
            f"make a key with: python -c 'import secrets; print(secrets.token_hex())' > {path}",
        )
    return Tokens(key)

"""Answers that were given before: the same features and the same model give the same score.

The key is made of both, so a new model never gives an old one's answer, and nothing has to be invalidated.
"""

import logging
import struct
from array import array
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from time import monotonic
from typing import Any, Final, Protocol

_log = logging.getLogger(__name__)

_SCORE: Final = struct.Struct("<d")
# While Redis is away it is asked again after this many seconds: a connection that times out costs each request more
# than the prediction that it would save.
_PAUSE: Final = 5.0


# --8<-- [start:key]
def key_of(version: str, row: "array[float]") -> bytes:
    """The model's version and all features as the model sees them; two users with equal rows share an answer."""
    return blake2b(row, digest_size=16, key=version.encode("ascii", "replace")[:64]).digest()


# --8<-- [end:key]


class Cache(Protocol):
    """Remembers scores. `count` is told "hit", "miss" or "error" for each question."""

    count: Callable[[str], None]

    async def get(self, key: bytes) -> float | None:
        """The score, when it is remembered."""

    async def put(self, key: bytes, score: float) -> None:
        """Remember a score; failing to is no fault of the request."""


def _ignore(_result: str) -> None:
    """Nobody counts."""


class LocalCache:
    """In this process: the least recently asked go first."""

    def __init__(self, most: int) -> None:
        self.count: Callable[[str], None] = _ignore
        self._most = most
        self._scores: OrderedDict[bytes, float] = OrderedDict()

    async def get(self, key: bytes) -> float | None:
        """The score, when it is remembered."""
        score = self._scores.get(key)
        if score is None:
            self.count("miss")
            return None
        self._scores.move_to_end(key)
        self.count("hit")
        return score

    async def put(self, key: bytes, score: float) -> None:
        """Remember a score."""
        self._scores[key] = score
        if len(self._scores) > self._most:
            self._scores.popitem(last=False)


class RedisCache:
    """In Redis, for all workers and replicas. A Redis that is slow or away is a miss, never an error."""

    def __init__(self, redis: Any, seconds: int) -> None:
        self.count: Callable[[str], None] = _ignore
        self._redis = redis
        self._seconds = seconds
        self._away_until = 0.0

    # --8<-- [start:degrade]
    async def get(self, key: bytes) -> float | None:
        """The score, when it is remembered."""
        found = await self._ask("GET", b"score:" + key)
        if found is None:
            return None
        if not isinstance(found, bytes) or len(found) != _SCORE.size:
            self.count("miss")
            return None
        self.count("hit")
        score: float = _SCORE.unpack(found)[0]
        return score

    async def put(self, key: bytes, score: float) -> None:
        """Remember a score for as long as the setting says."""
        await self._ask("SET", b"score:" + key, _SCORE.pack(score), "EX", self._seconds)

    async def _ask(self, *command: Any) -> Any:
        """Redis' answer, b"" for nothing found, None for no Redis."""
        from redis.exceptions import RedisError

        if monotonic() < self._away_until:
            self.count("error")
            return None
        try:
            return await self._redis.execute_command(*command) or b""
        except (RedisError, OSError, TimeoutError) as error:
            self._away_until = monotonic() + _PAUSE
            self.count("error")
            _log.error("cache: Redis is away, predictions are made anew (%s)", error)
            return None

    # --8<-- [end:degrade]


def open_redis(url: str) -> Any:
    """A client of Redis that rather gives up than keeps a request waiting; None for no address."""
    if not url:
        return None
    try:
        from redis.asyncio import Redis
    except ImportError:
        from movie_service.errors import SettingsError

        raise SettingsError(
            f"MOVIE_SERVICE_REDIS_URL is {url!r}, but the package redis is not installed.",
            "pip install 'movie-service[redis]'",
        ) from None
    return Redis.from_url(url, socket_timeout=0.1, socket_connect_timeout=0.1, retry=None)


def open_cache(kind: str, *, most: int, seconds: int, redis: Any) -> Cache | None:
    """The cache that the settings ask for."""
    if kind == "off":
        return None
    if kind == "memory":
        return LocalCache(most)
    if redis is None:
        from movie_service.errors import SettingsError

        raise SettingsError(
            "MOVIE_SERVICE_CACHE is 'redis', but MOVIE_SERVICE_REDIS_URL names none.",
            "set MOVIE_SERVICE_REDIS_URL=redis://127.0.0.1:6379/0, or MOVIE_SERVICE_CACHE=memory",
        )
    return RedisCache(redis, seconds)

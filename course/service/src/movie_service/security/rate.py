"""How often a caller may ask: the generic cell rate algorithm, which is a token bucket that keeps one number per key.

The number is the time at which the bucket would be full again. In process, or in Redis for all replicas together.
"""

import logging
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any, Final, Protocol

_log = logging.getLogger(__name__)

_MOST_KEYS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, how many more may at once, and after how many seconds one may again."""

    allowed: bool
    remaining: int
    wait: float


class Limiter(Protocol):
    """Counts requests by caller."""

    policy: bytes

    async def hit(self, key: str) -> Verdict:
        """Count one request of this caller."""


class LocalLimiter:
    """In this process: with several workers or replicas each has its own limit."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1 / per_second
        self._room = burst * self._interval
        self._full_at: dict[str, float] = {}
        self.policy = policy_of(per_second, burst)

    async def hit(self, key: str) -> Verdict:
        """Count one request of this caller."""
        return self.hit_at(key, monotonic())

    # --8<-- [start:gcra]
    def hit_at(self, key: str, now: float) -> Verdict:
        """Count one request at a time of the monotonic clock."""
        full_at = max(self._full_at.get(key, now), now) + self._interval
        spare = self._room - (full_at - now)
        if spare < -1e-9:
            return Verdict(False, 0, -spare)
        if len(self._full_at) >= _MOST_KEYS and key not in self._full_at:
            self._forget(now)
        self._full_at[key] = full_at
        return Verdict(True, int(spare / self._interval + 1e-6), 0)

    # --8<-- [end:gcra]

    def _forget(self, now: float) -> None:
        """Keys come from clients' addresses: the memory for them must have an end."""
        self._full_at = {key: full_at for key, full_at in self._full_at.items() if full_at > now}
        if len(self._full_at) >= _MOST_KEYS:
            self._full_at.clear()


# One call, and Redis' own clock: replicas' clocks differ. Returns allowed, spare in ms.
_SCRIPT: Final = """
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local interval, room = tonumber(ARGV[1]), tonumber(ARGV[2])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + interval
local spare = room - (full - now)
if spare < -0.000001 then return {0, tostring(spare)} end
redis.call('SET', KEYS[1], tostring(full), 'PX', math.ceil(full - now) + 1)
return {1, tostring(spare)}
"""


class RedisLimiter:
    """In Redis, for all workers and replicas. While Redis is away each process limits alone."""

    def __init__(self, redis: Any, per_second: float, burst: int) -> None:
        self._script = redis.register_script(_SCRIPT)
        self._interval = 1000 / per_second
        self._room = burst * self._interval
        self._local = LocalLimiter(per_second, burst)
        self._away = False
        self.policy = self._local.policy

    async def hit(self, key: str) -> Verdict:
        """Count one request of this caller."""
        from redis.exceptions import RedisError

        try:
            allowed, text = await self._script(keys=[f"rate:{key}"], args=[self._interval, self._room])
        except (RedisError, OSError, TimeoutError) as error:
            if not self._away:
                _log.error("rate limit: Redis is away, each process limits alone (%s)", error)
            self._away = True
            return await self._local.hit(key)
        self._away = False
        spare = float(text)
        if not allowed:
            return Verdict(False, 0, -spare / 1000)
        return Verdict(True, int(spare / self._interval + 1e-6), 0)


def policy_of(per_second: float, burst: int) -> bytes:
    """RateLimit-Policy: so many requests in the time in which so many come back."""
    return f'"default";q={burst};w={max(1, ceil(burst / per_second))}'.encode("ascii")


def headers_of(verdict: Verdict) -> bytes:
    """RateLimit: what is left, and after how many seconds there is more."""
    return f'"default";r={verdict.remaining};t={ceil(verdict.wait)}'.encode("ascii")

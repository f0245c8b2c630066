"""Where the processor's time of a service goes, asked within one process."""

import asyncio
import cProfile
import pstats
from collections.abc import Sequence
from typing import Any

import httpx


# --8<-- [start:profile]
async def ask(app: Any, bodies: Sequence[dict[str, Any]], profiler: cProfile.Profile) -> None:
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://here") as client,
    ):
        # The first answers pay for imports and caches that later ones do not.
        for body in bodies[:20]:
            await client.post("/predict", json=body)
        profiler.enable()
        for body in bodies:
            (await client.post("/predict", json=body)).raise_for_status()
        profiler.disable()


def profiled(app: Any, bodies: Sequence[dict[str, Any]]) -> pstats.Stats:
    profiler = cProfile.Profile()
    asyncio.run(ask(app, bodies, profiler))
    return pstats.Stats(profiler).sort_stats("cumulative")


# --8<-- [end:profile]

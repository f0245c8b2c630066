"""Where the likes are kept, and what the commands of Compose leave of them."""

from __future__ import annotations

from itertools import pairwise

from checker import sibling
from checker.compose import Project
from checker.compose.lasting import store
from checker.errors import Finding

beside = sibling(__file__, "stack").beside

# The image of Redis declares a VOLUME here, and Redis writes its file into it.
FOLDER = "/data"


def data_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why the likes are gone after `docker compose down`."""
    redis = project.services["redis"]
    words = redis.command()
    folder = next((value for option, value in pairwise(words) if option == "--dir"), FOLDER)
    kept = store(project, redis, folder, declared=(FOLDER,))
    others = [mount.target for mount in redis.mounts if mount.target != folder]
    seen = ""
    if not kept.survives("down"):
        seen = f"Redis writes to {folder}, and there stands {kept}: after docker compose down it is empty"
        if others:
            seen += f"; what is mounted at {others[0]} is never written to"
    elif kept.read_only:
        seen = f"{kept} stands at {folder}, and may only be read: Redis cannot save"
    elif _never_saves(words):
        seen = "the command of redis switches saving off, so the volume stays empty"
    elif kept.kind == "a folder of the host" and beside(kept.name) in (".", "api", "grafana"):
        seen = f"Redis writes its file into {kept.name}, among the files of this stack"
    if not seen:
        return None
    return Finding(
        tried="followed the likes through docker compose down and docker compose up",
        seen=seen,
        expected="they are there again: at /data stands something on a disk, with a name, which down leaves alone",
        where=kept.where,
        next="What is left of memory when no container uses it any more?"
        if kept.kind == "memory"
        else "Into which folder does Redis write, and who else but the container can own it?",
    )


def _never_saves(words: tuple[str, ...]) -> bool:
    pairs = list(pairwise(words))
    return ("--save", "") in pairs and ("--appendonly", "yes") not in pairs

"""Replicas are started, replaced, updated one by one, and ended, also when the supervisor itself is killed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from course.project.platform.balancer import Balancer
from course.project.platform.http1 import ask
from course.project.platform.replica import Release, State
from course.project.platform.supervisor import RolloutStuck, Supervisor

pytestmark = pytest.mark.slow

BODY = json.dumps({"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}).encode()


def ready(supervisor):
    return lambda: [one for group in supervisor.groups.values() for one in group.ready]


async def until_told(supervisor, what, *, seconds=30):
    await supervisor.until(lambda: any(event.what == what for event in supervisor.events), what, seconds=seconds)


def exists(pid):
    """Whether it runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def asks_until(stop, port, seen):
    while not stop.is_set():
        answer = await ask(port, "POST", "/predict", body=BODY)
        seen.append((answer.status, answer.get("x-served-by")))


def test_a_killed_replica_is_replaced(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", release(), 2)
            await supervisor.settled("stable")
            first = group.ready[0]

            first.send(signal.SIGKILL)
            await until_told(supervisor, "died")
            await supervisor.settled("stable")

            assert first not in group.replicas
            assert len(group.ready) == 2
            assert f"{first.name} ended by signal SIGKILL" in [event.text for event in supervisor.events]

    asyncio.run(story())


def test_an_update_under_load_fails_no_request(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor, Balancer(ready(supervisor)) as balancer:
            group = supervisor.group("stable", release("v1"), 2)
            await supervisor.settled("stable")
            old = {one.name for one in group.ready}
            seen, stop = [], asyncio.Event()
            clients = [asyncio.create_task(asks_until(stop, balancer.port, seen)) for _ in range(4)]

            await supervisor.update("stable", release("v2"))
            before = len(seen)
            await supervisor.until(lambda: len(seen) > before + 20, "answers of the new ones", seconds=30)
            stop.set()
            await asyncio.gather(*clients)

            assert {status for status, _ in seen} == {200}
            assert {name for _, name in seen[-10:]}.isdisjoint(old)
            assert {name for _, name in seen} & old
            assert {one.release.name for one in group.ready} == {"v2"}

    asyncio.run(story())


def test_an_update_that_cannot_start_leaves_the_old_replicas(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", release("v1"), 1)
            await supervisor.settled("stable")
            old = group.ready[0]

            with pytest.raises(RolloutStuck) as error:
                await supervisor.update("stable", release("v2", model_dirr="x"), seconds=8)

            assert str(error.value) == (
                "v2 does not become ready: error: The environment variable MOVIE_SERVICE_MODEL_DIRR "
                "is not a setting of this service."
            )
            assert old.state is State.READY
            await supervisor.settled("stable")
            assert group.replicas == [old]

    asyncio.run(story())


def test_pauses_between_starts_grow(tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", Release("broken", program=("-c", "raise SystemExit(3)")), 1)
            await supervisor.until(lambda: group.restarts >= 4, "four ends", seconds=30)

        died = [event for event in supervisor.events if event.what == "died"]
        assert died[0].text == "stable-1 ended with exit code 3"
        starts = [event.time for event in supervisor.events if event.what == "started"]
        gaps = [after - before for before, after in pairwise(starts)]
        assert all(gap > least for gap, least in zip(gaps, (0.2, 0.4, 0.8), strict=False))

    asyncio.run(story())


def test_a_replica_that_lives_and_never_gets_ready_is_timed_until_the_update_ends(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", release("v1"), 1)
            await supervisor.settled("stable")
            assert group.waits == 0.0

            silent = Release("silent", program=("-c", "import time; time.sleep(60)"))
            update = asyncio.create_task(supervisor.update("stable", silent, seconds=3))
            await supervisor.until(lambda: group.waits > 1.0, "a replica that waits", seconds=20)
            with pytest.raises(RolloutStuck):
                await update

            await supervisor.settled("stable")
            assert group.waits == 0.0

    asyncio.run(story())


def test_a_replica_that_hangs_is_killed_and_replaced(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", release(), 1)
            await supervisor.settled("stable")
            hung = group.ready[0]

            hung.send(signal.SIGSTOP)
            await until_told(supervisor, "hung")
            await supervisor.settled("stable")

            assert hung not in group.replicas
            # No requests first, and then the end.
            assert [one.what for one in supervisor.events if one.text.startswith(hung.name)][2:] == [
                "unready", "hung", "died",
            ]  # fmt: skip

    asyncio.run(story())


def test_a_replica_that_leaves_answers_what_it_has(release, tmp_path):
    """It is asked to end while requests are under way; each of them is answered."""

    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor, Balancer(ready(supervisor)) as balancer:
            supervisor.group("stable", release(), 1)
            supervisor.group("other", release(), 1)
            await supervisor.settled("stable")
            await supervisor.settled("other")
            batch = json.dumps({"requests": [json.loads(BODY)] * 1000}).encode()

            asked = [asyncio.create_task(ask(balancer.port, "POST", "/predict/batch", body=batch)) for _ in range(8)]
            await asyncio.sleep(0.02)
            await supervisor.remove("other")
            answers = await asyncio.gather(*asked)

            assert [one.status for one in answers] == [200] * 8

    asyncio.run(story())


def test_at_the_end_no_replica_is_left(release, tmp_path):
    async def story():
        async with Supervisor(tmp_path / "logs") as supervisor:
            group = supervisor.group("stable", release(), 2)
            await supervisor.settled("stable")
            return [one.process.pid for one in group.replicas]

    assert not any(map(exists, asyncio.run(story())))


STAYS = """
import asyncio, json, sys
from pathlib import Path
from course.project.platform.replica import Release
from course.project.platform.supervisor import Supervisor

async def story():
    async with Supervisor(Path(sys.argv[1])) as supervisor:
        group = supervisor.group("stable", Release("v1", json.loads(sys.argv[2])), 2)
        await supervisor.settled("stable")
        print(*(one.process.pid for one in group.replicas), flush=True)
        await asyncio.sleep(600)

asyncio.run(story())
"""


def test_a_supervisor_that_is_killed_leaves_nothing_behind(release, tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", STAYS, str(tmp_path / "logs"), json.dumps(dict(release().settings))],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 2
        assert all(map(exists, pids))
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()

    end = time.monotonic() + 30
    while any(map(exists, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(exists, pids))

"""New ids of requests: never the same twice, not even in two workers."""

import os
import re

from movie_service.trace import new_id


def test_new_ids_differ():
    ids = [new_id() for _ in range(1000)]

    assert len(set(ids)) == 1000
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in ids)


def test_forked_worker_has_ids_of_its_own():
    new_id()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, "".join(new_id() for _ in range(100)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    digits = os.read(reading, 3200).decode()
    os.close(reading)
    os.close(writing)

    others = {digits[at : at + 32] for at in range(0, 3200, 32)}
    assert len(others) == 100
    assert others.isdisjoint(new_id() for _ in range(200))

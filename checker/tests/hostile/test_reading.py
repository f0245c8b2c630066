"""Files that are made to hang, to fill or to fell what parses them: each ends with a value, or with words."""

from __future__ import annotations

import os
import resource
import signal
import tomllib
from pathlib import Path

import pytest

from checker.tests.hostile import making, readers

FOLDER = Path(__file__).parent / "reading"
# Seconds, and bytes beyond what this process has: far above what an honest file needs on the busiest machine, far
# below what a bomb takes.
PATIENCE, MEMORY = 60, 2 << 30
CASES = sorted(path.parent for path in FOLDER.glob("*/attack.toml"))


def files_of(folder: Path) -> dict[str, str]:
    attack = tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8"))
    if "make" in attack:
        return making.MAKERS[attack["make"]]()
    return {path.name: path.read_text() for path in folder.iterdir() if path.name != "attack.toml"}


def read_apart(reader: str, files: dict[str, str]) -> str:
    """What the reader makes of it, in a process of its own: a bomb that goes off must not end the tests."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            limit = own_size() + MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE)
            os.write(write, readers.outcome(reader, files).encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as stream:
        said = stream.read().decode()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return said or f"the process ended with {code}"


def own_size() -> int:
    """Bytes of address space: the tests before may have left much of it."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") if statm.exists() else 0


def test_each_says_what_a_parser_without_limits_does():
    attacks = [tomllib.loads((case / "attack.toml").read_text(encoding="utf-8")) for case in CASES]

    assert len(attacks) >= 40
    assert all({"tries", "reader", "unguarded"} <= set(attack) for attack in attacks)
    assert {attack["reader"] for attack in attacks} == set(readers.READERS)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a bomb is read in a fork, which this system does not have")
@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_it_ends_with_a_value_or_with_words(case):
    attack = tomllib.loads((case / "attack.toml").read_text(encoding="utf-8"))

    assert read_apart(attack["reader"], files_of(case)) in {"value", "refused"}

"""python -m checker.tests.hostile.disposable [--part N --of M] LEVEL …: run attacks at levels where it harms nobody.

In user, pid, network, ipc, mount and uts namespaces that end with this process: bounded in count, memory and time by
what each attack does.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from checker.sandbox import kernel, namespaces
from checker.tests.hostile.attacks import Attack, corpus
from checker.tests.hostile.battle import Battle

APART = (
    kernel.CLONE_NEWNS | kernel.CLONE_NEWPID | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Prints which attacks succeed at each level, as JSON."""
    given = _parser().parse_args(arguments)
    step_aside()
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("proc", "/proc", "proc")
    kernel.mount("tmpfs", "/dev/shm", "tmpfs", 0, "size=512m")
    namespaces.loopback_up()
    attacks = corpus()[given.part :: given.of]
    print(json.dumps({level: hits_at(level, attacks) for level in given.levels}))
    return 0


def step_aside() -> None:
    """Enter namespaces of one's own, as their root."""
    uid, gid = os.geteuid(), os.getegid()
    if uid == 0:
        kernel.unshare(APART)
        return
    kernel.unshare(APART | kernel.CLONE_NEWUSER)
    for name, line in (("setgroups", "deny"), ("uid_map", f"0 {uid} 1"), ("gid_map", f"0 {gid} 1")):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(line)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("levels", nargs="*")
    return parser


def hits_at(level: str, attacks: Sequence[Attack]) -> list[str]:
    battle = Battle(level)
    found = []
    for attack in attacks:
        if battle.hits(attack):
            found.append(attack.id)
        print(level, attack.id, attack.id in found, file=sys.stderr, flush=True)
    battle.close()
    return found


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code)

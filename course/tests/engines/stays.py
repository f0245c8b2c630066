"""Run inside namespaces of a test's own: brings engines up, ends something by force, takes all down, and compares.

It is the first process there. What it prints is what was left behind, or listened where it may not, one line each.
Containers, networks and volumes of Docker are in its folder: it is started once more, and asked.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from course.engines import traces
from course.engines.client import ask, look
from course.engines.pause_image import TAG
from course.engines.places import STATE, programs

ROOT = Path(__file__).parents[3]
# As /proc/net writes an address: version 4, and the same within version 6.
LOOPBACK = ("0100007F:", "00000000000000000000000001000000:", "0000000000000000FFFF00000100007F:")
Snapshot = dict[str, list[str]]


def snapshot() -> Snapshot:
    """Everything that an engine could leave: what `make infra` may change and `make infra-down` must put back."""
    return {
        "processes": processes(),
        "ports": ports(),
        "links": traces.links(),
        "rules": [rule for tool in traces.TABLES for rule in traces.rules(tool)],
        "sysctls": [f"{name}={value}" for name, value in traces.sysctls().items()],
        "mounts": sorted(Path("/proc/self/mounts").read_text().splitlines()),
        "groups": [name for name in traces.groups() if "course-node" in name],
        "run": sorted(str(path) for path in Path("/run").rglob("*") if path not in (STATE, STATE / "lock")),
    }


def processes() -> list[str]:
    reap()
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        except OSError:
            continue
        if words and int(path.name) != os.getpid():
            found.append(words)
    return sorted(found)


def ports() -> list[str]:
    tables = [Path(f"/proc/net/{name}").read_text().splitlines()[1:] for name in ("tcp", "tcp6")]
    return sorted(line.split()[1] for lines in tables for line in lines if line.split()[3] == "0A")


def reap() -> None:
    while True:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] == 0:
                return
        except ChildProcessError:
            return


def up(engines: list[str]) -> subprocess.Popen[bytes]:
    """What `up` does once everything is installed: nothing can be installed here, without a network."""
    code = "import sys; from course.engines.table_of_engines import ENGINES as e; "
    code += "[e[name]._start(lambda line: None) for name in sys.argv[1:]]"
    return subprocess.Popen([sys.executable, "-c", code, *engines], cwd=ROOT, start_new_session=True)


def use(engines: list[str]) -> None:
    """Each listens on loopback only; and Docker has something to leave behind: a container, a network, a volume."""
    print("".join(f"ports: {port} is open to others\n" for port in ports() if not port.startswith(LOOPBACK)), end="")
    if "docker" in engines:
        for words in (
            ("load", "--input", str(programs() / "pause.tar")), ("network", "create", "left"),
            ("volume", "create", "left"),
            ("run", "--detach", "--network", "left", "--volume", "left:/left", "--publish", "127.0.0.1::80", TAG),
        ):  # fmt: skip
            ask(*words, what=f"docker {words[0]}")


def left_in_docker() -> list[str]:
    """What an engine that is started anew knows of earlier runs."""
    assert up(["docker"]).wait() == 0, "docker did not come up again"
    asked = {"container": ["--all"], "volume": [], "network": ["--filter", "type=custom"]}
    return [
        f"docker: left {kind} {name}"
        for kind, words in asked.items() for name in (look(kind, "ls", "--quiet", *words) or "").split()
    ]  # fmt: skip


def down() -> None:
    subprocess.run(
        [sys.executable, "-m", "course.engines", "down"], cwd=ROOT, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def kill_tool(engines: list[str], draw: random.Random) -> None:
    """End the tool itself while it brings them up, which takes some seconds for each."""
    tool = up(engines)
    time.sleep(draw.uniform(0.1, 3.0 * len(engines)))
    os.kill(tool.pid, signal.SIGKILL)
    tool.wait()


def kill_engine(engines: list[str], draw: random.Random) -> None:
    """End one of them once all are up."""
    kill_nothing(engines, draw)
    time.sleep(draw.uniform(0.0, 1.0))
    os.kill(int((STATE / draw.choice(engines) / "pid").read_text().split()[0]), signal.SIGKILL)


def kill_nothing(engines: list[str], draw: random.Random) -> None:
    assert up(engines).wait() == 0, f"{', '.join(engines)} did not come up"
    use(engines)


KINDS: dict[str, Callable[[list[str], random.Random], None]] = {
    "nothing": kill_nothing, "engine": kill_engine, "tool": kill_tool,
}  # fmt: skip


def main() -> None:
    engines, kind, seed = sys.argv[1].split(","), *sys.argv[2:4]
    before = snapshot()
    KINDS[kind](engines, random.Random(seed))
    down()
    compare(before)
    if "docker" in engines and kind != "tool":
        print("".join(f"{line}\n" for line in left_in_docker()), end="")
        down()
        compare(before)


def compare(before: Snapshot) -> None:
    """Say what differs; a process that was ended a moment ago may still be on its way out."""
    ends = time.monotonic() + 30
    while (after := snapshot()) != before and time.monotonic() < ends:
        time.sleep(0.2)
    for name in before:
        for line in sorted(set(after[name]) ^ set(before[name])):
            print(f"{name}: {'left' if line in after[name] else 'gone'} {line}")


if __name__ == "__main__":
    main()

"""What the service takes from the machine: CPU, memory, disk, network, and what that costs. Read at each scrape.

Of all workers together: the numbers of one process say nothing about the service. /proc has them; elsewhere than on
Linux these metrics are missing.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_TICK: Final = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_PAGE: Final = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_PROC: Final = Path("/proc")
_PREFIX: Final = "movie_service_"


class Resources(Collector):
    """Counts a process and its children; `root` is the parent of all workers."""

    def __init__(self, *, spool: Path, price_per_cpu_hour: float, root: int | None = None, proc: Path = _PROC) -> None:
        self._spool = spool
        self._price = price_per_cpu_hour
        self.root = root
        self._proc = proc

    def collect(self) -> Iterator[Metric]:
        """All families; those that cannot be read are left out."""
        yield from self._of_spool()
        root = self.root or os.getpid()
        if not (self._proc / str(root) / "stat").exists():
            return
        pids = [root, *_children(self._proc, root)]
        seconds = _cpu(self._proc, pids)
        yield _counter("process_cpu_seconds", "CPU time of all workers, user and system.", seconds, prefix="")
        yield _counter(
            "cost_dollars", "What that CPU time costs, at the price that is set.", seconds * self._price / 3600
        )
        yield _gauge("process_resident_memory_bytes", "Memory of all workers, shared pages counted once each.",
                     sum(_memory(self._proc, pid) for pid in pids), prefix="")  # fmt: skip
        yield _gauge("process_open_fds", "Open file descriptors of all workers.",
                     sum(_descriptors(self._proc, pid) for pid in pids), prefix="")  # fmt: skip
        yield _gauge("workers", "Processes that answer requests.", max(1, len(pids) - 1) if self.root else 1)
        yield from self._of_network()

    def _of_spool(self) -> Iterator[Metric]:
        waiting = [one.stat().st_size for suffix in ("ready", "open") for one in self._spool.glob(f"*.{suffix}")]
        yield _gauge("spool_bytes", "Records that wait for the uploader.", sum(waiting))
        yield _gauge("spool_files", "Files that wait for the uploader.", len(waiting))
        folder = next((one for one in (self._spool, *self._spool.absolute().parents) if one.is_dir()), Path("/"))
        disk = os.statvfs(folder)
        yield _gauge("disk_free_bytes", "Free space where the spool is.", disk.f_bavail * disk.f_frsize)

    def _of_network(self) -> Iterator[Metric]:
        """Of the whole network namespace, loopback included: in a container that is the service's own."""
        family = CounterMetricFamily(f"{_PREFIX}network_bytes", "Bytes over all interfaces.", labels=["direction"])
        received = sent = 0
        for line in (self._proc / "net" / "dev").read_text().splitlines()[2:]:
            fields = line.partition(":")[2].split()
            received, sent = received + int(fields[0]), sent + int(fields[8])
        family.add_metric(["in"], received)
        family.add_metric(["out"], sent)
        yield family


def _counter(name: str, text: str, value: float, prefix: str = _PREFIX) -> Metric:
    return CounterMetricFamily(prefix + name, text, value=value)


def _gauge(name: str, text: str, value: float, prefix: str = _PREFIX) -> Metric:
    return GaugeMetricFamily(prefix + name, text, value=value)


def _children(proc: Path, pid: int) -> list[int]:
    try:
        return [int(one) for one in (proc / str(pid) / "task" / str(pid) / "children").read_text().split()]
    except OSError:
        return []


# --8<-- [start:cpu]
def _cpu(proc: Path, pids: list[int]) -> float:
    """Seconds of these processes, and of children of the first that have ended: a counter must never fall."""
    ticks = 0
    for number, pid in enumerate(pids):
        fields = _stat(proc, pid)
        if fields:
            # utime, stime; and of the parent cutime, cstime: what its ended children had used.
            ticks += sum(int(one) for one in fields[11 : 15 if number == 0 else 13])
    return ticks / _TICK


# --8<-- [end:cpu]


def _memory(proc: Path, pid: int) -> int:
    try:
        return int((proc / str(pid) / "statm").read_text().split()[1]) * _PAGE
    except OSError:
        return 0


def _descriptors(proc: Path, pid: int) -> int:
    try:
        return len(os.listdir(proc / str(pid) / "fd"))
    except OSError:
        return 0


def _stat(proc: Path, pid: int) -> list[str]:
    try:
        # The second field is the program's name in parentheses, which may hold spaces.
        return (proc / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return []

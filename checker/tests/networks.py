"""A network without a link to anywhere, for programs that bind a fixed port or an address of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

HOLD = "import sys; print('here', flush=True); sys.stdin.read()"
NEEDED = ("unshare", "nsenter", "ip")


class Network:
    """A namespace without a link to anywhere, held by a process that waits for the end of its stdin."""

    def __init__(self) -> None:
        held = ["unshare", "--net", sys.executable, "-c", HOLD]
        pipe = subprocess.PIPE
        self.holder = subprocess.Popen(held, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        assert self.holder.stdout and self.holder.stderr
        if self.holder.stdout.readline() != "here\n":
            said = self.holder.stderr.read().strip()
            self.close()
            pytest.skip(f"programs get no network of their own here: {said}")
        self.ip("link set lo up")

    @property
    def words(self) -> list[str]:
        """What runs a command there."""
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net", "--"]

    def ip(self, text: str) -> str:
        return subprocess.run([*self.words, "ip", *text.split()], capture_output=True, text=True, check=True).stdout

    def close(self) -> None:
        self.holder.communicate()


def skip_without_networks() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("network namespaces are made by root")
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} of util-linux and iproute2 is not there")

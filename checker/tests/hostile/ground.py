"""What a hostile submission is after: made up for one run, watched from outside, put right after each attack."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

GRADES = "7 of 8"


class Ground:
    """Another trainee's work, the checks, a key, a gradebook, a process and services of the grader."""

    def __init__(self) -> None:
        self.secret = secrets.token_hex(8)
        self.folder = Path(tempfile.mkdtemp(prefix="ground-"))
        self.name = f"left-{secrets.token_hex(4)}"
        self.segment = secrets.randbelow(1 << 30) + 1
        self.gradebook = self.folder / "gradebook"
        self.home = self.folder / "home"
        self.home.mkdir()
        for name in ("other.py", "checks.py", "key"):
            (self.folder / name).write_text(f'"""{self.secret}"""\n')
        self.gradebook.write_text(GRADES)
        self.victim = self._victim()
        self._sockets = [
            self._answering(socket.AF_INET, ("127.0.0.1", 0)),
            self._answering(socket.AF_UNIX, str(self.folder / "service")),
            self._answering(socket.AF_UNIX, f"\0{self.name}"),
        ]
        self.udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.udp.bind(("127.0.0.1", 0))
        threading.Thread(target=self._answer_udp, daemon=True).start()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.free = probe.getsockname()[1]

    def told(self) -> dict[str, Any]:
        """What an attack is told: all it could find out by itself, so that nothing depends on its luck."""
        return {
            "other": str(self.folder / "other.py"), "checks": str(self.folder / "checks.py"),
            "key": str(self.folder / "key"), "gradebook": str(self.gradebook), "home": str(self.home),
            "victim": self.victim.pid, "port": self._sockets[0].getsockname()[1], "udp": self.udp.getsockname()[1],
            "socket": str(self.folder / "service"), "abstract": self.name, "free": self.free,
            "free_name": f"{self.name}-free", "name": self.name, "segment": self.segment, "secret": self.secret,
        }  # fmt: skip

    @property
    def planted(self) -> list[Path]:
        return [self.home / ".bashrc", Path("/tmp") / self.name, Path("/dev/shm") / self.name]

    def changed(self) -> bool:
        """Whether the gradebook is another than before; it is put right."""
        changed = not self.gradebook.is_file() or self.gradebook.read_text() != GRADES
        self.gradebook.unlink(missing_ok=True)
        self.gradebook.write_text(GRADES)
        for path in self.folder.glob("*"):
            if path.name == "laid":
                changed = True
                path.unlink()
        return changed

    def harmed(self) -> bool:
        """Whether the process is dead or stands still; a new one takes its place."""
        # A signal is on its way for a moment.
        deadline = time.monotonic() + 2
        while self.victim.poll() is None and self._state() != "T":
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        self._end()
        self.victim = self._victim()
        return True

    def _state(self) -> str:
        return Path(f"/proc/{self.victim.pid}/stat").read_text().rpartition(")")[2].split()[0]

    def _victim(self) -> subprocess.Popen[bytes]:
        line = "import sys; print('up', flush=True); sys.stdin.read()"
        victim = subprocess.Popen(
            [sys.executable, "-S", "-c", line, self.secret], cwd=self.folder, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={"TOKEN": self.secret},
        )  # fmt: skip
        assert victim.stdout
        victim.stdout.readline()
        return victim

    def _end(self) -> None:
        self.victim.kill()
        self.victim.wait()
        for stream in (self.victim.stdin, self.victim.stdout):
            if stream:
                stream.close()

    def _answering(self, family: int, address: Any) -> socket.socket:
        server = socket.socket(family)
        server.bind(address)
        server.listen()
        threading.Thread(target=self._answer, args=(server,), daemon=True).start()
        return server

    def _answer(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                with server.accept()[0] as there, contextlib.suppress(OSError):
                    there.sendall(self.secret.encode())

    def _answer_udp(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                _, sender = self.udp.recvfrom(100)
                self.udp.sendto(self.secret.encode(), sender)

    def close(self) -> None:
        self._end()
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"?", self.udp.getsockname())
        self.udp.close()
        for path in self.planted:
            path.unlink(missing_ok=True)
        for path in sorted(self.folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        self.folder.rmdir()


def alive_with(log_folder: str) -> list[int]:
    """Processes whose output still goes to a log of this fork server."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if log_folder in os.readlink(process / "fd/1"):
                found.append(int(process.name))
    return found

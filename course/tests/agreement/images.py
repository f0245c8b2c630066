"""What Docker shows of an answer to exercise 3: built, started, asked, made ill, stopped, built with another model.

The names are those of the rows that say the same without an engine.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from uv import find_uv_bin

from course.tests.agreement.answer import Answer

UP, GOOD_ORDER = "startup complete", "stopped in good order"
NO_SUCH_USER = re.compile(r"unable to find (user|group)|no matching entries in (passwd|group) file")
TOKEN, A_TOKEN = "tk-[0-9a-f]{6,}", "tk-0d15ea5e77"
# What a build is given: a file for each secret that a step mounts, a value for each argument that is named like one.
MOUNTED = re.compile(r"type=secret\S*\bid=([\w.-]+)")
ARGUMENT = re.compile(r"^ARG\s+(\w*TOKEN\w*)\s*$", re.MULTILINE)
# How the app of the exercise answers for its health, and the same app when it is ill.
WELL = re.compile(r"@app\.get\((LIVE|READY)\)")
ILL = r"@app.get(\1, status_code=503)"
# An image of uv that a step copies from.
UV = re.compile(r"--from=(ghcr\.io/astral-sh/uv:\S+)")
# Docker keeps the last five answers, and says of one that came too late that its exit code is -1.
KEPT, TOO_LATE, HEALTHY_SECONDS = 5, -1, 60.0
# Asked each second; no failure counts while a busy machine still imports.
OFTEN = ("--health-interval", "1s", "--health-start-period", "60s")


class Image(Answer):
    """An answer to exercise 3."""

    def look(self) -> dict[str, bool]:
        """Everything that can be seen; a row whose question never comes up is left out."""
        with self.uv():
            self.seen["builds"] = self.build(self.name)
            if self.seen["builds"]:
                self.look_at_image()
        return self.seen

    def look_at_image(self) -> None:
        try:
            self.seen["secret"] = not self.holds_token()
            self.run()
            self.seen["model"] = not self.takes_another_model()
        finally:
            self.docker.ask("docker", "image", "rm", "--force", self.name, f"{self.name}-other")

    @contextlib.contextmanager
    def uv(self) -> Iterator[None]:
        """The uv of this environment under the name of uv's image, which cannot be fetched here."""
        dockerfile = self.folder / "Dockerfile"
        text = without_syntax(dockerfile.read_text(encoding="utf-8"))
        dockerfile.write_text(text, encoding="utf-8")
        name = UV.search(text)
        if not name:
            yield
            return
        with tempfile.TemporaryDirectory() as place:
            shutil.copy(find_uv_bin(), place)
            (Path(place) / "Dockerfile").write_text("FROM scratch\nCOPY uv /uv\n", encoding="utf-8")
            self.docker.run("docker", "build", "--quiet", "--tag", name[1], place)
        try:
            yield
        finally:
            self.docker.ask("docker", "image", "rm", "--force", name[1])

    def build(self, image: str) -> bool:
        return self.docker.ask("docker", "build", "--quiet", "--tag", image, *self.given(), ".").returncode == 0

    def given(self) -> list[str]:
        """Options that hand the build its token, in the way that it asks for one."""
        text = (self.folder / "Dockerfile").read_text(encoding="utf-8")
        token = self.folder.parent / "token"
        token.write_text(A_TOKEN, encoding="utf-8")
        secret = [word for name in MOUNTED.findall(text) for word in ("--secret", f"id={name},src={token}")]
        return secret + [word for name in ARGUMENT.findall(text) for word in ("--build-arg", f"{name}={A_TOKEN}")]

    def run(self) -> None:
        """Start a container of it and follow it to its end."""
        with self.started() as (box, said):
            if NO_SUCH_USER.search(said):
                self.seen["user"] = False
                return
            self.seen["starts"] = self.is_up(box)
            if not self.seen["starts"]:
                return
            self.seen["user"] = self.docker.run("docker", "exec", box, "id", "-u") != "0"
            self.seen["listens"] = self.answers(box)
            self.seen["health"] = self.turns_healthy(box) and self.tells_ill(box)
            self.docker.run("docker", "stop", box)
            code = self.docker.run("docker", "inspect", "--format", "{{.State.ExitCode}}", box)
            self.seen["signal"] = code != "137" and GOOD_ORDER in self.docker.run("docker", "logs", box)

    @contextlib.contextmanager
    def started(self, *more: str) -> Iterator[tuple[str, str]]:
        """A container on a read-only file system: its name, and what Docker said where it could not start."""
        box = f"{self.name}-{secrets.token_hex(2)}"
        options = ("--detach", "--name", box, "--read-only", "--tmpfs", "/tmp", "--publish", "127.0.0.1::8000")
        try:
            done = self.docker.ask("docker", "run", *options, *OFTEN, *more, self.name)
            yield box, done.stdout if done.returncode else ""
        finally:
            self.docker.ask("docker", "rm", "--force", "--volumes", box)

    def is_up(self, box: str) -> bool:
        """Whether the app says that it is, before the container ends."""

        def ended() -> bool:
            return self.docker.ask("docker", "inspect", "--format", "{{.State.Running}}", box).stdout.strip() != "true"

        self.docker.until("the app is up or has ended", lambda: UP in self.logs(box) or ended(), seconds=120)
        return UP in self.logs(box)

    def logs(self, box: str) -> str:
        return self.docker.ask("docker", "logs", box).stdout

    def answers(self, box: str) -> bool:
        port = self.docker.run("docker", "port", box, "8000").splitlines()[0].rpartition(":")[2]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port}/health/ready", timeout=20) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def turns_healthy(self, box: str) -> bool:
        """Whether its own health check says so of the running app. On a busy machine some answers come too late."""
        ends = time.monotonic() + HEALTHY_SECONDS
        while time.monotonic() < ends:
            health = json.loads(self.docker.run("docker", "inspect", "--format", "{{json .State.Health}}", box)) or {}
            failed = [one for one in health.get("Log") or () if one["ExitCode"] not in (0, TOO_LATE)]
            if health.get("Status") == "healthy":
                return True
            if not health or len(failed) == KEPT:
                return False
            time.sleep(0.25)
        return False

    def tells_ill(self, well: str) -> bool:
        """Whether the health check fails in a container whose app answers its health with 503."""
        # find complains of folders that the user may not enter.
        found = self.docker.ask("docker", "exec", well, "sh", "-c", "find / -xdev -name app.py 2>/dev/null").stdout
        place = next(one for one in found.splitlines() if "-packages" not in one)
        sick = self.folder / "sick.py"
        text, changed = WELL.subn(ILL, (self.folder / "app.py").read_text(encoding="utf-8"))
        assert changed == 2, f"{self.folder}: app.py has another form than the exercise's"
        sick.write_text(text, encoding="utf-8")
        sick.chmod(0o644)
        try:
            with self.started("--volume", f"{sick}:{place}:ro") as (box, _):
                return self.is_up(box) and self.docker.ask("docker", "exec", box, *self.probe()).returncode != 0
        finally:
            sick.unlink()

    def probe(self) -> tuple[str, ...]:
        """The words of the image's health check."""
        kind, *words = json.loads(
            self.docker.run("docker", "image", "inspect", "--format", "{{json .Config.Healthcheck.Test}}", self.name)
        )
        return ("sh", "-c", *words) if kind == "CMD-SHELL" else tuple(words)

    def takes_another_model(self) -> bool:
        """Whether the build goes through with a model that is not the one of the manifest."""
        model = self.folder / "model" / "model.txt"
        model.write_bytes(model.read_bytes() + b"\n")
        return self.build(f"{self.name}-other")

    def holds_token(self) -> bool:
        """Whether the saved image, settings, history and every layer of it, shows a token to who searches for one."""
        return self.docker.ask("sh", "-c", f"docker save {self.name} | LC_ALL=C grep -aqE '{TOKEN}'").returncode == 0


def without_syntax(dockerfile: str) -> str:
    """A frontend of one's own would be fetched."""
    return "\n".join(line for line in dockerfile.split("\n") if not line.startswith("# syntax"))

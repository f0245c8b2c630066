"""A registry for images on loopback, in the place of ECR: what is pushed there lasts until `down`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from email.message import Message
from pathlib import Path

from course.engines import install
from course.engines.found import Found, Say
from course.engines.places import cache
from course.engines.running import output
from course.engines.servers import Server

PORT = 5000
MAIN = Path(__file__).with_name("__main__.py")
SETTINGS = """version: 0.1
log:
  level: warn
  accesslog:
    disabled: true
storage:
  filesystem:
    rootdirectory: {data}
  delete:
    enabled: true
http:
  addr: 127.0.0.1:{port}
"""


class Registry(Server):
    def find(self) -> Found:
        """With the command that runs a buildspec beside it, which works in whatever folder it is asked for."""
        found = super().find()
        if not found.found:
            return found
        own = {"PYTHONPATH": str(MAIN.parents[2])}
        facts = {**found.facts, "codebuild": f"{sys.executable} {MAIN} codebuild"}
        return replace(found, env=own, path=(str(Path(sys.executable).parent),), facts=facts)

    def version_in(self, text: str, headers: Message) -> str | None:
        """Its answers name the protocol only, so the program is asked."""
        if headers.get("Docker-Distribution-Api-Version") is None:
            return None
        said = (output(["docker-registry", "--version"]) or "").split()
        return said[-1].partition("+")[0] if said else "2"

    def install(self, say: Say) -> None:
        install.apt("registry", say=say)

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        data, settings = self._data(), self.folder / "registry.yml"
        data.mkdir(parents=True)
        settings.write_text(SETTINGS.format(data=data, port=self.port))
        return ["docker-registry", "serve", str(settings)], {}

    def reached(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """`registry` stands before the name of an image: Docker takes one on loopback without TLS."""
        return {}, {"registry": f"127.0.0.1:{self.port}"}

    def clean(self) -> None:
        shutil.rmtree(self._data(), ignore_errors=True)

    def _data(self) -> Path:
        """Layers are too large for a folder in memory."""
        return cache() / "registry"


REGISTRY = Registry(
    "registry", PORT, "/v2/", "pushing and pulling images, as with ECR (exercises 7 and 8)",
    f"docker run --rm --publish 127.0.0.1:{PORT}:5000 registry:2",
)  # fmt: skip

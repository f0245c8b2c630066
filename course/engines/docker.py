"""Docker: any engine that answers; on Debian as root one of ours, with Compose and the base images.

Ours runs in a mount and process namespace of its own, so that ending one process ends every container and mount.
Its network is the machine's: ports that a container publishes are there on 127.0.0.1.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from course.engines import client, images, install, table, traces
from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.places import STATE, cache, programs
from course.engines.running import PATIENCE, alive, kill, log_tail, output, start, wait_until

ENABLES = "building, running and composing containers (exercises 3, 4, 6, final project)"
SOCKET = client.SOCKET
PLUGINS = ("compose", "buildx")
VERSION = re.compile(r"\d+\.\d+\.\d+")
WAYS = {
    "mac": "Start Docker Desktop, or: brew install colima docker docker-compose && colima start.",
    "windows": "Start Docker Desktop, or: winget install Docker.DockerDesktop.",
    "debian": "Bring one up: make infra.",
    "linux": "Install one (apt-get install docker.io), or as root on Debian: make infra.",
}


def find() -> Found:
    """The engine that answers `docker version`: ours, or whatever the client of this machine is set to."""
    program = install.which("docker")
    if program is None:
        return missing("docker", "There is no docker on the PATH.", **WAYS)
    env, path = (client.environment(), (str(programs()),)) if alive("docker") else ({}, ())
    version = output([program, "version", "--format", "{{.Server.Version}}"], env=env, timeout=15)
    if not version:
        return missing("docker", "docker is installed, but no engine answers.", **WAYS)
    ours = alive("docker")
    facts = {"ours": "yes" if ours else "no"}
    if ours:
        # Set only where the image cannot be pulled: live rows put it in place of the FROM line, and say so.
        facts |= {"base": images.FIRST, "local": " ".join(one.tag for one in table.images())}
    for plugin in PLUGINS:
        # `docker compose` as well as `docker buildx` say "name v1.2.3 …"; a client without the plugin says nothing.
        said = VERSION.search(output([program, plugin, "version"], env=env) or "")
        if said:
            facts[plugin] = said[0]
    return Found("docker", True, version, str(SOCKET) if ours else "the engine of this machine", "", env, path, facts)


def up(say: Say) -> None:
    """Start our engine unless one answers; then Compose and the base images."""
    found = find()
    if found.found and not alive("docker"):
        say(f"docker {found.version} answers and is used as it is")
        return
    _refuse_elsewhere()
    install.apt("docker", say=say)
    _link_client()
    if not found.found:
        _start(say)
    _add_plugins(say)
    images.make(say)


def parts() -> list[install.Part]:
    return [*map(install.go_part, PLUGINS), *images.parts()]


def down(say: Say) -> None:
    """End our engine with all its containers, networks and volumes; its images are kept in the cache."""
    if alive("docker"):
        say("ending docker")
        _empty()
        kill("docker")
    if (STATE / "docker").is_dir() and not find().found:
        # A socket of another engine is left alone.
        SOCKET.unlink(missing_ok=True)
        for folder in (SOCKET.parent / "docker" / "plugins", SOCKET.parent / "docker"):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
    shutil.rmtree(STATE / "docker", ignore_errors=True)


def _refuse_elsewhere() -> None:
    if not can_bring_up():
        found = missing("docker", "No Docker engine answers.", **WAYS)
        raise EngineTrouble(found.needed)


def _link_client() -> None:
    """Debian's client builds with BuildKit by itself; another one on the PATH may lack its plugin."""
    debian = Path("/usr/bin/docker")
    if debian.is_file():
        install.link(debian)


def _add_plugins(say: Say) -> None:
    folder = Path(client.environment()["DOCKER_CONFIG"]) / "cli-plugins"
    for plugin in PLUGINS:
        install.link(install.go_program(plugin, say=say).resolve(), f"docker-{plugin}", folder=folder)


def _start(say: Say) -> None:
    say("starting docker")
    traces.remember()
    state, data = STATE / "docker", cache() / "docker"
    shutil.rmtree(state, ignore_errors=True)
    SOCKET.unlink(missing_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    argv = [
        "dockerd", "--data-root", str(data), "--exec-root", str(state / "exec"), "--pidfile", str(state / "docker.pid"),
        "--host", f"unix://{SOCKET}", "--log-level", "warn",
    ]  # fmt: skip
    start("docker", argv)
    try:
        wait_until(lambda: find().found or not alive("docker"), what="docker", seconds=PATIENCE)
    except EngineTrouble:
        pass
    if not find().found:
        tail = log_tail("docker")
        kill("docker")
        raise EngineTrouble(f"docker was started and does not answer:\n{tail}", "make infra-down, then make infra")
    # What an engine that was ended by force had running is remembered in its folder.
    _empty()


def _empty() -> None:
    """Remove containers, networks, volumes and images without a name: nothing of an earlier run is met again."""
    docker, env = str(programs() / "docker"), client.environment()
    for kind, listed in (("container", ["--all", "--quiet"]), ("volume", ["--quiet"])):
        names = (output([docker, kind, "ls", *listed], env=env) or "").split()
        if names:
            output([docker, kind, "rm", "--force", *names], env=env, timeout=120)
    output([docker, "network", "prune", "--force"], env=env)
    output([docker, "image", "prune", "--force"], env=env, timeout=120)

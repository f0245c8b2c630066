"""Our model against the one that `docker compose config` prints: the same project, or the same refusal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from checker.compose import Project, Service, load
from checker.compose.values import as_text
from checker.tests.compose.cases import CASES
from checker.tests.compose.refused import REFUSED
from course.engines.testing import Live

PROFILES = ((), ("dash",))
CONFIG = ("docker", "compose")
AS_JSON = ("--format", "json", "--no-path-resolution")


def put(folder: Path, files: dict[str, str]) -> Path:
    project = folder / "project"
    project.mkdir()
    for name, text in files.items():
        (project / name).write_text(text, encoding="utf-8")
    return project


@pytest.mark.live
@pytest.mark.parametrize("profiles", PROFILES, ids=["no profile", "dash"])
@pytest.mark.parametrize("name", CASES)
def test_model_is_the_one_that_compose_builds(name: str, profiles: tuple[str, ...], tmp_path: Path) -> None:
    asked = [word for one in profiles for word in ("--profile", one)]
    compose = Live("docker", put(tmp_path, CASES[name]))

    # A warning about a variable or an old key goes to stderr, which would stand among the JSON.
    said = compose.run("sh", "-c", " ".join([*CONFIG, *asked, "config", *AS_JSON, "2>warnings"]))
    real = json.loads(said)

    assert printed(load(CASES[name], profiles=profiles, folder="project")) == theirs(real)


@pytest.mark.live
@pytest.mark.parametrize("name", REFUSED)
def test_compose_refuses_what_we_refuse(name: str, tmp_path: Path) -> None:
    compose = Live("docker", put(tmp_path, REFUSED[name][0]))

    assert compose.ask(*CONFIG, "config", "--quiet").returncode != 0


def printed(project: Project) -> dict[str, Any]:
    """Our project in the shape that both sides are brought into."""
    sections = {one: sorted(project.section(one)) for one in ("volumes", "networks")}
    used = {one for service in project.services.values() for one in service.networks}
    # The default network stands in no file; Compose prints only volumes and networks that a service uses.
    sections["networks"] = sorted(used)
    mounted = {mount.source for one in project.services.values() for mount in one.mounts if mount.kind == "volume"}
    sections["volumes"] = sorted(set(sections["volumes"]) & mounted)
    return {"name": project.name, "services": {n: _service(s) for n, s in project.services.items()}, **sections}


def _service(service: Service) -> dict[str, Any]:
    check = service.healthcheck
    build = service.build or {}
    words = service.table.get("command")
    return {
        "image": service.image,
        "build": [build.get("context"), build.get("target"), _pairs(build.get("args"))] if build else None,
        "command": words if isinstance(words, list) else list(service.command()) or None,
        "restart": service.table.get("restart"),
        "profiles": sorted(service.profiles),
        "environment": {key: one.value for key, one in service.environment.items()},
        "ports": sorted([p.target, p.published, p.address, p.protocol] for p in service.ports),
        "mounts": sorted([m.kind, m.source, m.target, m.read_only] for m in service.mounts),
        "waits": {w.service: [w.condition, w.required] for w in service.waits.values()},
        "networks": {name: sorted(aliases) for name, aliases in service.networks.items()},
        "network_mode": service.table.get("network_mode"),
        "healthcheck": [list(check.test), check.disabled] if check else None,
        "secrets": sorted(service.secrets),
        "configs": service.configs,
    }


def theirs(real: dict[str, Any]) -> dict[str, Any]:
    """What Compose prints, in the same shape."""
    sections = {one: sorted(real.get(one) or {}) for one in ("volumes", "networks")}
    services = {name: _their_service(one) for name, one in real["services"].items()}
    return {"name": real["name"], "services": services, **sections}


def _their_service(one: dict[str, Any]) -> dict[str, Any]:
    build, check = one.get("build"), one.get("healthcheck")
    mounts = [[m["type"], m.get("source", ""), m["target"], m.get("read_only", False)] for m in one.get("volumes", ())]
    mounts += [["tmpfs", "", path, False] for path in one.get("tmpfs", ())]
    ports = one.get("ports", ())
    return {
        "image": one.get("image", ""),
        "build": [build.get("context"), build.get("target"), build.get("args") or {}] if build else None,
        "command": [_undollared(word) for word in one["command"]] if one.get("command") else None,
        "restart": one.get("restart"),
        "profiles": sorted(one.get("profiles", ())),
        "environment": {key: _undollared(value) for key, value in one.get("environment", {}).items()},
        "ports": sorted([p["target"], p.get("published", ""), p.get("host_ip", ""), p["protocol"]] for p in ports),
        "mounts": sorted(mounts),
        "waits": {name: [w["condition"], w["required"]] for name, w in one.get("depends_on", {}).items()},
        "networks": {name: sorted((n or {}).get("aliases", ())) for name, n in one.get("networks", {}).items()},
        "network_mode": one.get("network_mode"),
        "healthcheck": [check.get("test", []), check.get("disable", False)] if check else None,
        "secrets": sorted(secret["source"] for secret in one.get("secrets", ())),
        "configs": {c["source"]: c.get("target", f"/{c['source']}") for c in one.get("configs", ())},
    }


def _pairs(value: Any) -> dict[str, str]:
    if isinstance(value, dict):
        return {key: as_text(one) for key, one in value.items()}
    return dict(str(item).split("=", 1) for item in value or ())


def _undollared(value: str | None) -> str | None:
    # Compose prints a dollar sign as $$, so that its output can be read again.
    return None if value is None else value.replace("$$", "$")

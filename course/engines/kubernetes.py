"""Kubernetes: a local cluster of the current context; on Debian as root one node of ours, of the real components."""

from __future__ import annotations

import json
from pathlib import Path

from course.engines import context, install
from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.places import STATE, programs
from course.engines.running import alive, output

ENABLES = "applying manifests, rollouts, autoscaling and drains (exercise 5, final project)"
WAYS = {
    "mac": "Switch it on in Docker Desktop, or: brew install kind && kind create cluster.",
    "windows": "Switch it on in Docker Desktop, or: winget install Kubernetes.kind, then kind create cluster.",
    "debian": "Bring one up: make infra.",
    "linux": "Make one with kind or minikube, or as root on Debian: make infra.",
}
OURS = STATE / "kubernetes" / "admin.conf"


def find() -> Found:
    """Our cluster when it is up, else the local one of the current context."""
    kubectl = install.which("kubectl")
    if kubectl is None:
        return missing("kubernetes", "There is no kubectl on the PATH.", **WAYS)
    if alive("kubernetes") and OURS.is_file():
        return _answering(kubectl, "course", OURS, (str(programs()),))
    try:
        chosen = context.current(kubectl)
    except EngineTrouble as trouble:
        return Found("kubernetes", False, needed=f"{trouble} Try: {trouble.next_step}.")
    if chosen is None:
        return missing("kubernetes", "kubectl has no current context.", **WAYS)
    return _answering(kubectl, chosen.name, _written(chosen), ())


def _answering(kubectl: str, name: str, kubeconfig: Path, path: tuple[str, ...]) -> Found:
    env = {"KUBECONFIG": str(kubeconfig)}
    said = output([kubectl, "version", "-o", "json", "--request-timeout=5s"], env=env)
    version = json.loads(said).get("serverVersion", {}).get("gitVersion", "") if said else ""
    if not version:
        return missing("kubernetes", f"The cluster of the context {name!r} does not answer.", **WAYS)
    return Found("kubernetes", True, version.removeprefix("v"), name, "", env, path, {"context": name})


def _written(chosen: context.Context) -> Path:
    """The context alone in a file of its own: no command can end up in another cluster by mistake."""
    import tempfile

    folder = Path(tempfile.gettempdir()) / "course-engines-context"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{chosen.name.replace('/', '_')}.json"
    path.touch(mode=0o600)
    path.write_text(chosen.kubeconfig)
    return path


def up(say: Say) -> None:
    found = find()
    if found.found:
        say(f"kubernetes {found.version} answers ({found.where})")
        return
    if not can_bring_up():
        raise EngineTrouble(found.needed)


def down(say: Say) -> None:
    """End our cluster; one of the user's own is left alone."""

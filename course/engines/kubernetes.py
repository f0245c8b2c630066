"""Kubernetes: a local cluster of the current context; on Debian as root one node of ours, of the real components."""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from course.engines import client, context, doors, install, kubernetes_build, node_files, traces
from course.engines.found import EngineTrouble, Found, Say, can_bring_up, missing
from course.engines.places import STATE, cache, programs
from course.engines.running import PATIENCE, WRAPPED, alive, kill, log_tail, must, output, start, wait_until

ENABLES = "applying manifests, rollouts, autoscaling and drains (exercise 5, final project)"
WAYS = {
    "mac": "Switch it on in Docker Desktop, or: brew install kind && kind create cluster.",
    "windows": "Switch it on in Docker Desktop, or: winget install Kubernetes.kind, then kind create cluster.",
    "debian": "Bring one up: make infra.",
    "linux": "Make one with kind or minikube, or as root on Debian: make infra.",
}
# Beside the node, each a module of its own.
ADDONS = ("coredns", "metrics-server")
ROOT = Path(__file__).parents[2]
FOLDER = STATE / "kubernetes"
OURS = FOLDER / "admin.conf"
# Kubelet makes sockets below its folder, this one with the longest name; the path of a socket has 107 characters.
SOCKET = Path("kubelet/device-plugins/kubelet.sock")
LONGEST = 107


def find() -> Found:
    """Our cluster when it is up, else the local one of the current context."""
    kubectl = install.which("kubectl")
    if kubectl is None:
        return missing("kubernetes", "There is no kubectl on the PATH.", **WAYS)
    if alive("kubernetes") and OURS.is_file():
        return _answering(kubectl, "course", "course", OURS, (str(programs()),))
    try:
        chosen = context.current(kubectl)
    except EngineTrouble as trouble:
        return Found("kubernetes", False, needed=f"{trouble} Try: {trouble.next_step}.")
    if chosen is None:
        return missing("kubernetes", "kubectl has no current context.", **WAYS)
    return _answering(kubectl, chosen.name, chosen.kind, _written(chosen), ())


def _answering(kubectl: str, name: str, kind: str, kubeconfig: Path, path: tuple[str, ...]) -> Found:
    env = {"KUBECONFIG": str(kubeconfig)}
    said = output([kubectl, "version", "-o", "json", "--request-timeout=5s"], env=env)
    version = json.loads(said).get("serverVersion", {}).get("gitVersion", "") if said else ""
    if not version:
        return missing("kubernetes", f"The cluster of the context {name!r} does not answer.", **WAYS)
    # The words that take an image of the Docker engine into the cluster, the image's name behind them.
    facts = {"context": name, "kind": kind, "load": f"{sys.executable} {ROOT / 'course/engines/__main__.py'} load"}
    return Found("kubernetes", True, version.removeprefix("v"), name, "", env, path, facts)


def _written(chosen: context.Context) -> Path:
    """The context alone in a file of its own: no command can end up in another cluster by mistake."""
    folder = Path(tempfile.gettempdir()) / "course-engines-context"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{chosen.name.replace('/', '_')}.json"
    path.touch(mode=0o600)
    path.write_text(chosen.kubeconfig)
    return path


def up(say: Say) -> None:
    """Start our node unless a cluster answers."""
    found = find()
    if found.found:
        say(f"kubernetes {found.version} answers ({found.where})")
        return
    if not can_bring_up():
        raise EngineTrouble(found.needed)
    _refuse_a_long_path(cache() / "node")
    install.apt("node", say=say)
    made = kubernetes_build.components(say)
    for name in (*kubernetes_build.COMPONENTS, "pause.tar"):
        install.link(made / name)
    for name in ADDONS:
        install.go_program(name, say=say)
    _start(say)


def parts() -> list[install.Part]:
    return [kubernetes_build.part(), *map(install.go_part, ADDONS)]


def _refuse_a_long_path(data: Path) -> None:
    over = len(str(data / SOCKET)) - LONGEST
    if over > 0:
        raise EngineTrouble(
            f"The cache folder {str(cache())!r} has a path too long for the sockets of kubelet, by {over} characters.",
            "COURSE_ENGINES_CACHE=/var/tmp/engines make infra",
        )


def _start(say: Say) -> None:
    say("starting kubernetes")
    traces.remember()
    _end()
    data = cache() / "node"
    shutil.rmtree(data, ignore_errors=True)
    for folder in (data, FOLDER):
        folder.mkdir(parents=True)
    # A control group of this node's own; its name is kept for whoever ends it.
    group = f"course-node-{secrets.token_hex(3)}"
    (FOLDER / "group").write_text(group)
    env = {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    node = [sys.executable, "-m", "course.engines.node", str(FOLDER), str(data), str(programs()), group]
    start("kubernetes", node, env=env, wrap=(*WRAPPED, "--net"))
    start("kubernetes-door", doors.outer_words(FOLDER), env=env)
    ready = FOLDER / "ready"
    with contextlib.suppress(EngineTrouble):
        wait_until(lambda: ready.exists() or not alive("kubernetes"), what="kubernetes", seconds=PATIENCE)
    if not ready.exists():
        tail = log_tail("kubernetes")
        _end()
        raise EngineTrouble(f"kubernetes was started and is not ready:\n{tail}", "make infra-down, then make infra")
    folders = node_files.Folders(FOLDER, data, programs())
    server = f"https://127.0.0.1:{doors.API_OUTSIDE}"
    node_files.write_json(OURS, node_files.kubeconfig(folders, "admin", server))


def down(say: Say) -> None:
    """End our cluster; one of the user's own is left alone."""
    if alive("kubernetes"):
        say("ending kubernetes")
    _end()
    shutil.rmtree(cache() / "node", ignore_errors=True)


def _end() -> None:
    named = FOLDER / "group"
    group = named.read_text().strip() if named.is_file() else ""
    for name in ("kubernetes-door", "kubernetes"):
        kill(name)
    if group:
        for top in traces.hierarchies():
            traces.remove_group(top / group)
    for name in ("kubernetes-door", "kubernetes"):
        shutil.rmtree(STATE / name, ignore_errors=True)
    for folder in map(Path, (*traces.NODE_MOUNTS, "/run/mount")):
        # Made as places to mount on, and by the mount command; another engine's are not empty.
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def load(image: str) -> None:
    """Take an image of the Docker engine into the cluster's own store."""
    found = find()
    if not found.found:
        raise EngineTrouble(found.needed)
    if found.facts["kind"] == "course":
        _import(image)
        return
    words = {
        "kind": ["kind", "load", "docker-image", image], "minikube": ["minikube", "image", "load", image],
        "k3d": ["k3d", "image", "import", image],
    }.get(found.facts["kind"], [])  # fmt: skip
    if words:
        must(words, what=" ".join(words), env=found.env)


def _import(image: str) -> None:
    into = ["ctr", "--address", str(FOLDER / "containerd.sock"), "--namespace", "k8s.io", "images", "import", "-"]
    must(into, what=f"loading {image}", stdin=client.saved(image))

"""Builds the components of a Kubernetes node: one binary for all of them, CoreDNS, metrics-server and pause."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from course.engines import install
from course.engines.found import EngineTrouble, Say
from course.engines.pause_image import write_image
from course.engines.running import must, output
from course.engines.table import pins

SOURCES = Path(__file__).parent / "node"
COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kubectl")
FREE = 6_000_000_000


def components(say: Say) -> Path:
    """The folder with every component under its own name. Cold: minutes; kept by versions and sources."""
    version = pins()["kubernetes"].version
    return install.kept("go", "kubernetes", _inputs(), lambda folder: _build(version, folder, say), say=say)


def part() -> install.Part:
    return install.Part(install.kept_at("go", "kubernetes", _inputs()), components, compiled=True)


def _inputs() -> tuple[str, ...]:
    sources = (path.read_text() for path in sorted(SOURCES.glob("*.go")))
    return (pins()["kubernetes"].version, *sources, *install.GO_FLAGS)


def _build(version: str, folder: Path, say: Say) -> None:
    _refuse_without_room()
    say("this takes some minutes, once; Go keeps what it compiled, so a broken build goes on where it was")
    with tempfile.TemporaryDirectory(prefix="engine-") as place:
        source = Path(place)
        shutil.copy(SOURCES / "cluster.go", source / "main.go")
        _write_module(version, source)
        install.write_sums(source, pins()["kubernetes"], pins()["etcd"])
        install.go(["mod", "tidy"], source)
        stamp = "k8s.io/component-base/version"
        minor = version.split(".")[1]
        flags = f"-s -w -X {stamp}.gitVersion=v{version} -X {stamp}.gitMajor=1 -X {stamp}.gitMinor={minor}"
        install.go(["build", "-trimpath", "-ldflags", flags, "-o", str(folder / "cluster"), "."], source)
    for name in COMPONENTS:
        (folder / name).symlink_to("cluster")
    pause = ["build", *install.GO_FLAGS, "-o", str(folder / "pause"), str(SOURCES / "pause.go")]
    install.go(pause, SOURCES, env={"CGO_ENABLED": "0"})
    write_image(folder / "pause", folder / "pause.tar")


def _write_module(version: str, folder: Path) -> None:
    """k8s.io/kubernetes replaces staging modules by folders of its own; who uses it must name their versions."""
    must(["go", "mod", "download", f"k8s.io/kubernetes@v{version}"], what="go mod download", cwd=folder)
    listed = Path(must(["go", "env", "GOMODCACHE"], what="go env").strip()) / "cache" / "download"
    text = (listed / "k8s.io" / "kubernetes" / "@v" / f"v{version}.mod").read_text()
    staged = re.findall(r"^\s*(k8s\.io/\S+) => \./", text, re.MULTILINE)
    staging = f"v0.{version.partition('.')[2]}"
    lines = ["module cluster", "", "go 1.26.0", "", f"require k8s.io/kubernetes v{version}", "", "replace ("]
    lines += [f"\t{module} => {module} {staging}" for module in staged]
    (folder / "go.mod").write_text("\n".join([*lines, ")", ""]))


def _refuse_without_room() -> None:
    cache = output(["go", "env", "GOCACHE"])
    folder = next(parent for parent in (Path(cache or "/tmp"), *Path(cache or "/tmp").parents) if parent.is_dir())
    if shutil.disk_usage(folder).free < FREE:
        raise EngineTrouble(f"Building Kubernetes needs {FREE // 10**9} GB free below {str(folder)!r}.", "free some")

"""One Kubernetes node, run inside mount, network and process namespaces of its own: `python -m course.engines.node`.

It is the first process there, so when it ends everything ends: components, pods, mounts, links, firewall rules.
The way in is a unix socket for each port (doors.py), since the namespaces share the disk but no network.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from course.engines import traces
from course.engines.doors import inner_doors
from course.engines.node_files import (
    ADDRESS,
    DNS,
    NAME,
    PODS,
    SERVICES,
    Folders,
    write_certificates,
    write_settings,
)
from course.engines.running import must, output, wait_until

ETCD = "http://127.0.0.1:12379"
PEERS = "http://127.0.0.1:12380"
# A second node on two busy cores: the time is for those, an idle machine needs five seconds.
SECONDS = 300.0
# With a thread for each core the components spend a quarter of their idle time waking each other.
ONE_THREAD = {"GOMAXPROCS": "1"}


def main() -> None:
    state, data, programs = map(Path, sys.argv[1:4])
    folders = Folders(state, data, programs, sys.argv[4])
    _prepare_network()
    _prepare_groups(folders.group)
    _prepare_mounts()
    write_certificates(folders)
    write_settings(folders)
    # Each step says that it begins: a node that does not get ready leaves behind where it stands.
    for step in (_start_control_plane, _start_containerd, _start_node, _apply_addons, _wait_ready):
        print(f"node: {step.__name__.strip('_').replace('_', ' ')}", flush=True)
        step(folders)
    inner_doors(folders.state)
    (folders.state / "ready").touch()
    _reap()


def _wait_ready(folders: Folders) -> None:
    ready = ["wait", "--for=condition=Ready", f"node/{NAME}", "--timeout=1s"]
    wait_until(lambda: _kubectl(folders, *ready) is not None, what="the node", seconds=SECONDS, pause=0.2)


def _prepare_network() -> None:
    """A pair of links gives the node an address: a kubelet refuses a loopback one, and there may be no dummy device."""
    for words in (
        "link set lo up",
        "link add eth0 type veth peer name eth0p",
        f"addr add {ADDRESS}/24 dev eth0",
        "link set eth0 up",
        "link set eth0p up",
        "route add default dev eth0",
    ):
        must(["ip", *words.split()], what=f"ip {words}")
    for name in ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables", "net/ipv4/conf/all/route_localnet"):
        path = Path("/proc/sys") / name
        if path.is_file():
            path.write_text("1")


def _prepare_groups(name: str) -> None:
    """The control group that holds all pods, in every hierarchy; a cpuset is empty until it is told its parent's."""
    for top in traces.hierarchies():
        group = top / name
        group.mkdir(exist_ok=True)
        for setting in ("cpuset.cpus", "cpuset.mems"):
            if (top / setting).is_file() and (group / setting).is_file() and not (group / setting).read_text().strip():
                (group / setting).write_text((top / setting).read_text().strip())


def _prepare_mounts() -> None:
    for folder in traces.NODE_MOUNTS:
        Path(folder).mkdir(parents=True, exist_ok=True)
        must(["mount", "--no-mtab", "-t", "tmpfs", "tmpfs", folder], what=f"mounting {folder}")


def _start_control_plane(folders: Folders) -> None:
    _start(
        folders, "etcd", f"--data-dir={folders.state / 'etcd'}", f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}", f"--listen-peer-urls={PEERS}", f"--initial-advertise-peer-urls={PEERS}",
        f"--initial-cluster=default={PEERS}",
        # A cluster to throw away: what a power cut loses need not be written twice.
        "--unsafe-no-fsync", "--log-level=warn",
    )  # fmt: skip
    _start(folders, "kube-apiserver", *_apiserver(folders.pki))
    wait_until(lambda: _kubectl(folders, "get", "--raw", "/readyz") is not None, what="the API server", seconds=SECONDS)
    pki = folders.pki
    _start(
        folders, "kube-controller-manager", f"--kubeconfig={pki / 'controllers.conf'}",
        f"--service-account-private-key-file={pki / 'sa.key'}", f"--root-ca-file={pki / 'ca.crt'}",
        "--use-service-account-credentials", "--leader-elect=false", "--bind-address=127.0.0.1",
        "--allocate-node-cidrs", f"--cluster-cidr={PODS}", "--node-cidr-mask-size=24",
        f"--service-cluster-ip-range={SERVICES}",
        # An autoscaler that answers within a lesson; the defaults take minutes.
        "--horizontal-pod-autoscaler-sync-period=5s", "--horizontal-pod-autoscaler-downscale-stabilization=20s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=5s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=10s",
    )  # fmt: skip
    _start(
        folders, "kube-scheduler", f"--kubeconfig={pki / 'scheduler.conf'}", "--leader-elect=false",
        "--bind-address=127.0.0.1",
    )  # fmt: skip


def _apiserver(pki: Path) -> list[str]:
    return [
        f"--etcd-servers={ETCD}", f"--bind-address={'0.0.0.0'}", f"--advertise-address={ADDRESS}", "--secure-port=6443",
        f"--tls-cert-file={pki / 'apiserver.crt'}", f"--tls-private-key-file={pki / 'apiserver.key'}",
        f"--client-ca-file={pki / 'ca.crt'}", f"--service-account-key-file={pki / 'sa.pub'}",
        f"--service-account-signing-key-file={pki / 'sa.key'}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--kubelet-client-certificate={pki / 'admin.crt'}", f"--kubelet-client-key={pki / 'admin.key'}",
        f"--kubelet-certificate-authority={pki / 'ca.crt'}", "--kubelet-preferred-address-types=InternalIP",
        "--authorization-mode=Node,RBAC", f"--service-cluster-ip-range={SERVICES}", "--allow-privileged",
        f"--requestheader-client-ca-file={pki / 'ca.crt'}", f"--proxy-client-cert-file={pki / 'front.crt'}",
        f"--proxy-client-key-file={pki / 'front.key'}", "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-", "--enable-aggregator-routing",
    ]  # fmt: skip


def _start_containerd(folders: Folders) -> None:
    """Until it answers: a kubelet that finds nobody at its socket ends, and the node would never get ready."""
    _start(folders, "containerd", f"--config={folders.state / 'containerd.toml'}")
    pause = _ctr(folders, "images", "import", str(folders.programs / "pause.tar"))
    wait_until(lambda: output(pause, timeout=60) is not None, what="loading the pause image", seconds=SECONDS)


def _start_node(folders: Folders) -> None:
    _start(
        folders, "kubelet", f"--config={folders.state / 'kubelet.json'}",
        f"--kubeconfig={folders.pki / 'node.conf'}", f"--root-dir={folders.data / 'kubelet'}",
        f"--hostname-override={NAME}", f"--node-ip={ADDRESS}",
    )  # fmt: skip
    _start(folders, "kube-proxy", f"--config={folders.state / 'proxy.json'}")


def _apply_addons(folders: Folders) -> None:
    """Names and metrics: both run beside the node as processes, and the cluster is told where."""
    _start(folders, "coredns", "-conf", str(folders.state / "Corefile"))
    pki = folders.pki
    _start(
        folders, "metrics-server", f"--kubeconfig={pki / 'admin.conf'}",
        f"--authentication-kubeconfig={pki / 'admin.conf'}", f"--authorization-kubeconfig={pki / 'admin.conf'}",
        f"--cert-dir={folders.state / 'metrics'}", "--secure-port=4443",
        "--kubelet-preferred-address-types=InternalIP", f"--kubelet-certificate-authority={pki / 'ca.crt'}",
        f"--kubelet-client-certificate={pki / 'admin.crt'}", f"--kubelet-client-key={pki / 'admin.key'}",
        "--metric-resolution=10s", "--kubelet-request-timeout=5s",
    )  # fmt: skip
    manifest = (Path(__file__).parent / "node" / "addons.yaml").read_text()
    text = manifest.replace("ADDRESS", ADDRESS).replace("CLUSTER_DNS", DNS)
    kubectl = [str(folders.programs / "kubectl"), "--kubeconfig", str(folders.pki / "admin.conf")]
    must([*kubectl, "apply", "-f", "-"], what="kubectl apply", stdin=text.encode())


def _start(folders: Folders, name: str, *words: str) -> None:
    program = folders.programs / name
    with (folders.state / f"{name}.log").open("ab") as log:
        subprocess.Popen(
            [str(program) if program.exists() else name, *words], stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, cwd=folders.state, env=os.environ | ONE_THREAD,
        )  # fmt: skip


def _kubectl(folders: Folders, *words: str) -> str | None:
    kubectl = [str(folders.programs / "kubectl"), "--kubeconfig", str(folders.pki / "admin.conf")]
    return output([*kubectl, *words], timeout=10)


def _ctr(folders: Folders, *words: str) -> Sequence[str]:
    return ["ctr", "--address", str(folders.socket), "--namespace", "k8s.io", *words]


def _reap() -> None:
    """Wait for every child for ever: pods whose parents ended are handed to the first process of the namespace."""
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return


if __name__ == "__main__":
    main()

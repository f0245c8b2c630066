"""The files that the parts of a node read: certificates, kubeconfigs and settings."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.engines.running import must

ADDRESS = "192.0.2.10"
NAME = "course"
API = "https://127.0.0.1:6443"
DNS, SERVICES, PODS = "10.96.0.10", "10.96.0.0/16", "10.244.0.0/24"
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
DAYS = "30"

# user of a kubeconfig or server -> (subject, names that its certificate is good for)
CERTIFICATES = {
    "apiserver": ("/CN=kube-apiserver", (
        "IP:127.0.0.1", "IP:10.96.0.1", f"IP:{ADDRESS}", "DNS:localhost", "DNS:kubernetes", "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
    )),
    "admin": ("/O=system:masters/CN=admin", ()),
    "node": (f"/O=system:nodes/CN=system:node:{NAME}", (f"IP:{ADDRESS}", "IP:127.0.0.1", f"DNS:{NAME}")),
    "controllers": ("/CN=system:kube-controller-manager", ()),
    "scheduler": ("/CN=system:kube-scheduler", ()),
    "proxy": ("/CN=system:kube-proxy", ()),
    "front": ("/CN=front-proxy", ()),
    "dns": ("/O=system:masters/CN=dns", ()),
}  # fmt: skip


@dataclass(frozen=True)
class Folders:
    """Where a node lives: `state` is small and gone with the boot, `data` holds images, `programs` the components."""

    state: Path
    data: Path
    programs: Path
    # Of its own for each node: a kubelet removes the control groups of pods that it does not know.
    group: str = "course-node"

    @property
    def pki(self) -> Path:
        return self.state / "pki"

    @property
    def socket(self) -> Path:
        return self.state / "containerd.sock"


def write_certificates(folders: Folders) -> None:
    """One authority, a key for service accounts, a certificate for each part; good for a month."""
    pki = folders.pki
    pki.mkdir(parents=True, exist_ok=True)
    _openssl(
        pki, "req", "-x509", *CURVE, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=course-ca", "-days", DAYS
    )
    _openssl(pki, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "sa.key")
    _openssl(pki, "pkey", "-in", "sa.key", "-pubout", "-out", "sa.pub")
    for name, (subject, names) in CERTIFICATES.items():
        extensions = ["extendedKeyUsage=serverAuth,clientAuth", "keyUsage=digitalSignature"]
        extensions += [f"subjectAltName={','.join(names)}"] if names else []
        (pki / f"{name}.ext").write_text("\n".join([*extensions, ""]))
        _openssl(pki, "req", *CURVE, "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        _openssl(
            pki, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days",
            DAYS, "-out", f"{name}.crt", "-extfile", f"{name}.ext",
        )  # fmt: skip
    for user in ("admin", "node", "controllers", "scheduler", "proxy", "dns"):
        write_json(pki / f"{user}.conf", kubeconfig(folders, user, API))


def kubeconfig(folders: Folders, user: str, server: str) -> dict[str, Any]:
    pki = folders.pki
    return {
        "apiVersion": "v1", "kind": "Config", "current-context": NAME,
        "clusters": [{"name": NAME, "cluster": {"server": server, "certificate-authority": str(pki / "ca.crt")}}],
        "users": [{"name": user, "user": {
            "client-certificate": str(pki / f"{user}.crt"), "client-key": str(pki / f"{user}.key"),
        }}],
        "contexts": [{"name": NAME, "context": {"cluster": NAME, "user": user}}],
    }  # fmt: skip


def write_settings(folders: Folders) -> None:
    """Settings of the container runtime, its network, kubelet, kube-proxy and CoreDNS."""
    (folders.state / "cni").mkdir(parents=True, exist_ok=True)
    write_json(folders.state / "cni" / "10-course.conflist", _network(folders))
    (folders.state / "containerd.toml").write_text(_containerd(folders))
    write_json(folders.state / "kubelet.json", _kubelet(folders))
    write_json(folders.state / "proxy.json", _proxy(folders))
    (folders.state / "Corefile").write_text(
        f".:53 {{\n  bind {ADDRESS}\n  errors\n  kubernetes cluster.local in-addr.arpa {{\n"
        f"    kubeconfig {folders.pki / 'dns.conf'} {NAME}\n  }}\n  cache 5\n}}\n"
    )


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n")


def _openssl(folder: Path, *words: str) -> None:
    must(["openssl", *words], what=f"openssl {words[0]}", cwd=folder)


def _network(folders: Folders) -> dict[str, Any]:
    ranges = [[{"subnet": PODS}]]
    addresses = {
        "type": "host-local", "ranges": ranges, "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": str(folders.state / "addresses"),
    }  # fmt: skip
    bridge = {
        "type": "bridge", "bridge": "cni0", "isGateway": True, "ipMasq": True, "hairpinMode": True, "ipam": addresses,
    }  # fmt: skip
    return {
        "cniVersion": "0.4.0", "name": NAME,
        "plugins": [bridge, {"type": "portmap", "capabilities": {"portMappings": True}}],
    }  # fmt: skip


def _containerd(folders: Folders) -> str:
    return f"""version = 2
root = "{folders.data / "containerd"}"
state = "{folders.state / "containerd"}"
[grpc]
  address = "{folders.socket}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "course/pause:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{folders.state / "cni"}"
"""


def _kubelet(folders: Folders) -> dict[str, Any]:
    pki = folders.pki
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "address": ADDRESS,
        "authentication": {
            "anonymous": {"enabled": False}, "x509": {"clientCAFile": str(pki / "ca.crt")},
            "webhook": {"enabled": True},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(pki / "node.crt"), "tlsPrivateKeyFile": str(pki / "node.key"),
        "containerRuntimeEndpoint": f"unix://{folders.socket}",
        "cgroupDriver": "cgroupfs", "cgroupRoot": f"/{folders.group}", "failCgroupV1": False, "failSwapOn": False,
        "clusterDomain": "cluster.local", "clusterDNS": [DNS],
        # A laptop's disk may be nearly full; a throw-away node must not evict over it.
        "evictionHard": {
            "memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%", "nodefs.inodesFree": "1%",
        },
        "imageGCHighThresholdPercent": 100,
        # A second kubelet of this machine would remove the logs of pods that it does not know.
        "podLogsDir": str(folders.data / "logs"),
        "syncFrequency": "5s", "nodeStatusUpdateFrequency": "4s",
    }  # fmt: skip


def _proxy(folders: Folders) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "bindAddress": "0.0.0.0",
        "clientConnection": {"kubeconfig": str(folders.pki / "proxy.conf")}, "clusterCIDR": PODS,
        "hostnameOverride": NAME, "mode": "iptables",
        # Limits of connection tracking belong to the machine, not to this namespace.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }  # fmt: skip

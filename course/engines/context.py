"""Which Kubernetes cluster of this machine may be used: one that is evidently local, or one that is named."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from course.engines.found import EngineTrouble
from course.engines.running import output

LOCAL_NAME = re.compile(r"kind-.+|minikube|docker-desktop|docker-for-desktop|k3d-.+|rancher-desktop|colima.*|orbstack")
LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1", "kubernetes.docker.internal", "host.docker.internal"}
NAMED = "COURSE_KUBE_CONTEXT"


@dataclass(frozen=True)
class Context:
    """A context of the user's own kubeconfig, with everything that it needs in one text."""

    name: str
    server: str
    kubeconfig: str

    @property
    def kind(self) -> str:
        """The tool that made it: kind, k3d, minikube, docker-desktop …; it decides how images get in."""
        return next((tool for tool in ("kind", "k3d") if self.name.startswith(f"{tool}-")), self.name)


def current(kubectl: str, named: str = "") -> Context | None:
    """The context that is named, else the current one; None when there is none.

    Raises EngineTrouble for one that is not evidently local and was not named.
    """
    named = named or os.environ.get(NAMED, "")
    text = output([kubectl, "config", "view", "--minify", "--flatten", "-o", "json", *_chosen(named)])
    table = json.loads(text) if text else {}
    if not table.get("current-context"):
        if named:
            raise EngineTrouble(f"There is no context {named!r}.", "kubectl config get-contexts")
        return None
    name = named or str(table["current-context"])
    server = str(table["clusters"][0]["cluster"].get("server", "")) if table.get("clusters") else ""
    if not named and not _evidently_local(name, server):
        raise EngineTrouble(
            f"The current context {name!r} ({urlsplit(server).hostname or 'no server'}) is not evidently on this "
            "machine, and is not touched.",
            f"kubectl config use-context kind-kind, or name it if it may be used: {NAMED}={name}",
        )
    return Context(name, server, json.dumps(table | {"current-context": name}))


def _chosen(named: str) -> list[str]:
    return ["--context", named] if named else []


def _evidently_local(name: str, server: str) -> bool:
    """By its server's address; by its name only when the address is one that local tools give to their machines."""
    host = urlsplit(server).hostname or ""
    if host in LOCAL_HOSTS or host.endswith(".localhost"):
        return True
    virtual = re.fullmatch(r"192\.168\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+\.\d+|10\.\d+\.\d+\.\d+", host)
    return bool(virtual and LOCAL_NAME.fullmatch(name))

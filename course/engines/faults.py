"""What is wrong with engines that are partly here, for the doctor; one that is not here at all is no fault."""

from __future__ import annotations

from course.engines import install
from course.engines.running import alive
from course.engines.table_of_engines import ENGINES, SERVERS
from course.engines.trino import java_home, no_java_and_how

# Each makes a cluster, and talks to it through kubectl.
MAKERS = ("kind", "minikube", "k3d")
NO_KUBECTL = (
    "{maker} is installed, but there is no kubectl on the PATH, which talks to its cluster. "
    "Install it: brew install kubectl, winget install Kubernetes.kubectl, or apt-get install kubernetes-client."
)


def faults() -> list[str]:
    """A sentence or two for each engine that is installed and cannot be used."""
    said = [_needed("docker") if install.which("docker") else "", _cluster(), *(server.fault() for server in SERVERS)]
    # Who brings up no engines misses no Trino.
    if any(alive(name) for name in ENGINES) and java_home() is None:
        said.append(f"Trino was left out. {no_java_and_how()}")
    return [one for one in said if one]


def _needed(engine: str) -> str:
    found = ENGINES[engine].find()
    return "" if found.found else found.needed


def _cluster() -> str:
    if install.which("kubectl"):
        return _needed("kubernetes")
    maker = next((one for one in MAKERS if install.which(one)), None)
    return NO_KUBECTL.format(maker=maker) if maker else ""

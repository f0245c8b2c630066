"""What a probe asks, of which port, and for how long it is patient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from checker.kube.objects import Step, table
from checker.kube.pods import Container

FIELDS = {"startup": "startupProbe", "readiness": "readinessProbe", "liveness": "livenessProbe"}
HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")
DEFAULTS = {
    "initialDelaySeconds": 0,
    "periodSeconds": 10,
    "failureThreshold": 3,
    "timeoutSeconds": 1,
    "successThreshold": 1,
}


@dataclass(frozen=True)
class Probe:
    """One probe of a container."""

    container: Container
    kind: str

    @property
    def field(self) -> str:
        return FIELDS[self.kind]

    @property
    def there(self) -> bool:
        return bool(table(self.container.get(self.field)))

    @property
    def handler(self) -> str:
        """httpGet, tcpSocket, grpc or exec; empty when the probe is not there or asks nothing."""
        value = table(self.container.get(self.field))
        return next((one for one in HANDLERS if isinstance(value.get(one), dict)), "")

    def get(self, *path: Step) -> Any:
        return self.container.get(self.field, *path)

    def where(self, *path: Step) -> str:
        return self.container.where(self.field, *path)

    @property
    def named_port(self) -> Any:
        return self.get(self.handler, "port")

    @property
    def port(self) -> int | None:
        """The number of the port that is asked; None for a command, and for a name that the container lacks."""
        return None if self.handler == "exec" else self.container.port(self.named_port)

    @property
    def path(self) -> str:
        """The HTTP path without its query; the kubelet puts a slash in front where none is given."""
        return "/" + str(self.get("httpGet", "path") or "").partition("?")[0].lstrip("/")

    @property
    def command(self) -> str:
        words = self.get("exec", "command")
        return " ".join(map(str, words)) if isinstance(words, list) else ""

    def asks(self, path: str, port: int) -> bool:
        """Whether it asks this path of this port over HTTP, itself or by a command that names both."""
        if self.handler == "httpGet":
            plain = self.get("httpGet", "scheme") in (None, "HTTP") and not self.get("httpGet", "host")
            return plain and (self.port, self.path) == (port, path)
        return self.handler == "exec" and f":{port}{path}" in self.command

    def setting(self, name: str) -> int:
        """A number of the probe; 0 and a missing one are the default, as the server has it."""
        value = self.get(name)
        return value if isinstance(value, int) and value > 0 else DEFAULTS[name]

    @property
    def last_try(self) -> int:
        """Seconds from the container's start to the try whose failure ends the patience."""
        more = self.setting("failureThreshold") - 1
        return self.setting("initialDelaySeconds") + more * self.setting("periodSeconds")

    @property
    def notices_after(self) -> int:
        """Seconds, at most, until the container's new state counts: until enough tries in a row have failed."""
        return self.setting("failureThreshold") * self.setting("periodSeconds")

    @property
    def trusts_after(self) -> int:
        """Seconds from the start of a container that answers until enough tries in a row have succeeded."""
        return self.setting("initialDelaySeconds") + self.setting("successThreshold") * self.setting("periodSeconds")

    def told(self) -> str:
        """What it asks, in a few words."""
        match self.handler:
            case "httpGet":
                tls = " by HTTPS" if self.get("httpGet", "scheme") == "HTTPS" else ""
                host = f" of the host {self.get('httpGet', 'host')}" if self.get("httpGet", "host") else ""
                return f"GET {self.path} on port {self._port_text()}{host}{tls}"
            case "tcpSocket":
                return f"a connection to port {self._port_text()}"
            case "grpc":
                return f"gRPC on port {self._port_text()}"
            case "exec":
                return f"the command {self.command[:60]!r}"
        return "nothing"

    def _port_text(self) -> str:
        if isinstance(self.named_port, int):
            return str(self.named_port)
        return f"{self.named_port!r} ({self.port or 'no port of the container has this name'})"

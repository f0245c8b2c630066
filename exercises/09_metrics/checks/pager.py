"""Runs the service in this folder beside a real Prometheus and a real Alertmanager, and says what reached whom.

The trusted side starts it as a command: `python pager.py RULES`, in the folder of the submission. Everything listens
on 127.0.0.1, on free ports, and ends with this script. It prints one JSON object.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

READY, PATIENCE = 60.0, 120.0
ALERTMANAGER = "prometheus-alertmanager"
GOOD, BROKEN = {"user_id": 7, "movie_id": 11}, {"user_id": 7, "movie_id": 666}


def main() -> None:
    rules = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as running:
        app, prometheus, alertmanager = (_free() for _ in range(3))
        _write(Path(folder), rules, app, prometheus, alertmanager)
        argv = [sys.executable, "-m", "uvicorn", "app:app", "--log-level", "critical", "--port", str(app)]
        running.enter_context(_started(argv, app, "/health/live"))
        running.enter_context(_started(_alertmanager(folder, alertmanager), alertmanager, "/-/ready"))
        running.enter_context(_started(_prometheus(folder, prometheus), prometheus, "/-/ready"))
        print(json.dumps(_watched(app, prometheus, alertmanager)))


def _write(folder: Path, rules: Path, app: int, prometheus: int, alertmanager: int) -> None:
    target = {"job_name": "movies", "static_configs": [{"targets": [f"127.0.0.1:{app}"]}]}
    pager = {"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}
    settings = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(rules)],
        "scrape_configs": [target],
        "alerting": {"alertmanagers": [pager]},
    }
    # JSON is YAML.
    (folder / "prometheus.yml").write_text(json.dumps(settings), encoding="utf-8")
    quiet = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}
    (folder / "alertmanager.yml").write_text(json.dumps(quiet), encoding="utf-8")


def _prometheus(folder: str, port: int) -> list[str]:
    return [
        "prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
    ]  # fmt: skip


def _alertmanager(folder: str, port: int) -> list[str]:
    return [
        ALERTMANAGER, f"--config.file={folder}/alertmanager.yml", f"--storage.path={folder}/pager",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=", "--log.level=error",
    ]  # fmt: skip


def _watched(app: int, prometheus: int, alertmanager: int) -> dict[str, object]:
    """Send requests, a third of which fail, until the alert is there or patience ends."""
    ends, alerts = time.monotonic() + PATIENCE, []
    while time.monotonic() < ends and not alerts:
        for body in (GOOD, GOOD, BROKEN):
            _ask(app, "POST", "/predict", body)
        time.sleep(0.1)
        found = _ask(alertmanager, "GET", "/api/v2/alerts") or []
        alerts = [one["labels"]["alertname"] for one in found if one["labels"]["alertname"] == "HighErrorRate"]
    targets = (_ask(prometheus, "GET", "/api/v1/targets") or {}).get("data", {}).get("activeTargets", [])
    health = [f"{one['health']} {one['lastError']}".strip() for one in targets]
    return {"targets": health, "alerts": alerts, "state": _states(prometheus)}


def _states(prometheus: int) -> list[str]:
    told = (_ask(prometheus, "GET", "/api/v1/rules") or {}).get("data", {}).get("groups", [])
    return [f"{rule['name']} {rule.get('state', '')}".strip() for group in told for rule in group["rules"]]


def _ask(port: int, method: str, path: str, body: object = None) -> object:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"} if sent else {})
        answer = connection.getresponse().read()
        return json.loads(answer) if method == "GET" and path.startswith("/api") else answer
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


@contextlib.contextmanager
def _started(argv: list[str], port: int, path: str) -> Iterator[None]:
    env = {name: value for name, value in os.environ.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ends = time.monotonic() + READY
        while _ask(port, "GET", path) is None:
            if process.poll() is not None or time.monotonic() > ends:
                raise SystemExit(f"{Path(argv[0]).name} does not start")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

"""Sends 250 requests to the service in this folder and shows what /metrics says then. Given; run `python traffic.py`.

It starts the service itself, on a free port of this machine, and stops it at the end.
`python traffic.py --workers` starts two processes behind one port, sends 60 requests, and asks /metrics ten times.
"""

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).parent
# Seconds until the service answers: a busy machine takes its time, a service that has raised does not.
PATIENCE, AFTER_A_FAULT = 180, 5
NAME = re.compile(r"^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{|\s)")


class Service:
    """The app of this folder in processes of its own; use it with `with`."""

    def __init__(self, workers, patience):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.workers, self.patience, self.env = workers, patience, dict(os.environ)
        self.env.pop("PROMETHEUS_MULTIPROC_DIR", None)
        if workers > 1:
            # The folder that all processes share: it must be there, and empty, when they start.
            self.shared = tempfile.TemporaryDirectory()
            self.env["PROMETHEUS_MULTIPROC_DIR"] = self.shared.name

    def __enter__(self):
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"]
        argv = [sys.executable, "-m", "uvicorn", "app:app", *options, "--workers", str(self.workers)]
        # Whatever is read of it, the processes write at its end.
        self.log = tempfile.TemporaryFile("a+b")
        self.process = subprocess.Popen(argv, cwd=FOLDER, env=self.env, stdout=self.log, stderr=self.log)
        fault = self.fault()
        if not fault:
            return self
        self.__exit__()
        raise SystemExit(f"The service does not start: {fault}.\n{self.said()[-1500:] or 'It has said nothing.'}")

    def fault(self):
        """Wait until the service answers; say why it does not, or nothing."""
        ends = time.monotonic() + self.patience
        while time.monotonic() < ends:
            try:
                status = self.ask("GET", "/health/live")[0]
                return "" if status == 200 else f"GET /health/live is answered with status {status}"
            except (OSError, http.client.HTTPException):
                pass
            if self.process.poll() is not None:
                return f"its process has ended with exit code {self.process.returncode}"
            if "Traceback" in self.said():
                # Of several processes each is started anew when it fails, for ever.
                ends = min(ends, time.monotonic() + AFTER_A_FAULT)
            time.sleep(0.05)
        if "Traceback" in self.said():
            return "nothing answers at its port"
        within = f"nothing answers at its port within {self.patience} s"
        return f"{within}; on a busy machine try --patience {2 * self.patience}"

    def said(self):
        """What its processes wrote so far."""
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace").strip()

    def ask(self, method, path, body=None):
        """Send one request on a connection of its own; return its status and its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def send_mixed(service):
    """200 movies, some predictions, a few requests that go wrong."""
    sent = Counter(service.ask("GET", f"/movies/{number}")[0] for number in range(1, 201))
    bodies = [{"user_id": 7 + number, "movie_id": 3 * number + 1} for number in range(40)]
    bodies += [{"user_id": 1, "movie_id": 666}] * 3 + [{"user_id": 0, "movie_id": 1}] * 4
    sent.update(service.ask("POST", "/predict", body)[0] for body in bodies)
    sent.update(service.ask("GET", f"/nothing/{number}")[0] for number in range(3))
    return sent


def show(page):
    lines = [line for line in page.splitlines() if line and not line.startswith("#")]
    series = Counter(found[1] for line in lines if (found := NAME.match(line)))
    print("\nseries by metric")
    for name, count in sorted(series.items()):
        print(f"  {name:<34} {count:>5}")
    if not series:
        print("  (none)")
    counted = [line for line in lines if line.startswith(("http_requests_total", "model_predictions_total"))]
    print("\nthe first ten counters")
    for line in counted[:10]:
        print(f"  {line}")
    if not counted:
        print("  (none)")


def total(page):
    """All requests to /predict on a page, whatever their status."""
    found = re.findall(r"^http_requests_total\{[^}]*/predict[^}]*\} ([\d.e+]+)", page, re.MULTILINE)
    return round(sum(map(float, found)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", action="store_true", help="two processes behind one port")
    parser.add_argument("--patience", type=int, default=PATIENCE, help="seconds until the service has to answer")
    options = parser.parse_args()
    if options.workers:
        with Service(2, options.patience) as service:
            for number in range(60):
                service.ask("POST", "/predict", {"user_id": 7, "movie_id": 3 * number + 1})
            told = Counter(total(service.ask("GET", "/metrics")[1]) for _ in range(10))
        print("60 requests to POST /predict, two processes; /metrics was asked ten times")
        for count, times in sorted(told.items()):
            print(f"  {times:>2} times it said {count}")
        return
    with Service(1, options.patience) as service:
        sent = send_mixed(service)
        page = service.ask("GET", "/metrics")[1]
    print("answers by status: " + ", ".join(f"{status}: {count}" for status, count in sorted(sent.items())))
    show(page)


if __name__ == "__main__":
    main()

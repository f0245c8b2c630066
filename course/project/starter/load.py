"""Runs your locustfile.py against your own service on this machine, and keeps what was measured in load.json.

    python load.py                 half a minute at 20 requests a second
    python load.py --seconds 60 --rate 40

Given; there is nothing to change here. Both programs listen and ask on 127.0.0.1 only, and end with this script.
"""

import argparse
import hashlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil

HERE = Path(__file__).resolve().parent
USERS, MOST_RATE, MOST_SECONDS = 4, 400, 120
READY_SECONDS = 60


def main():
    parser = argparse.ArgumentParser(description="load on your own service")
    parser.add_argument("--rate", type=float, default=20, help=f"requests a second, at most {MOST_RATE} (%(default)s)")
    parser.add_argument("--seconds", type=int, default=30, help=f"how long, at most {MOST_SECONDS} (%(default)s)")
    given = parser.parse_args()
    rate, seconds = min(given.rate, MOST_RATE), min(given.seconds, MOST_SECONDS)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "uvicorn", "app:app", "--host", "127.0.0.1", "--port", str(port)]
    with (HERE / "service.log").open("wb") as log:
        service = subprocess.Popen([*command, "--log-level", "warning"], cwd=HERE, stdout=log, stderr=log)
    try:
        wait(f"{url}/health/ready", service)
        report = run(url, rate, seconds, service)
    finally:
        service.terminate()
        service.wait()
    (HERE / "load.json").write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    show(report)


def run(url, rate, seconds, service):
    """Run Locust and look at both processes once a second."""
    # The rate is set by the locustfile; it reads both numbers where it wants to follow them.
    told = os.environ | {"LOAD_RATE": str(rate), "LOAD_USERS": str(USERS)}
    command = [
        *(sys.executable, "-m", "locust", "-f", str(HERE / "locustfile.py"), "--headless", "--host", url),
        *("--users", str(USERS), "--spawn-rate", str(USERS), "--run-time", f"{seconds}s"),
        *("--json", "--only-summary", "--loglevel", "ERROR", "--stop-timeout", "5"),
    ]
    with (HERE / "locust.out").open("wb") as out:
        locust = subprocess.Popen(command, cwd=HERE, env=told, stdout=out, stderr=subprocess.DEVNULL)
    watched = {"service": psutil.Process(service.pid), "locust": psutil.Process(locust.pid)}
    usage = []
    while locust.poll() is None:
        before = {name: busy(one) for name, one in watched.items()}
        began = time.monotonic()
        time.sleep(1)
        now = time.monotonic() - began
        usage.append({name: round(max(0.0, busy(one) - before[name]) / now, 3) for name, one in watched.items()})
    found = scenarios((HERE / "locust.out").read_text("utf-8"))
    spans = [one for one in found if one["ended"]]
    return {
        "asked_rate": rate,
        # From the first request to the last one; starting Locust is not part of it.
        "lasted": round(max(one["ended"] for one in spans) - min(one["began"] for one in spans), 2) if spans else 0.0,
        "cores": os.cpu_count(),
        "exit_code": locust.returncode,
        "locustfile": hashlib.sha256((HERE / "locustfile.py").read_bytes()).hexdigest(),
        "scenarios": found,
        # Processor time per second: 1.0 is one core, all of it.
        "usage": usage[1:-1] or usage,
    }


def scenarios(text):
    """What Locust counted, per name: requests, failures, and how many answers took so many milliseconds."""
    found = json.loads(text[text.index("[") : text.rindex("]") + 1])
    return [
        {
            "name": one["name"],
            "requests": one["num_requests"],
            "failures": one["num_failures"],
            "milliseconds": {str(int(float(key))): count for key, count in one["response_times"].items()},
            "began": one["start_time"],
            "ended": one["last_request_timestamp"],
            "per_second": one["num_reqs_per_sec"],
        }
        for one in found
    ]


def show(report):
    requests = sum(one["requests"] for one in report["scenarios"])
    failures = sum(one["failures"] for one in report["scenarios"])
    print(f"{requests} requests in {report['lasted']} s, {failures} failed; Locust's exit code: {report['exit_code']}")
    for name in ("service", "locust"):
        used = [one[name] for one in report["usage"]]
        print(f"processor time of {name}: {sum(used) / len(used):.2f} of one core on average, {max(used):.2f} at most")
    print("All of it stands in load.json. Percentiles are yours to read out of `milliseconds`.")


def busy(process):
    try:
        times = process.cpu_times()
    except psutil.Error:
        return 0.0
    return times.user + times.system


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(url, service):
    for _ in range(READY_SECONDS * 10):
        if service.poll() is not None:
            sys.exit("The service ended before it was ready; service.log says why.")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit(f"The service was not ready within {READY_SECONDS} s; service.log says more.")


if __name__ == "__main__":
    main()

"""Sends 200 requests to the service in this folder and shows what came back. Given; run `python traffic.py`.

It starts the service itself, on a free port of this machine, and stops it at the end.
The requests follow from the seed in .checker.json, so yours differ from your neighbor's.
`python traffic.py --slow` makes the model block for 50 ms and asks /health/live meanwhile.
"""

import argparse
import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

COUNT = 200
PATIENCE = 1.0
OCCUPATIONS = ("artist", "doctor", "engineer", "lawyer", "librarian", "none", "programmer", "student", "writer")
WRONG = {
    "user_id": ("259", 0, None),
    "movie_id": (-7, "298", 12.5),
    "age": (True, 21.5, 0, 121, "21"),
    "gender": ("male", "m", ""),
    "occupation": ("pilot", "Student", None),
}


@dataclass(frozen=True)
class Drawn:
    """One request, and the field that is wrong in it: '' for none, 'unknown movie' for one without a fault in form."""

    body: dict
    fault: str


def requests_for(seed, count=COUNT):
    """Draw the requests of one seed; the same seed draws the same ones on every machine."""
    draw = random.Random(f"traffic {seed}")
    fields = draw.sample(sorted(WRONG), len(WRONG))
    # The first field goes wrong clearly more often than each of the others.
    faults = [fields[0]] * draw.randint(14, 20) + [f for f in fields[1:] for _ in range(draw.randint(3, 9))]
    faults += ["unknown movie"] * draw.randint(5, 25)
    faults += [""] * (count - len(faults))
    draw.shuffle(faults)
    return [Drawn(_body(draw, fault), fault) for fault in faults]


def _body(draw, fault):
    body = {
        "user_id": draw.randint(1, 943),
        "movie_id": draw.randint(1, 1682),
        "age": draw.randint(7, 73),
        "gender": draw.choice("FM"),
        "occupation": draw.choice(OCCUPATIONS),
    }
    if fault == "unknown movie":
        body["movie_id"] = draw.randint(1683, 9999)
    elif fault:
        body[fault] = draw.choice(WRONG[fault])
    return body


class Service:
    """The app of this folder in a process of its own; use it with `with`."""

    def __init__(self, blocks_ms):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.env = os.environ | {
            "STUB_BLOCKS_MS": str(blocks_ms),
            "STUB_LOAD_SECONDS": "0.2",
            "PYTHONWARNINGS": "ignore",
        }

    def __enter__(self):
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        folder = Path(__file__).parent
        self.process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", "app:app", *options], cwd=folder, env=self.env
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait(self):
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit("app.py does not start; the lines above say why.")
            try:
                # 404 is fine too: the starter has no readiness yet.
                if self.ask("GET", "/health/ready")[0] != 503:
                    return
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("The service is still not ready after 30 seconds; look at /health/ready.")

    def ask(self, method, path, body=None, timeout=30.0):
        """Send one request; return its status and its text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, {"Content-Type": "application/json"} if sent else {})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def own_seed():
    """Return the seed in .checker.json beside this file; 1 where there is none."""
    try:
        return int(json.loads(Path(__file__).with_name(".checker.json").read_text())["seed"])
    except (OSError, ValueError, KeyError, TypeError):
        return 1


def places(text):
    """Return `where` of every error in a problem document; nothing for another form of answer."""
    try:
        return [one["where"] for one in json.loads(text)["errors"]]
    except (ValueError, KeyError, TypeError):
        return []


def table(title, counts):
    print(f"\n{title}")
    for name, count in sorted(counts.items(), key=lambda item: str(item[0])):
        print(f"  {name!s:<18} {count:>4}")
    if not counts:
        print("  (none)")


def send_all(seed):
    """Send the 200 requests and show the answers by status and by place of refusal."""
    with Service(blocks_ms=0) as service, ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: service.ask("POST", "/predict", one.body), requests_for(seed)))
    print(f"seed {seed}: {len(answers)} requests to POST /predict")
    table("answers by status", Counter(status for status, _ in answers))
    refused = [places(text) for status, text in answers if status == 422]
    table("refused with 422, by `where`", Counter(place for found in refused for place in found))
    if any(not found for found in refused):
        print("  Some refusals name no place: that comes with task 3.")


def send_slow(seed):
    """Keep predictions running, ask /health/live meanwhile, show how often it answered in time."""
    bodies = [one.body for one in requests_for(seed) if not one.fault][:80]
    answered = []
    with Service(blocks_ms=50) as service, ThreadPoolExecutor(len(bodies)) as pool:
        running = [pool.submit(service.ask, "POST", "/predict", body) for body in bodies]
        while not all(one.done() for one in running) and len(answered) < 10:
            answered.append(_alive(service))
    print(f"{len(bodies)} predictions of 50 ms each, sent at once; meanwhile GET /health/live, {len(answered)} times")
    print(f"  answered within {PATIENCE:g} s: {sum(answered)} of {len(answered)}")


def _alive(service):
    try:
        return service.ask("GET", "/health/live", timeout=PATIENCE)[0] == 200
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=own_seed(), help="default: the one in .checker.json, else 1")
    parser.add_argument("--slow", action="store_true", help="let the model block for 50 ms and watch /health/live")
    options = parser.parse_args()
    (send_slow if options.slow else send_all)(options.seed)


if __name__ == "__main__":
    main()

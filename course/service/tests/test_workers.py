"""Several worker processes: they share the port and the numbers, and are replaced when they end."""

import concurrent.futures
import http.client
import json
import os
import re
import signal
import time
import urllib.request

import pytest

pytestmark = pytest.mark.slow


def _post(url, body):
    request = urllib.request.Request(f"{url}/predict", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.status


def _metric(url, name):
    with urllib.request.urlopen(f"{url}/metrics", timeout=30) as reply:
        text = reply.read().decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if re.match(rf"{name}[{{ ]", line))


def _children(process):
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
        return [int(one) for one in children.read().split()]


def _until(holds):
    """Wait for what must come true, however busy the machine is; fail when it has not within a minute."""
    ends = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < ends, "it did not come true within a minute"
        time.sleep(0.05)


def _lives(pid):
    """A zombie has ended, whether or not somebody has taken note."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def two(serve, bundle, tmp_path):
    process, url = serve(
        model_dir=bundle, workers=2, access_log="off", prediction_log="required", spool_dir=tmp_path / "spool"
    )
    return process, url, tmp_path / "spool"


def test_counts_of_all_workers_are_added_up(two, example):
    _, url, spool = two
    body = json.dumps(example).encode()

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: _post(url, body), range(400)))

    assert statuses == [200] * 400
    # Both took part: each has a file of its own.
    assert len(list(spool.glob("*.open"))) == 2
    # Each hands its counts over once a second, when it gets to it.
    _until(lambda: _metric(url, "movie_service_predictions_total") == 400)
    _until(lambda: _metric(url, "movie_service_prediction_score_count") == 400)
    for _ in range(5):
        assert _metric(url, "movie_service_predictions_total") == 400
        assert _metric(url, "movie_service_prediction_score_count") == 400
        assert _metric(url, 'movie_service_requests_total{method="POST"') == 0
    assert _metric(url, "movie_service_workers") == 2


def test_killed_worker_is_replaced_and_its_counts_stay(two, example):
    process, url, _ = two
    body = json.dumps(example).encode()
    for _ in range(50):
        _post(url, body)
    _until(lambda: _metric(url, "movie_service_predictions_total") == 50)
    before = _metric(url, "process_cpu_seconds_total")
    victims = _children(process)

    os.kill(victims[0], signal.SIGKILL)
    said = next(line for line in map(json.loads, process.stderr) if line["level"] == "error")
    _until(lambda: len(_children(process)) == 2)

    assert said["message"] == f"worker {victims[0]} ended with status -9 and is replaced"
    assert len(_children(process)) == 2 and victims[0] not in _children(process)
    assert _post(url, body) == 200
    _until(lambda: _metric(url, "movie_service_predictions_total") == 51)
    assert _metric(url, "process_cpu_seconds_total") >= before


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_workers_end_with_the_parent(two, number):
    process, _, _ = two
    workers = _children(process)

    process.send_signal(number)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert not any(_lives(pid) for pid in workers)


def test_wrong_setting_of_a_worker_ends_the_parent(bundle, tmp_path):
    import subprocess
    import sys

    settings = {"MODEL_DIR": bundle, "WORKERS": 2, "PORT": 0, "ACCESS_LOG": tmp_path}
    env = os.environ | {f"MOVIE_SERVICE_{name}": str(value) for name, value in settings.items()}

    done = subprocess.run(
        [sys.executable, "-m", "movie_service"], env=env, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2
    assert f"error: MOVIE_SERVICE_ACCESS_LOG is {str(tmp_path)!r}" in done.stderr


def test_workers_end_when_their_parent_is_killed(two):
    process, _, _ = two
    workers = _children(process)

    process.kill()
    process.communicate(timeout=60)

    assert len(workers) == 2
    # They look for their parent once a second; a busy machine lets them wait for their turn.
    _until(lambda: not any(_lives(pid) for pid in workers))


def _ready(url):
    host = url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@pytest.mark.parametrize("workers", [1, 2])
def test_rolling_update_under_load_fails_no_request(serve, bundle, example, workers):
    """A balancer of four lines asks for readiness; one instance ends and another takes over, twice."""
    body = json.dumps(example).encode()
    settings = {"model_dir": bundle, "workers": workers, "drain_seconds": 1, "access_log": "off"}
    instances = [serve(**settings)]
    targets = [instances[0][1]]
    ending = []

    def ask(_):
        return _post(targets[0], body)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        for _ in range(2):
            before = [pool.submit(ask, number) for number in range(150)]
            old, (process, url) = targets[0], serve(**settings)
            instances.append((process, url))
            assert _ready(url)
            leaving = instances[-2][0]
            leaving.send_signal(signal.SIGTERM)
            while _ready(old):
                time.sleep(0.02)
            during = [pool.submit(ask, number) for number in range(50)]
            targets[0] = url
            after = [pool.submit(ask, number) for number in range(150)]
            ending += [*before, *during, *after]
            leaving.communicate(timeout=60)
        statuses = [one.result() for one in ending]

    assert statuses == [200] * 700


def test_readiness_ends_before_the_answers_do(serve, bundle, example):
    process, url = serve(model_dir=bundle, drain_seconds=30, access_log="off")
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/health/ready")
    connection.getresponse().read()

    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 30
    while _ready(url) and time.monotonic() < deadline:
        time.sleep(0.02)
    connection.request("POST", "/predict", json.dumps(example), {"Content-Type": "application/json"})
    reply = connection.getresponse()
    reply.read()
    connection.close()

    assert reply.status == 200
    assert reply.headers["connection"] == "close"
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}/health/ready", timeout=10)
    assert json.load(refused.value)["detail"] == "The service is ending. Send requests to another instance."
    refused.value.close()
    with urllib.request.urlopen(f"{url}/health/live", timeout=10) as alive:
        assert alive.status == 200
    # A second signal means: now.
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

"""python -m movie_service as a real process."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from movie_service.settings import Settings

START = [sys.executable, "-m", "movie_service"]


def _environment(**settings):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MOVIE_SERVICE_")}
    return clean | {f"MOVIE_SERVICE_{name.upper()}": str(value) for name, value in settings.items()}


def _post(url, body):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


@pytest.mark.slow
def test_answers_logs_and_ends_in_peace(serve, bundle, example):
    process, url = serve(model_dir=bundle)

    answer = _post(f"{url}/predict", json.dumps(example).encode())
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)

    assert answer["model_version"] == "1.0.0"
    (line,) = out.splitlines()
    assert json.loads(line)["path"] == "/predict"
    assert all(json.loads(line)["level"] == "info" for line in err.splitlines())
    assert process.returncode in (0, -signal.SIGTERM)


@pytest.mark.slow
def test_ctrl_c_ends_it_without_a_traceback(serve, bundle, example):
    process, url = serve(model_dir=bundle)

    # Before the first answer Ctrl-C may come while it still starts, which ends with 130.
    _post(f"{url}/predict", json.dumps(example).encode())
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert process.returncode == 0
    assert [line for line in err.splitlines() if json.loads(line)["level"] != "info"] == []


@pytest.mark.slow
def test_endless_body_is_refused_while_it_comes(serve, bundle):
    """Chunked, without Content-Length: the answer comes although the body has no end yet."""
    _, url = serve(model_dir=bundle, max_body_bytes=1000)
    host, port = url.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        reply = connection.recv(65536)

    assert reply.startswith(b"HTTP/1.1 413 ")


@pytest.mark.slow
def test_client_that_leaves_is_no_fault(serve, bundle):
    process, url = serve(model_dir=bundle)
    host, port = url.removeprefix("http://").split(":")

    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")

    line = json.loads(process.stdout.readline())
    assert (line["status"], line["route"]) == (499, "/predict")


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"tree\nversion=v4\n"])
def test_bad_model_never_ends_the_process(serve, own_bundle, content):
    (own_bundle / "model.txt").write_bytes(content)
    process, url = serve(model_dir=own_bundle)

    with urllib.request.urlopen(f"{url}/health/live", timeout=30) as reply:
        assert reply.status == 200
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}/health/ready", timeout=30)
    assert refused.value.code == 503
    assert str(own_bundle / "model.txt") in json.load(refused.value)["detail"]
    refused.value.close()
    assert process.poll() is None


def _refused(*arguments, **settings):
    done = subprocess.run(
        [*START, *arguments], env=_environment(**settings), capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_wrong_setting_ends_with_status_2():
    assert _refused(port="x") == (
        2,
        "",
        "error: MOVIE_SERVICE_PORT is 'x', but the input should be a valid integer, "
        "unable to parse string as an integer.\n"
        "try: unset MOVIE_SERVICE_PORT to use the default '8000'\n",
    )


@pytest.mark.slow
def test_busy_port_ends_with_status_2():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        assert _refused(port=port) == (
            2,
            "",
            f"error: MOVIE_SERVICE_HOST and MOVIE_SERVICE_PORT are '127.0.0.1' and {port}, "
            "but that address cannot be used (Address already in use).\n"
            "try: set MOVIE_SERVICE_PORT=0 to take any free port\n",
        )


@pytest.mark.slow
def test_help_lists_every_setting():
    status, out, _ = _refused("--help")

    assert status == 0
    assert re.findall(r"MOVIE_SERVICE_(\w+)", out) == [name.upper() for name in Settings.model_fields]

"""Outputs made readable, and equal for two runs of the same thing."""

from __future__ import annotations

import pytest

from checker.cleaning import buildkit, plain, stable
from checker.live import with_local_base


def test_a_terminal_s_codes_and_overwritten_lines_are_gone():
    text = "\x1b[1;32mok\x1b[0m \x1b]0;title\x07done\r\n10 %\r50 %\r100 %\nlast  \n"

    assert plain(text) == "ok done\n100 %\nlast\n"


def test_names_are_replaced():
    assert plain("in here/ck-1-api: here/ck-1-api", {"here": ".", "ck-1-": ""}) == "in ./api: ./api"


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("sha256:" + "0f" * 32, "sha256:<digest>"),
        ("Removing 3f9b1c2d4e5f", "Removing <id>"),
        ("2026-11-21T10:00:00.123Z start", "<time> start"),
        ("[21/Nov/2026:10:00:00 +0000] GET", "[<time>] GET"),
        ("Wed Nov 25 17:34:07 UTC 2026", "<time> 2026"),
        ("pod/movie-7d9f8b6c5-x2x4z created", "pod/movie-<pod> created"),
        ("10.244.0.7:8000", "<address>:8000"),
        ("0.0.0.0:49153->8000/tcp", "0.0.0.0:<port>->8000/tcp"),
        ("127.0.0.1:8000", "127.0.0.1:8000"),
        ("Up 3 seconds (healthy)", "Up <age> (healthy)"),
        ("About a minute ago", "<age>"),
        ("Running   0   2m3s", "Running   0   <age>"),
        ("#7 DONE 12.3s", "#7 DONE <age>"),
        ("--interval=5s", "--interval=5s"),
        ("Fetched 15.0 MB (1436 kB/s)", "Fetched 15.0 MB (<speed>)"),
        ("movie-service:1 python3.11 uid 10001", "movie-service:1 python3.11 uid 10001"),
        ("deadbeef feedface", "deadbeef feedface"),
    ],
)
def test_what_differs_from_run_to_run_becomes_a_mark(text, mark):
    assert stable(text) == mark


LOG = """#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 32B done
#1 DONE 0.0s

#9 [stage-1 2/3] COPY --from=build /opt/venv /opt/venv
#5 [build 10/10] RUN pip install x
#4 [build 2/10] RUN python -m venv /opt/venv
#4 CACHED
#5 sha256:0f0f0f
#5 0.612 Collecting x

#5 [build 10/10] RUN pip install x
#5 1.200 Successfully installed x-1
#5 DONE 1.3s
#9 DONE 0.2s

#10 exporting to image
#10 writing image sha256:0f 0.0s done
executor failed running [/bin/sh -c false]: exit code: 1
"""


def test_a_build_reads_in_the_order_of_its_file():
    assert buildkit(LOG).splitlines() == [
        "[build 2/10] RUN python -m venv /opt/venv",
        "[build 10/10] RUN pip install x",
        "Collecting x",
        "Successfully installed x-1",
        "[stage-1 2/3] COPY --from=build /opt/venv /opt/venv",
        "executor failed running [/bin/sh -c false]: exit code: 1",
    ]


def test_the_local_base_stands_in_for_python_images_that_are_not_there_and_for_no_stage():
    text = "FROM python:3.12-slim AS build\nFROM python:3.11-slim\n"
    text += "FROM --platform=linux/amd64 docker.io/library/python:3.13\nFROM build\n"

    made, said = with_local_base(text, {"base": "python:3.13-slim", "local": "python:3.13-slim python:3.11-slim"})

    base = "python:3.13-slim"
    assert made == f"FROM {base} AS build\nFROM python:3.11-slim\nFROM --platform=linux/amd64 {base}\nFROM build\n"
    assert said == (
        f"FROM python:3.12-slim was not pulled: the local image {base} stood in for it.",
        f"FROM docker.io/library/python:3.13 was not pulled: the local image {base} stood in for it.",
    )
    assert with_local_base(text, {}) == (text, ())

"""Outputs made readable, and equal for two runs of the same thing."""

from __future__ import annotations

import pytest

from checker.cleaning import plain, stable


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
        ("movie-service:1 python3.11 uid 10001", "movie-service:1 python3.11 uid 10001"),
        ("deadbeef feedface", "deadbeef feedface"),
    ],
)
def test_what_differs_from_run_to_run_becomes_a_mark(text, mark):
    assert stable(text) == mark

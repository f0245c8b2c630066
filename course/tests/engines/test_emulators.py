"""The AWS emulators, as far as no server is needed: what is said when one is not there, and whose account a key is."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from course.engines import emulators, found, moto_server, servers, table
from course.engines.emulators import EMULATORS
from course.engines.found import EngineTrouble

MOTO, MINISTACK = EMULATORS


@pytest.fixture
def port():
    """A port of loopback on which somebody listens who is no emulator."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.mark.parametrize("emulator", EMULATORS, ids=lambda one: one.name)
def test_the_pinned_version_is_the_locked_one(emulator):
    pins = re.findall(rf"^{emulator.name}(?:\[\w+\])?==(\S+)", emulator.lock().read_text(), re.MULTILINE)

    assert pins == [table.pins()[emulator.name].version]


def test_what_is_said_where_none_answers(monkeypatch):
    monkeypatch.setattr(found, "system", lambda: "debian")
    port = free_port()

    said = replace(MOTO, port=port).find()

    assert (said.found, said.needed) == (
        False, f"moto does not answer on 127.0.0.1:{port}. Bring it up: make infra."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("emulator", "way"),
    [
        (
            MOTO,
            f"uv run --isolated --no-project --python 3.13 --with 'moto[server]==5.2.5' python {moto_server.__file__}",
        ),
        (
            MINISTACK,
            "BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 uv run --isolated --no-project --python 3.13 "
            "--with 'ministack[full]==1.5.33' python -m ministack",
        ),
    ],
    ids=["moto", "ministack"],
)
def test_elsewhere_one_command_starts_it(monkeypatch, emulator, way):
    monkeypatch.setattr(found, "system", lambda: "mac")
    port = free_port()

    said = replace(emulator, port=port).find().needed

    assert said == (
        f"{emulator.name} does not answer on 127.0.0.1:{port}. Start it in a terminal of its own: {way}."
    )  # fmt: skip


def test_another_program_on_its_port_is_no_emulator_and_a_fault(monkeypatch, port):
    monkeypatch.setattr(found, "system", lambda: "debian")
    monkeypatch.setattr(servers.Server, "version", lambda self: None)
    # Under its own name the one of this machine would be started anew.
    one = replace(MOTO, name="moto-elsewhere", port=port)
    wrong = f"Port {port} of 127.0.0.1 is taken by another program than moto-elsewhere. End that one first."

    assert one.find().needed == one.fault() == wrong
    with pytest.raises(EngineTrouble) as trouble:
        one.up(print)
    assert str(trouble.value) == wrong


def test_one_that_nobody_started_is_no_fault():
    assert replace(MOTO, name="moto-elsewhere", port=free_port()).fault() == ""


@pytest.mark.parametrize(
    ("signature", "query", "account"),
    [
        ("AWS4-HMAC-SHA256 Credential=210987654321/20261125/us-east-1/s3/aws4_request, …", "", "210987654321"),
        ("", "X-Amz-Credential=210987654321%2F20261125%2Fus-east-1", "210987654321"),
        ("", "AWSAccessKeyId=210987654321&Signature=x", "210987654321"),
        ("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261125/us-east-1/s3", "", None),
        ("AWS4-HMAC-SHA256 Credential=2109876543210/20261125/us-east-1/s3", "", None),
        ("", "", None),
    ],
)
def test_a_key_of_twelve_digits_is_the_account(signature, query, account):
    seen, said = {}, []
    app = moto_server.one_account_per_key(
        lambda environ, start: seen.update(environ) or start("200 OK", [("A", "b")]) or [b"x"], "5.2.5"
    )

    list(app({"HTTP_AUTHORIZATION": signature, "QUERY_STRING": query}, lambda *words: said.append(words)))

    assert seen.get("HTTP_X_MOTO_ACCOUNT_ID") == account
    assert said == [("200 OK", [("A", "b"), ("X-Moto-Version", "5.2.5")])]


@pytest.mark.slow
def test_real_credentials_and_endpoints_of_the_user_are_out_of_sight(tmp_path, monkeypatch):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text("[work]\naws_access_key_id = AKIA\naws_secret_access_key = s\n")
    given = {
        "HOME": str(tmp_path), "AWS_PROFILE": "work", "AWS_SESSION_TOKEN": "real",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    code = (
        "import boto3; s = boto3.Session(); c = s.client('s3'); k = s.get_credentials(); "
        "print(c.meta.endpoint_url, c.meta.region_name, k.access_key, bool(k.token))"
    )
    env = {"PATH": "/usr/bin:/bin", **given, **emulators.reached_by("http://127.0.0.1:5555")}

    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "http://127.0.0.1:5555 us-east-1 123456789012 False\n"), done.stderr


def test_the_launcher_stands_alone():
    """It is run by another interpreter, which has nothing of the course."""
    text = Path(moto_server.__file__).read_text(encoding="utf-8")

    assert "course." not in text

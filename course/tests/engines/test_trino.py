"""Trino without Trino: which JDK is taken, what is said without one, and the client over a server of a test."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from course.engines import bring, command, found, places, trino
from course.engines.found import NotHere
from course.engines.table_of_engines import ENGINES
from course.engines.trino import TRINO
from course.engines.trino_client import Answer, Refused, ask

pytestmark = pytest.mark.slow


def jdk(place, version):
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "java").touch()
    (place / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
    return place


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with no JDK but those that a test puts into its folder."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(trino, "JAVA_PLACES", (str(tmp_path),))
    return tmp_path


def test_the_newest_jdk_that_is_new_enough(machine):
    jdk(machine / "old", "17.0.15")
    jdk(machine / "new", "24.0.2")
    newest = jdk(machine / "newest" / "Contents" / "Home", "25.0.3")
    (machine / "broken").mkdir()
    (machine / "broken" / "release").write_text('JAVA_VERSION="26"\n')

    assert trino.java_home() == newest


def test_a_jdk_that_is_named(machine, monkeypatch, tmp_path_factory):
    named = jdk(tmp_path_factory.mktemp("named") / "jdk", "24")
    monkeypatch.setenv("JAVA_HOME", str(named))

    assert trino.java_home() == named


def test_without_a_jdk_it_is_left_out_and_asked_for_it_is_an_error(machine, monkeypatch, capsys, tmp_path):
    # Engines may be coming up beside this, under the lock of the real one.
    monkeypatch.setattr(places, "STATE", tmp_path / "state")
    jdk(machine / "old", "23")
    monkeypatch.setattr(found, "system", lambda: "debian")
    monkeypatch.setattr(trino.Trino, "version", lambda self: None)
    monkeypatch.setattr("course.engines.servers.taken", lambda port: False)
    monkeypatch.setattr("course.engines.servers.can_bring_up", lambda: True)
    for module in (command, bring):
        monkeypatch.setattr(module, "ENGINES", {"trino": TRINO})
    wrong = "It needs a JDK of 24 or newer, and the newest here is 23."
    way = "unpack one below /opt or name it by JAVA_HOME, then make infra"

    assert TRINO.find().needed == (
        f"trino does not answer on 127.0.0.1:18080. {wrong} Unpack one below /opt or name it by JAVA_HOME, "
        "then make infra."
    )
    with pytest.raises(NotHere):
        TRINO.up(print)
    assert command.main(["up"]) == 0
    assert capsys.readouterr().err == f"left out: trino: {wrong}\ntry: {way}\n"
    assert command.main(["up", "trino"]) == 1
    assert capsys.readouterr().err == f"error: trino: {wrong}\ntry: {way}\n"


def test_no_jdk_at_all(machine):
    assert trino.no_java() == "It needs a JDK of 24 or newer, and there is none here."


def test_one_that_starts_is_not_there_yet():
    page = {"nodeVersion": {"version": "476"}, "starting": True}

    assert TRINO.version_in(json.dumps(page), {}) is None
    assert TRINO.version_in(json.dumps(page | {"starting": False}), {}) == "476"
    assert ENGINES["trino"] is TRINO


@pytest.fixture
def server():
    """Answers with the pages that a test puts on its list, and keeps what it was asked."""

    class Pages(BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            schema, catalog = self.headers.get("X-Trino-Schema"), self.headers.get("X-Trino-Catalog")
            self.server.asked.append((self.path, body, catalog, schema))
            status, page = self.server.pages.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(page).encode())

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Pages) as one:
        one.asked, one.pages = [], []
        one.url = f"http://127.0.0.1:{one.server_port}"
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


def test_pages_are_followed_to_the_end(server):
    columns = [{"name": "n", "type": "bigint"}]
    server.pages += [
        (200, {"nextUri": f"{server.url}/2"}),
        (503, {}),
        (200, {"nextUri": f"{server.url}/3", "columns": columns, "data": [[1]]}),
        (200, {"columns": columns, "data": [[2], [None]]}),
    ]

    answer = ask(server.url, "select n from t", schema="logs")

    assert answer == Answer((("n", "bigint"),), ((1,), (2,), (None,)))
    assert server.asked[0] == ("/v1/statement", "select n from t", "hive", "logs")
    assert [path for path, *_ in server.asked] == ["/v1/statement", "/2", "/2", "/3"]


def test_what_trino_refuses_has_its_own_name(server):
    server.pages.append((200, {"error": {"errorName": "TYPE_MISMATCH", "message": "line 1:8: no"}}))

    with pytest.raises(Refused) as refused:
        ask(server.url, "select 1 > 'a'")

    assert (refused.value.name, str(refused.value)) == ("TYPE_MISMATCH", "TYPE_MISMATCH: line 1:8: no")


def test_a_statement_without_end(server):
    server.pages += [(200, {"nextUri": f"{server.url}/2"})]

    with pytest.raises(Refused, match="TOO_SLOW: no end within 0 seconds"):
        ask(server.url, "select 1", seconds=0)

"""A check and the room that it tells: over a real connection, what leaves the machine, and that nobody waits."""

from __future__ import annotations

import http.client
import json
import socket
import threading

import pytest

from checker.cli import main
from checker.course import Course
from checker.errors import CheckerError, Misuse
from checker.room import FILE, Joined, join, joined_room
from checker.room_server import MOST_BYTES, Server, known_checks
from checker.room_state import Room
from checker.state import load_state
from checker.tests.test_room import token


@pytest.fixture
def server(mini):
    with Server(Room(known_checks(mini)), "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(server: Server) -> str:
    return f"127.0.0.1:{server.server_address[1]}"


def post(server, path, body, kind="application/json"):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request("POST", path, body, {"Content-Type": kind})
    reply = connection.getresponse()
    return reply.status, json.loads(reply.read())


def started(mini: Course, hand_in, **files) -> None:
    hand_in(**files).rename(mini.root / "01_greeting")
    mini.work.mkdir(exist_ok=True)
    (mini.root / "01_greeting").rename(mini.work / "01_greeting")


@pytest.fixture
def patient(monkeypatch):
    """A busy machine may need longer than a trainee's check would wait."""
    monkeypatch.setattr("checker.room.SECONDS", 60)


STARTER = "def greet(name):\n    return 'Hello'\n"


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_a_check_tells_the_room_it_joined(mini, server, hand_in, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    started(mini, hand_in, greeting__py=STARTER)
    assert main(["room", "join", address(server)]) == 0
    name = joined_room(mini).name
    assert capsys.readouterr().out == (
        f"joined: http://{address(server)}, as {name}\n"
        "Each check now tells the room: exercise, checks, verdicts. No code, no file, no name of yours.\n"
        "to stop it: checker room leave\n"
    )

    main(["check", "1"])

    (stop,) = server.room.wall(server.clock()).stops
    assert (stop.check.name, stop.people) == ("01.names", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_one_task_after_the_other_is_told_whole(mini, server, hand_in, monkeypatch):
    monkeypatch.chdir(mini.root)
    started(mini, hand_in)
    main(["room", "join", address(server)])

    main(["check", "1.1"])
    main(["check", "1.2"])

    assert server.room.wall(server.clock()).done == 1


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_only_verdicts_leave_the_machine(mini, hand_in, monkeypatch):
    """Everything that is sent, byte for byte."""
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            connection, _ = listener.accept()
            with connection:
                # The message ends with its two brackets.
                while not b"".join(heard).endswith(b"}}"):
                    heard.append(connection.recv(65536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=listen)
        thread.start()
        monkeypatch.chdir(mini.root)
        started(mini, hand_in, greeting__py=STARTER)
        joined = Joined("127.0.0.1", listener.getsockname()[1], token(1), "red kite")
        (mini.work / FILE).write_text(json.dumps(vars(joined)))
        main(["check", "1"])
        thread.join(30)

    body = json.loads(b"".join(heard).partition(b"\r\n\r\n")[2])
    rows = {"imports": "kept", "names": "not_yet", "answers": "waits_for"}
    assert body == {"token": token(1), "exercise": "01_greeting", "rows": rows}


@pytest.mark.slow
def test_a_room_that_has_gone_changes_nothing_and_is_left_alone_for_a_minute(mini, hand_in, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    started(mini, hand_in)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (mini.work / FILE).write_text(json.dumps(vars(Joined("127.0.0.1", port, token(1), "red kite"))))
    main(["check", "1", "--seed", "3"])
    alone = capsys.readouterr()
    for thread in threading.enumerate():
        if thread.daemon and thread.name.endswith("(_tell)"):
            thread.join(30)

    assert "5 of 5 points" in alone.out
    assert alone.err == ""
    assert joined_room(mini).quiet_until > 0


@pytest.mark.slow
def test_a_room_that_takes_and_never_answers_holds_no_check(mini, hand_in, monkeypatch, capsys):
    """The report is printed before the room is told; the process then gives it half a second and ends."""
    monkeypatch.chdir(mini.root)
    started(mini, hand_in)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        joined = Joined("127.0.0.1", listener.getsockname()[1], token(1), "red kite")
        (mini.work / FILE).write_text(json.dumps(vars(joined)))

        assert main(["check", "1"]) == 0

    assert "5 of 5 points" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.usefixtures("patient")
def test_a_notebook_tells_it_too(mini, grader, server, hand_in, monkeypatch):
    from checker.judge import answer

    monkeypatch.chdir(mini.root)
    started(mini, hand_in, greeting__py=STARTER)
    folder = mini.work / "01_greeting"
    load_state(folder).save()
    join(mini, address(server))
    monkeypatch.setattr(grader, "course", mini)

    answer(grader, {"exercise": "1", "folder": str(folder), "task": None})
    for thread in threading.enumerate():
        if thread.name.endswith("(_tell)"):
            thread.join(30)

    assert server.room.wall(server.clock()).people == 1
    assert [stop.people for stop in server.room.wall(server.clock()).stops] == [1]


def test_without_a_room_nothing_is_told(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert (main(["room"]), main(["room", "leave"])) == (0, 0)
    assert capsys.readouterr().out == (
        "no room was joined, nothing is told\nto join one: checker room join ADDRESS\nno room was joined\n"
    )


def test_leaving(mini, server, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)
    join(mini, address(server))

    assert main(["room", "leave"]) == 0

    assert capsys.readouterr().out == "left: nothing is told any more\n"
    assert joined_room(mini) is None


def test_no_room_at_an_address(mini):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(CheckerError) as refused:
        join(mini, f"127.0.0.1:{port}")

    assert str(refused.value) == f"No room answers at http://127.0.0.1:{port}."
    assert joined_room(mini) is None


@pytest.mark.parametrize(
    ("path", "body", "kind", "refusal"),
    [
        ("/told", "{}", "text/plain", (400, "a message is application/json")),
        ("/told", "[" * 5000, "application/json", (400, "a message is JSON")),
        ("/told", "[]", "application/json", (400, "a message is an object")),
        ("/told", "x" * (MOST_BYTES + 1), "application/json", (400, f"a message has at most {MOST_BYTES} bytes")),
        ("/told", "{}", "application/json", (400, "no exercise of this course")),
        ("/join", '{"token": "me"}', "application/json", (400, "a token has 32 signs of 0-9 and a-f")),
        ("/else", "{}", "application/json", (404, "A room takes /join and /told.")),
    ],
)
def test_the_server_refuses_what_it_does_not_know(server, path, body, kind, refusal):
    status, error = refusal

    assert post(server, path, body, kind) == (status, {"error": error})


def test_the_wall_over_http(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request("GET", "/")
    reply = connection.getresponse()

    assert reply.status == 200
    assert reply.getheader("Content-Security-Policy").startswith("default-src 'none'")
    assert "Nobody has checked anything yet." in reply.read().decode()


def test_the_wall_as_json(server):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request("GET", "/room.json")

    assert json.loads(connection.getresponse().read())["people"] == 0


def test_a_port_that_is_taken(server):
    with pytest.raises(Misuse) as refused:
        Server(Room({}), "127.0.0.1", server.server_address[1])

    assert str(refused.value) == (
        f"The room cannot be opened at 127.0.0.1, port {server.server_address[1]}: Address already in use."
    )

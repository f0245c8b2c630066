"""What a room is given: the files of the list, whole or in part, to many at once; and nothing else."""

import errno
import http.client
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from course.classroom import command, page
from course.classroom.folder import Listed, Served, listing
from course.classroom.server import Server, _kind, span
from course.start.console import Trouble


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "room"
    texts = {
        "README.html": f"<h1>Here</h1>{page.HERE}", "pack.tar.gz": "0123456789", "site/index.html": "<h1>Site</h1>",
        "wheelhouse/one-1.0-py3-none-any.whl": "wheel",
    }  # fmt: skip
    for name, text in texts.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_text(text)
    (made / "notes.txt").write_text("not of the classroom")
    (tmp_path / "codes.txt").write_text("secret")
    listed = Listed({"learn.txt": "x"}, (Served("linux-x86_64", "3.12", 1, 5),), listing(made))
    listed.write(made)
    return made, listed


@pytest.fixture
def server(folder):
    with Server(*folder, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(server, path, method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=60)
    connection.request(method, path, headers=headers)
    reply = connection.getresponse()
    return reply.status, reply.read().decode(), reply.headers


def test_files_of_the_list_are_given(server):
    status, text, headers = ask(server, "/pack.tar.gz?again")

    assert (status, text) == (200, "0123456789")
    assert (headers["Content-Type"], headers["Content-Encoding"]) == ("application/gzip", None)
    assert ask(server, "/site/")[:2] == (200, "<h1>Site</h1>")
    assert ask(server, "/classroom.json")[0] == 200


@pytest.mark.parametrize(("name", "kind"), [("worker.mjs", "text/javascript"), ("python.wasm", "application/wasm")])
def test_what_a_browser_runs_is_named_so_whatever_the_machine_calls_it(name, kind, monkeypatch):
    monkeypatch.setattr("mimetypes.guess_type", lambda _: ("text/plain", None))

    assert _kind(f"site/assets/{name}").partition(";")[0] == kind


def test_a_folder_without_its_slash_leads_to_its_page(server):
    status, _, headers = ask(server, "/site")

    assert (status, headers["Location"]) == (301, "/site/")


@pytest.mark.parametrize(
    "path",
    ["/notes.txt", "/../codes.txt", "/%2e%2e/codes.txt", "/site/..%2f..%2fcodes.txt", "//etc/passwd", "/site/.."],
)
def test_nothing_else_is_given(server, path):
    status, text, _ = ask(server, path)

    assert (status, text) == (404, "The folder has no such file; its page is at /.\n")


def test_a_link_that_leads_out_of_the_folder_is_not_followed(server, folder):
    made, _ = folder
    (made / "pack.tar.gz").unlink()
    (made / "pack.tar.gz").symlink_to(made.parent / "codes.txt")

    assert ask(server, "/pack.tar.gz")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_written(server, method):
    assert ask(server, "/pack.tar.gz", method)[0] == 501


def test_a_fetch_that_broke_off_goes_on(server):
    status, text, headers = ask(server, "/pack.tar.gz", Range="bytes=4-")

    assert (status, text, headers["Content-Range"]) == (206, "456789", "bytes 4-9/10")
    assert ask(server, "/pack.tar.gz", Range="bytes=10-")[0] == 416
    assert ask(server, "/pack.tar.gz", "HEAD")[1] == ""


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", (0, 4)),
        ("bytes=4-", (4, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=8-99", (8, 10)),
        ("bytes=0-1,4-5", (0, 10)),
        ("lines=1", (0, 10)),
        ("bytes=-", (0, 10)),
    ],
)
def test_a_part_is_read_from_its_header(asked, part):
    assert span(asked, 10) == part


def test_the_page_has_the_line_with_this_address(server):
    text = ask(server, "/")[1]

    assert "<h1>Here</h1>" in text
    assert f"curl -fsS -o ~/pack.tar.gz {server.url}/pack.tar.gz &amp;&amp; mkdir ~/course" in text


def test_wheels_are_listed_with_their_digests(server, folder):
    _, listed = folder
    name = "one-1.0-py3-none-any.whl"

    assert (
        f'<a href="{name}#sha256={listed.files[f"wheelhouse/{name}"].sha256}">{name}</a>'
        in (ask(server, "/wheelhouse/")[1])
    )


def test_more_than_it_takes_at_once_wait_and_all_are_served(server):
    """Four times as many as there are places."""
    with ThreadPoolExecutor(64) as pool:
        answers = list(pool.map(lambda _: ask(server, "/pack.tar.gz")[:2], range(256)))

    assert set(answers) == {(200, "0123456789")}


@pytest.mark.parametrize(
    ("host", "port", "text"),
    [
        (
            "0.0.0.0", 0,
            "error: '0.0.0.0' is no address that a trainee can type.\n"
            "try: --host with this machine's address in the room's network",
        ),
        (
            "203.0.113.9", 0,
            f"error: the classroom cannot be served at 203.0.113.9, port 0: {os.strerror(errno.EADDRNOTAVAIL)}.\n"
            "try: another --port, or an address of this machine with --host",
        ),
        (
            "127.0.0.1", 70000,
            "error: the classroom cannot be served at 127.0.0.1, port 70000: bind(): port must be 0-65535.\n"
            "try: another --port, or an address of this machine with --host",
        ),
    ],
)  # fmt: skip
def test_an_address_that_will_not_do_is_named(folder, host, port, text):
    with pytest.raises(Trouble) as raised:
        Server(*folder, host, port)

    assert (str(raised.value), raised.value.code) == (text, 2)


def test_what_is_printed_says_who_can_ask(folder, monkeypatch, capsys):
    def stop(server):
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "serve_forever", stop)
    made, _ = folder

    assert command.main(["--serve", str(made), "--port", "0"]) == 0

    first, second, *rest = capsys.readouterr().out.splitlines()
    url = first.removeprefix("page:  ").removesuffix("/")
    assert second == (
        f"line:  curl -fsS -o ~/pack.tar.gz {url}/pack.tar.gz && mkdir ~/course && tar xzf ~/pack.tar.gz -C ~/course "
        f"--strip-components 1 && cd ~/course && COURSE_CLASSROOM={url} python3 start.py"
    )
    assert rest == [
        "Only this machine can ask. For a class: --host with this machine's address in its network.",
        "Ctrl-C ends it.",
        "",
        "ended",
    ]

"""What a submission can do in its worker, and what the trusted side makes of it."""

from __future__ import annotations

import threading

import pytest

from checker.errors import TooSlow
from checker.reply import Array
from checker.tests.findings import finding
from checker.worker_sources import ForkServer, Subprocesses


def test_values_travel_as_json(door):
    submission = door("def f(*a, **k):\n    return {'a': a, 'k': k, 'n': float('nan')}\n")

    answer = submission.call("greeting.f", 1, "x", flag=True)

    assert (answer["a"], answer["k"]) == ([1, "x"], {"flag": True})
    assert answer["n"] != answer["n"]


def test_arrays_keep_type_and_shape(door):
    submission = door("import numpy\ndef f():\n    return numpy.arange(4, dtype='float32').reshape(2, 2)\n")

    assert submission.call("greeting.f") == Array("float32", (2, 2), [0.0, 1.0, 2.0, 3.0])


def test_a_kept_object_answers_methods_and_attributes(door):
    submission = door("class C:\n    x = 3\n    def add(self, n): return self.x + n\ndef use(c): return c.add(10)\n")

    kept = submission.keep("greeting.C")

    assert (kept.get("x"), kept.call("add", 2), submission.call("greeting.use", kept)) == (3, 5, 13)
    assert finding(lambda: kept.get("y")).seen == "the result defines no y"


def test_an_exception_is_a_finding_with_the_line_of_the_submission(door):
    submission = door("import json\n\ndef f():\n    return json.loads('{')\n")

    found = finding(lambda: submission.call("greeting.f"))

    assert found.tried == "called greeting.f"
    assert found.seen.startswith("JSONDecodeError: Expecting property name")
    assert found.where == "greeting.py:4"


def test_an_attempt_hands_back_the_exception(door):
    error = door("def f():\n    raise KeyError('movie')\n").attempt("greeting.f").error

    assert error is not None
    assert (error.type, error.message, error.where) == ("KeyError", "'movie'", "greeting.py:2")


def test_a_syntax_error_names_its_line(door):
    found = finding(lambda: door("x = 1\ndef f(:\n").call("greeting.f"))

    assert (found.seen, found.where) == ("SyntaxError: invalid syntax", "greeting.py:2")
    assert found.expected == "a file that Python can read"
    assert found.next == "What stands on this line, and what is left open on the one before it?"


def test_an_import_that_fails_asks_about_the_name(door):
    found = finding(lambda: door("import pidantic\n").call("greeting.f"))

    assert (found.seen, found.expected) == (
        "ModuleNotFoundError: No module named 'pidantic'",
        "a file that can be imported",
    )
    assert found.next == (
        "Is the name spelled as the package or file spells it, and is that package in this environment?"
    )


def test_a_line_that_raises_on_purpose_is_asked_for_its_condition(door):
    assert finding(lambda: door("def f():\n    raise ValueError('no')\n").call("greeting.f")).next == (
        "This line raises on purpose. Which condition leads to it, and is that condition true here?"
    )


@pytest.mark.parametrize("where", ["", "greeting.py", "greeting.py:0", "greeting.py:9", f"greeting.py:{'9' * 5000}"])
def test_a_place_that_no_file_has_is_no_line(door, where):
    assert door("x = 1\n")._line(where) == ""


@pytest.mark.parametrize("ending", ["import os; os._exit(0)", "import os; os.kill(os.getpid(), 9)"])
def test_a_program_that_ends_is_a_finding(door, ending):
    found = finding(lambda: door(ending).call("greeting.f"))

    assert (found.seen, found.expected) == (
        "the program ended before it answered",
        "an answer, and a program that goes on",
    )


def test_sys_exit_is_told_by_name(door):
    assert finding(lambda: door("import sys; sys.exit(0)").call("greeting.f")).seen == "SystemExit: 0"


@pytest.mark.slow
def test_an_endless_loop_is_too_slow(door):
    found = finding(lambda: door("while True: pass").call("greeting.f", timeout=0.3), TooSlow)

    assert (found.seen, found.next) == (
        "no answer within 0.3 seconds",
        "Is there a loop or a wait that never comes to its end?",
    )


def test_an_object_that_is_no_json_is_named(door):
    found = finding(lambda: door("def f():\n    return object()\n").call("greeting.f"))

    assert found.seen == "an answer that is not JSON (object)"


def test_an_endless_answer_is_cut(door):
    found = finding(lambda: door("def f():\n    return 'x' * 5_000_000\n").call("greeting.f"))

    assert (found.seen, found.expected) == ("an answer of more than 4000000 bytes", "a shorter answer")


def test_a_forged_answer_on_the_pipe_is_no_answer_of_a_kind(door):
    forge = "import os\nfor fd in range(3, 50):\n    try: os.write(fd, b'[1]\\n')\n    except OSError: pass\n"

    assert finding(lambda: door(forge).call("greeting.f")).expected == "a shorter answer"


@pytest.mark.parametrize("ours", ["checker", "checker.grade", "movie_service", "course", "course.outline"])
def test_nothing_of_ours_can_be_imported(door, ours):
    found = finding(lambda: door(f"import {ours}\ndef f(): return 1\n").call("greeting.f"))

    # Python imports the parent of a submodule first.
    assert found.seen == f"ImportError: {ours.partition('.')[0]} is not available to the files of this exercise"


def test_the_grader_s_environment_stays_outside(door, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    submission = door("import os\ndef f(): return sorted(os.environ)\n")

    assert "AWS_SECRET_ACCESS_KEY" not in submission.call("greeting.f")


def test_prints_and_warnings_reach_the_log_and_cost_nothing(door):
    submission = door("import sys\nprint('out')\nprint('err', file=sys.stderr)\ndef f(): return 1\n")

    assert submission.call("greeting.f") == 1
    assert submission.logs() == "out\nerr\n"


def test_a_script_runs_with_its_exit_code(door):
    submission = door("import sys\nprint(sys.argv[1])\nsys.exit('stopped')\n")

    ran = submission.run("greeting.py", "hello")

    assert (ran.exit_code, ran.output) == (1, "hello\nstopped\n")


def test_a_file_can_be_replaced_for_one_check(door):
    submission = door("import given\ndef f(): return given.nobody()\n")
    submission.replace("given.py", "def nobody(): return 'Hi'\n")

    assert submission.call("greeting.f") == "Hi"


def test_a_daemon_does_not_outlive_its_check(door, tmp_path):
    daemon = (
        "import os, time\n"
        "def f():\n"
        "    if os.fork() == 0:\n"
        "        os.setsid()\n"
        "        if os.fork() == 0:\n"
        "            time.sleep(60)\n"
        "        os._exit(0)\n"
        "    return os.wait()[0]\n"
    )
    submission = door(daemon)
    submission.call("greeting.f")
    folder = str(submission.folder)
    assert len(processes_in(folder)) == 2

    submission.close()

    assert processes_in(folder) == []


def processes_in(folder):
    from pathlib import Path

    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found += [process.name] if str((process / "cwd").readlink()).startswith(folder) else []
        except OSError:
            continue
    return found


SERVER = """
import given
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    if scope["path"] == "/slow":
        import asyncio
        await asyncio.to_thread(given.block)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["path"].encode()})
"""


def test_a_gate_shows_overlap_without_a_clock(door):
    submission = door(SERVER)
    gate = submission.gate("slow")
    submission.replace("given.py", gate.code())

    with submission.serve() as server:
        thread = threading.Thread(target=server.http, args=("GET", "/slow"))
        thread.start()
        assert gate.wait_entered()
        assert server.http("GET", "/live").body == b"/live"
        assert thread.is_alive()
        gate.open()
        thread.join(10)

    assert not thread.is_alive()


def test_a_server_that_does_not_start_is_a_finding(door):
    found = finding(lambda: door("raise ValueError('no model')").serve())

    assert (found.tried, found.seen, found.where) == ("started the app", "ValueError: no model", "greeting.py:1")


def test_an_app_that_raises_shows_where(door):
    found = finding(lambda: door("async def app(scope, receive, send):\n    return 1 / 0\n").http("GET", "/"))

    assert (found.seen, found.where) == ("ZeroDivisionError: division by zero", "greeting.py:2")


def test_an_app_that_says_nothing(door):
    found = finding(lambda: door("async def app(scope, receive, send):\n    pass\n").http("GET", "/"))

    assert found.seen == "the app sent no response"


@pytest.mark.slow
def test_what_is_kept_away_can_be_imported_later(door):
    """LightGBM is imported beforehand without the two heavy packages that it would pull in."""
    source = (
        "import sys\nloaded = 'pandas' in sys.modules\nimport pandas\ndef f(): return [loaded, pandas.NA is not None]\n"
    )
    workers = ForkServer(("-pandas", "-sklearn", "lightgbm"))
    submission = door(source, workers=workers)

    assert submission.call("greeting.f", timeout=60) == [False, True]
    submission.close()
    workers.close()


@pytest.mark.slow
def test_a_worker_of_its_own_python_answers_the_same(door):
    """The way of macOS and Windows, where a warmed process cannot be forked."""
    workers = Subprocesses()
    submission = door("def f(n):\n    print('said')\n    return n + 1\n", workers=workers)

    assert submission.call("greeting.f", 1) == 2
    assert submission.logs() == "said\n"
    submission.close()
    workers.close()

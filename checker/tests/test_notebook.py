"""The notebook's helpers: they report instead of raising, write nothing to stderr, and agree with the terminal."""

from __future__ import annotations

import re
import tempfile

import pytest

from checker import notebook
from checker.cli import main
from checker.state import load_state

PREDICTIONS = """
[[entry]]
id = "01.e1"
question = "What does a port name?"
options = { a = "a process", b = "a file" }
answer = "a"
reason = "A server listens on it."
read = "pre-work, ports"
[[predict]]
id = "01.1"
task = 1
question = "What does greet() answer for an empty name?"
options = { a = "Hello", b = "an error" }
answer = "a"
reason = "An empty text is a text. Nothing refuses it."
"""

SERVED = """
async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b'{"path": "' + scope["path"].encode() + b'"}'})
"""


@pytest.fixture
def lab(mini, greeting, monkeypatch):
    """The kernel of a notebook that lies in work/01_greeting."""
    (greeting.folder / "README.md").write_text("# Greeting\n")
    (greeting.folder / "predictions.toml").write_text(PREDICTIONS)
    monkeypatch.chdir(mini.root)
    main(["start", "1"])
    folder = mini.work / "01_greeting"
    monkeypatch.chdir(folder)
    yield folder
    for judge in notebook._JUDGES:
        judge.close()
    notebook._JUDGES.clear()
    notebook.stop_everything()


@pytest.mark.slow
def test_check_shows_the_same_rows_as_the_terminal(lab, capfd):
    report = notebook.check("01", task=1)

    assert "not yet       The greeting names the person." in repr(report)
    assert '<th scope="row" class="lost">not yet</th>' in report._repr_html_()
    assert load_state(lab).tries["names"]
    assert capfd.readouterr().err == ""


@pytest.mark.slow
def test_what_a_submission_says_is_escaped(lab):
    (lab / "greeting.py").write_text("def greet(name): return '<script>alert(1)</script>'\n")

    page = notebook.check("01")._repr_html_()

    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.slow
def test_misuse_is_shown_not_raised(lab):
    assert repr(notebook.check("01", task=8)) == (
        "error: Exercise 01 has no task 8. It has 01.1, 01.2.\ntry: checker check 01"
    )
    assert repr(notebook.check("nothing")).startswith("error: There is no exercise 'nothing'.")


@pytest.mark.slow
def test_score_is_a_float_and_prints_to_stdout(lab, capfd):
    assert notebook.score("01", 1) == 0.0

    out, err = capfd.readouterr()
    assert ("not yet" in out, err) == (True, "")


def test_a_prediction_is_locked_and_explained_afterwards(lab):
    assert "What does greet()" in repr(notebook.predict("01.1"))
    assert repr(notebook.predict("01.1", "z")).endswith("'z' is none of the options")
    assert repr(notebook.predict("01.1", "b")).endswith("locked; now find out")
    assert repr(notebook.predict("01.1", "a")).endswith("locked: you chose b before")

    assert repr(notebook.predict("01.1")).endswith(
        "answer: a, you chose b\nAn empty text is a text. Nothing refuses it."
    )
    assert repr(notebook.predict("1.1")) == repr(notebook.predict("01.1"))
    assert repr(notebook.predict("01.9")).startswith("error: There is no prediction '01.9'. There are: 01.e1, 01.1.")


def test_a_prediction_says_in_words_what_was_chosen_and_what_is_true(lab):
    def marked():
        return re.findall(r"<span>([^<]*) <span class=.(?:good|rest).>\(([^<]*)\)</span>", page._repr_html_())

    page = notebook.predict("01.1")
    assert marked() == []
    page = notebook.predict("01.1", "b")
    assert marked() == [("an error", "your choice")]
    page = notebook.predict("01.1")
    assert marked() == [("Hello", "the answer"), ("an error", "your choice")]
    assert "<p>An empty text is a text. Nothing refuses it.</p>" in page._repr_html_()


def test_the_entry_ticket_hides_its_answers(lab):
    page = notebook.entry("01")._repr_html_()

    assert "What does a port name?" in page
    assert "<details><summary>answer</summary>" in page


def test_sh_shows_command_output_exit_code(lab):
    ran = notebook.sh("python -c 'print(40 + 2); raise SystemExit(3)'")

    assert (ran.exit_code, ran.output) == (3, "42\n")
    assert repr(ran).startswith("$ python -c 'print(40 + 2); raise SystemExit(3)'\n42\nexit code 3, ")


@pytest.mark.parametrize(("lines", "first"), [(40, "… 60 lines above"), (100, "1")])
def test_sh_shows_the_last_lines_and_as_many_as_it_is_told(lines, first):
    ran = notebook.sh("seq 100", lines=lines)

    assert repr(ran).splitlines()[1] == first
    assert repr(ran).splitlines()[-2] == "100"


def test_sh_ends_what_does_not_end(lab):
    ran = notebook.sh("sleep 60", timeout=0.2)

    assert ran.exit_code != 0
    assert ran.output.endswith("ended after 0.2 seconds")


@pytest.mark.slow
def test_a_service_runs_beside_the_notebook(lab, tmp_path, monkeypatch):
    (lab / "greeting.py").write_text(SERVED)
    logs = tmp_path / "logs"
    logs.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(logs))

    first = notebook.start()
    second = notebook.start()

    assert (first.running, second.running) == (False, True)
    assert f'<a href="/proxy/{second.port}/docs" target="_blank">' in second._repr_html_()
    answer = notebook.request(second, "POST", "/hi", json={"a": 1})
    assert (answer.status, answer.body) == (200, '{\n "path": "/hi"\n}')
    assert f"curl -i -X POST {second.url}/hi -H 'content-type: application/json' -d '{{\"a\": 1}}'" in repr(answer)
    assert notebook.stop_everything() == f"stopped {second.command}"
    assert repr(notebook.stop_everything()) == "nothing was running"
    assert notebook.request(second, "GET", "/").status == 0
    assert "Application shutdown complete" in second.logs()
    assert list(logs.iterdir()) == []


@pytest.mark.slow
def test_a_service_that_cannot_start_shows_its_last_words(lab):
    (lab / "greeting.py").write_text("raise ValueError('no model')\n")

    service = notebook.start()

    assert "ValueError: no model" in repr(service)
    assert repr(service).startswith(f"$ {service.command}\nended with exit code 1; its last lines:\n")


def test_progress_is_a_table(lab):
    assert repr(notebook.progress()) == "01  Greeting                    not begun"
    assert '<a href="01_greeting/01_greeting.ipynb">1 Greeting</a>' in notebook.progress()._repr_html_()


def test_tickets_and_predictions_in_the_terminal(lab, capsys):
    main(["ticket"])
    assert capsys.readouterr().out == (
        "What does a port name?\n  a  a process\n  b  a file\n\nanswers: checker ticket 1 --answers\n"
    )
    main(["ticket", "1", "--answers"])
    assert capsys.readouterr().out == (
        "What does a port name?\n  a  a process\nA server listens on it.\nmissed it? read: pre-work, ports\n"
    )
    assert main(["predict", "01.1", "a"]) == 0
    assert capsys.readouterr().out.endswith("locked; now find out\n")
    assert main(["predict", "01.7"]) == 2
    assert capsys.readouterr().err.startswith("error: There is no prediction '01.7'. There are: 01.e1, 01.1.\n")

"""The walk itself: what is typed, what stays, and what a page is told that promises something else."""

from __future__ import annotations

import os
import signal

import pytest

from checker.tests.classroom.waiting import until
from course.prose import Block
from course.tests.walkthroughs.terminal import Terminal
from course.tests.walkthroughs.walk import Desk, cleaned, lacking, typed_before, walk


@pytest.fixture
def desk(tmp_path):
    desk = Desk(lambda: Terminal(tmp_path, dict(os.environ)))
    yield desk
    desk.close()


def block(*commands, info="bash"):
    return Block("page.md:3", info, tuple((text, tuple(shown)) for text, *shown in commands))


def test_a_block_is_one_shell_that_keeps_folder_variables_and_exit_code(desk, tmp_path):
    lines = block(
        ["mkdir room && cd room"], ["export NAME=ada"], ["(exit 3)"], ["echo $?", "3"], ["pwd", f"{tmp_path}/room"],
        ["echo $NAME", "ada"], info='bash code="0 0 3 0 0 0"',
    )  # fmt: skip

    assert list(walk([lines], desk, {})) == []


def test_another_exit_code_is_told_with_what_was_printed(desk):
    assert list(walk([block(["echo why; (exit 2)"])], desk, {})) == [
        "page.md:3: 'echo why; (exit 2)' ended with exit code 2, not 0:\nwhy"
    ]


def test_another_output_is_told_and_nothing_more_is_typed(desk, tmp_path):
    said = list(walk([block(["echo two", "one"], ["touch after"])], desk, {}))

    assert said == ["page.md:3: 'echo two' does not print 'one' there. It prints:\ntwo"]
    assert not (tmp_path / "after").exists()


def test_nobody_answers_a_question_and_no_line_is_swallowed(desk):
    assert list(walk([block(["cat; echo done", "done"], ["echo next", "next"])], desk, {})) == []


SERVER = "echo listening; trap 'echo bye; exit 0' INT; while true; do sleep 0.05; done"


def test_what_stays_keeps_its_terminal_until_ctrl_c(desk, tmp_path):
    (tmp_path / "serve.sh").write_text(f"touch up\n{SERVER}\nrm up\n")

    lines = block(["bash serve.sh"], ["test -e up"], info='bash until="listening|"')

    assert list(walk([lines], desk, {})) == []


def test_ctrl_c_reaches_what_stays_also_where_the_tests_run_in_the_background(tmp_path):
    (tmp_path / "serve.sh").write_text(SERVER)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        terminal = Terminal(tmp_path, dict(os.environ))
    finally:
        signal.signal(signal.SIGINT, before)
    try:
        terminal.type("bash serve.sh", ready=lambda said: "listening" in said)
        said = terminal.interrupt(seconds=20)
    finally:
        terminal.close()

    assert said.text.split() == ["listening", "bye"]


def test_what_says_nothing_is_ready_when_a_command_beside_it_succeeds(desk, tmp_path):
    (tmp_path / "serve.sh").write_text("touch up; trap 'exit 0' INT; while true; do sleep 0.05; done\n")

    assert list(walk([block(["bash serve.sh"], info='bash until="$ test -e up"')], desk, {})) == []


def test_what_ends_badly_after_ctrl_c_is_told(desk, tmp_path):
    (tmp_path / "serve.sh").write_text(SERVER.replace("exit 0", "exit 4"))

    said = list(walk([block(["bash serve.sh"], info='bash until="listening"')], desk, {}))

    assert said == ["'bash serve.sh' ended with exit code 4 after Ctrl-C:\nlistening\nbye"]


def test_what_was_to_stay_and_ends_is_told(desk):
    assert list(walk([block(["echo listening"], info='bash until="ready"')], desk, {})) == [
        "page.md:3: 'echo listening' ended with exit code 0 and is to stay:\nlistening"
    ]


def test_a_surrounding_that_cannot_be_made_is_told(desk):
    assert list(typed_before(desk, [("(exit 1)", "")])) == ["before the page: '(exit 1)' ended with exit code 1:\n"]


def test_what_a_page_made_is_removed_whatever_became_of_it(tmp_path):
    (tmp_path / "made").touch()

    with pytest.raises(LookupError), cleaned(lambda: Terminal(tmp_path, dict(os.environ)), ["rm made"]):
        raise LookupError

    assert not (tmp_path / "made").exists()


def test_what_cannot_be_removed_is_told_and_the_rest_goes(tmp_path):
    (tmp_path / "made").touch()

    with (
        pytest.raises(AssertionError) as raised,
        cleaned(lambda: Terminal(tmp_path, dict(os.environ)), ["(echo why; exit 3)", "rm made"]),
    ):
        pass

    assert raised.value.args == ("after the page: '(echo why; exit 3)' ended with exit code 3:\nwhy",)
    assert not (tmp_path / "made").exists()


def test_what_a_block_leaves_is_asked_before_it_and_after(desk):
    made = block(["mkdir room"], info='bash then="test -d room"')

    assert list(walk([made], desk, {})) == []
    assert list(walk([block(["true"], info='bash then="test -d room"')], desk, {})) == [
        "page.md:3: 'test -d room' succeeds before the block, so it does not show what the block did."
    ]
    assert list(walk([block(["true"], info='bash then="test -d hall || (echo none; exit 4)"')], desk, {})) == [
        "page.md:3: after the block 'test -d hall || (echo none; exit 4)' ended with exit code 4:\nnone"
    ]


def test_words_that_stand_for_the_readers_own_are_replaced(desk):
    assert list(walk([block(["echo ACCOUNT", "1234"])], desk, {"ACCOUNT": "1234"})) == []


def test_whatever_was_started_ends_with_its_terminal(tmp_path):
    terminal = Terminal(tmp_path, dict(os.environ))
    terminal.type("sleep 600 & echo $! > pid")

    terminal.close()

    # Killed and not yet buried, or gone.
    pid = int((tmp_path / "pid").read_text())
    until(lambda: not running(pid), 30)


def running(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("shown", "lacks"),
    [
        (["one", "two", "three"], None),
        (["one", "…", "three"], None),
        (["…", "three"], None),
        (["one", "…"], None),
        (["o…e", "tw…", "…hree"], None),
        (["one", "three"], "three"),
        (["two"], "two"),
        (["one", "two"], "the end"),
        (["one", "…", "four"], "four"),
        (["one", "two", "three", "four"], "four"),
    ],
)
def test_a_page_shows_every_line_or_says_that_some_are_left_out(shown, lacks):
    assert lacking(shown, "one\ntwo  \nthree\n") == lacks


def test_parts_that_are_drawn_do_not_count():
    assert lacking(["started sha256:0123456789ab in 3.1s"], "started sha256:ba9876543210 in 12s\n") is None

"""The demo tells every stage with a figure, leaves a page of that run, and ends all that it started."""

import contextlib
import fcntl
import os
import re
import signal
import subprocess
import sys
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from course.project.demo.command import OUT, main
from course.project.demo.plots import Band, Chart, Line, draw, nice, seconds, short
from course.project.demo.told import Telling
from course.prose import page_block
from course.start.console import Console
from course.tests.walkthroughs.clone import Clone
from course.tests.walkthroughs.terminal import Terminal

ROOT = Path(__file__).parents[3]
TITLES = [
    "Deploy",
    "Traffic",
    "What the monitoring sees",
    "A replica is killed",
    "A rolling update",
    "A worse model goes out as a canary",
    "An incident: ",
    "The count",
]


class Page(HTMLParser):
    """Tags that are open at the end, and every address that the page names."""

    EMPTY = ("meta", "line", "rect", "path")

    def __init__(self, text):
        super().__init__()
        self.open, self.addresses = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.addresses += [value for name, value in attributes if name in ("src", "href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def drawn(**changes):
    lines = [Line("right <answers>", "a", [(1, 10.0), (2, None), (3, 30.0), (4, 20.0)])]
    chart = Chart(**{"title": "Answers & more", "says": "Look.", "unit": "/s", "lines": lines, "end": 4.0, **changes})
    return ElementTree.fromstring(draw(chart, [Band("1", 0, 2), Band("2", 2, 4)], number=7))


def shown(text, *, page):
    assert [line[3:] for line in text.splitlines() if re.match(r"\d  \w", line)][:6] == TITLES[:6]
    assert all(title in text for title in TITLES)
    assert "none is missing, none is there twice." in text
    assert "taken back by itself: " in text
    assert re.search(r"All replicas exchanged in [\d.]+ s\. Meanwhile: [\d,]+ requests, none failed\.", text)
    assert "{{" not in text
    read = Page(page)
    assert read.open == []
    assert read.addresses == []
    assert "<script" not in page
    assert "<!-- " not in page
    assert page.count("<figure>") == 6
    assert all(title in page for title in TITLES)


@pytest.mark.full
@pytest.mark.twice_a_week(2)
@pytest.mark.timeout(600)
def test_the_short_demo_tells_its_story_and_leaves_a_page(full, tmp_path, capsys):
    options = ["--quick", "--data", str(full / "data"), "--model", str(full / "model"), "--out", str(tmp_path)]

    assert main(options) == 0

    shown(capsys.readouterr().out, page=(tmp_path / "report.html").read_text(encoding="utf-8"))


@pytest.mark.full
@pytest.mark.twice_a_week(1)
@pytest.mark.timeout(1200)
def test_the_commands_of_the_page_tell_the_whole_story_and_a_short_one_in_the_same_folder(full, tmp_path):
    block = page_block(ROOT, "docs/pages/how-to/demo.md", "make demo")
    assert page_block(ROOT, "README.md", "make demo").commands[0] == block.commands[0]
    clone = Clone(tmp_path / "course", full / "data", full / "model")

    told = []
    for command, _ in block.commands:
        terminal = Terminal(clone.root, clone.env(tmp_path))
        with contextlib.closing(terminal):
            said = terminal.type(command, seconds=600)
        assert said.code == 0, said.text
        told.append(said.text)
        shown(said.text, page=(clone.root / OUT / "report.html").read_text(encoding="utf-8"))

    assert "ModelWorse" in told[0]


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_whatever_ends_it_ends_all_of_it(full, tmp_path, number):
    argv = ["--quick", "--data", str(full / "data"), "--model", str(full / "model"), "--out", str(tmp_path)]
    # A shell that runs the tests in the background has them ignore Ctrl-C, and what they start would too.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "course", "demo", *argv],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    )
    signal.signal(signal.SIGINT, before)
    try:
        for line in process.stdout:
            if line.startswith("2  Traffic"):
                break
        started = children(process.pid)
        assert len(started) >= 2
        # As a terminal does it: to all that belong to the command.
        os.killpg(process.pid, number)
        _, complaint = process.communicate(timeout=60)
    finally:
        process.kill()

    if number == signal.SIGINT:
        assert process.returncode == 130
        assert complaint == "\nStopped. Nothing of it runs any more.\n"
    left = [pid for pid in started if runs(pid)]
    for _ in range(100):
        if not left:
            break
        signal.sigtimedwait([], 0.1)
        left = [pid for pid in left if runs(pid)]
    assert left == []


def children(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_two_demos_do_not_share_a_folder(tmp_path, capsys):
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert main(["--out", str(tmp_path)]) == 3

    assert capsys.readouterr().err == (
        f"error: Another demo runs in {tmp_path}.\ntry: wait for its end, or choose another folder with --out\n"
    )


def test_help_lists_every_incident(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    assert end.value.code == 0
    told = capsys.readouterr().out
    assert "--quick" in told
    assert "  full-disk       the files of the prediction log cannot grow any more\n" in told
    assert str(OUT) in told


def test_an_unknown_incident_is_refused(capsys):
    with pytest.raises(SystemExit) as end:
        main(["--incident", "flood"])

    assert end.value.code == 2
    assert "argument --incident: invalid choice: 'flood'" in capsys.readouterr().err


def test_a_stage_is_numbered_wrapped_and_kept():
    stream = StringIO()
    telling = Telling(Console(stream))
    telling.begin("Deploy", "Why " * 30)
    telling.figure("Two of two.")
    telling.end()
    telling.begin("Next", "Because.")
    telling.failed("Not seen.")

    lines = stream.getvalue().splitlines()
    assert lines[1] == "1  Deploy"
    assert lines[2].startswith("    Why Why")
    assert max(map(len, lines)) <= 96
    assert lines[-5:] == ["    > Two of two.", "", "2  Next", "    Because.", "    > Not seen."]
    assert [stage.failed for stage in telling.stages] == [False, True]


def test_a_chart_breaks_its_line_where_there_is_no_value():
    path = drawn().find("path[@class='a']").get("d")

    assert path.count("M") == 2
    assert path.count("L") == 1


def test_a_chart_can_be_read_out():
    svg = drawn(limit=(25.0, "alert above 25"))

    assert svg.get("aria-labelledby") == "c7t c7d"
    assert svg.find("title").text == "Answers & more"
    assert svg.find("desc").text == "Look. right <answers>: from 10 to 30 /s."
    assert "alert above 25" in [one.text for one in svg.iter("text")]


def test_a_value_beyond_the_axis_stays_inside_the_chart():
    numbers = re.findall(r"[\d.]+ ([\d.]+)", drawn(top=15.0).find("path[@class='a']").get("d"))

    assert all(20 <= float(y) <= 146 for y in numbers)


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (0.7, 0.8), (1, 1), (3, 4), (41, 50), (81, 100), (float("nan"), 1), (595, 800)]
)
def test_an_axis_ends_at_a_round_number(value, top):
    assert nice(value) == pytest.approx(top)


def test_axes_have_short_numbers_and_few_of_them():
    assert [short(value) for value in (0.0, 0.25, 7.5, 37.5, 595.2)] == ["0", "0.25", "7.5", "37.5", "595"]
    for end in (20, 100, 196, 900):
        assert 3 <= len(seconds(end)) <= 11

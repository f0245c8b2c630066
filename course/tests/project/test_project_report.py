"""The report of a trainee's project, the room sprint's start, and what the commands say."""

from __future__ import annotations

import contextlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from checker.catalog import declared_checks
from checker.collect import collect
from checker.course import Course
from checker.errors import Misuse
from checker.state import State
from course.project import command, incident, report, rubric, since, sprint
from course.project.incident import masked
from course.prose import page_block
from course.tests.project import final
from course.tests.walkthroughs.clone import Clone
from course.tests.walkthroughs.terminal import Terminal
from course.tests.walkthroughs.walk import Desk, walk

ROOT = Path(__file__).parents[3]
PROJECT = final.COURSE.project
CHECKS = declared_checks(PROJECT)
# Draws a slow model and a killed replica, which are seen soon.
SLOW_AND_KILLED = 16


def rows(**lost):
    return [
        {
            "id": name,
            "title": one.title,
            "earned": lost.get(name.replace("-", "_"), one.points),
            "max": one.points,
        }
        for name, one in CHECKS.items()
    ]


@pytest.fixture
def folder(tmp_path):
    """A folder of work/ with everything in it that a report shows."""
    made = final.lay(tmp_path / "12_project")
    (made / "runbook.md").write_text("# Runbook\n\n## HighErrorRate\n\n## HighLatency <b>\n", encoding="utf-8")
    page = made / "incident-1" / "page.html"
    page.parent.mkdir()
    title = report.SHOWN_IN["latency_outside"]
    page.write_text(f'<figure><figcaption><b>{title}</b> x</figcaption><svg id="c2t"></svg></figure>', encoding="utf-8")
    return made


def written(folder, **lost):
    found = rows(**lost)
    mark = rubric.mark(rubric.load(), found)
    answers = {"first_cause": "network-delay", "first_signal": "latency_outside"}
    return report.write(folder, State(folder, last={"rows": found}), mark, answers).read_text(encoding="utf-8")


def test_a_report_shows_the_rows_the_runs_and_the_incident(folder):
    page = written(folder, log=0)

    assert "<dd>90</dd>" in page
    assert page.count("<tr>") == 7
    assert '<td class="points">0 to 5, by a person</td>' in page
    for title in ("Load: requests per second", "Load: share of answers", "Load: processor time", "Your update"):
        assert title in page
    assert "Incident 1: network-delay, seen first here" in page
    assert 'id="i1-2t"' in page
    assert "<li>HighErrorRate</li><li>HighLatency &lt;b&gt;</li>" in page
    assert "3 pods serve at the worst moment" in page


def test_a_report_asks_no_host_and_closes_what_it_opens(folder):
    page = written(folder)

    assert re.findall(r'(?:src|href)="', page) == []
    assert re.findall(r"url\(|@import|https?://", page) == []
    balanced(page)


def test_a_report_says_what_keeps_it_from_passing(folder):
    page = written(folder, gated=0, digest=0, log=0)

    assert "<li>not yet: No key in the pipeline outlives a run.</li>" not in page
    assert "<li>not yet: One image goes by its digest to staging, and from there to production.</li>" in page
    assert '<p class="verdict">Not passed yet: row 3 has 5 of 15 points, below half.</p>' in page


def test_a_report_of_an_empty_folder_says_how_a_run_is_made(tmp_path):
    assert "<p>No run of yours lies in this folder yet: python load.py makes one.</p>" in written(tmp_path)


@pytest.mark.parametrize("record", ["", "[]", '{"scenarios": [], "usage": [], "asked_rate": 20, "lasted": 0}'])
def test_a_report_does_without_a_run_in_which_nothing_was_answered(folder, record):
    (folder / "load.json").write_text(record, encoding="utf-8")

    assert "Load: requests per second" not in written(folder)


def test_percentiles_are_read_from_all_scenarios_together():
    record = {"scenarios": [{"milliseconds": {"1": 80, "2": 20}}, {"milliseconds": {"1": 5, "30": 5}}]}

    times = report.times_of(record)

    assert (report.quantile(times, 0.95), report.quantile(times, 0.99)) == (2, 30)


def balanced(page):
    stack = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in {"meta", "rect", "line", "path"}:
                stack.append(tag)

        def handle_endtag(self, tag):
            if tag not in {"meta", "rect", "line", "path"}:
                assert stack.pop() == tag

    Reader().feed(page)
    assert stack == []


def test_what_a_release_is_called_does_not_tell_what_was_broken():
    said = "stable: v1 becomes v2-slow; 1.0.0-nightly answers; v1 is ready"

    assert masked(said) == "stable: v1 becomes another version; another version answers; v1 is ready"


def test_the_sprint_begins_with_a_service_that_runs_and_an_update_that_does_not(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("CHECKER_RESOURCE_MODEL", str(bundle))

    made = sprint.lay(final.COURSE, tmp_path / "start")

    manifest = (made / "deployment.yaml").read_text(encoding="utf-8")
    assert "maxUnavailable: 1" in manifest and "port: http" in manifest and "preStop" not in manifest
    assert "IN_PROGRESS" in (made / "metrics.py").read_text(encoding="utf-8")
    assert 'traffic = "?"' in (made / "signals.toml").read_text(encoding="utf-8")
    assert {one.name for one in made.iterdir()} >= {*PROJECT.hand_in, "app.py", "README.md", "model"}


def test_the_sprint_overwrites_nothing(tmp_path):
    with pytest.raises(Misuse) as refused:
        sprint.lay(final.COURSE, tmp_path)

    assert str(refused.value) == f"The folder {str(tmp_path)!r} is there already."
    assert refused.value.next_step == "name another one with --out, or move it away"


def test_a_pack_says_where_a_prepared_start_comes_from(tmp_path):
    with pytest.raises(Misuse) as refused:
        sprint.lay(Course(tmp_path, {"exercises": "exercises"}), tmp_path / "start")

    assert str(refused.value) == (
        "A pack has no reference to prepare a start from; the instructor's clone makes the folder."
    )


@pytest.fixture
def trainee(folder, monkeypatch):
    """The commands with this folder as the trainee's."""
    monkeypatch.setattr(command, "_folder", lambda: folder)
    return folder


def test_mark_before_any_check_says_what_to_run(trainee, capsys):
    assert command.main(["mark"]) == 2

    assert capsys.readouterr().err == (
        "error: The project was not checked yet, so there is nothing to mark.\ntry: checker check project\n"
    )


def test_mark_and_report_follow_the_last_check(trainee, capsys):
    State(trainee, last={"rows": rows(alert=0)}).save()

    assert command.main(["mark", "--person", "4"]) == 0
    assert command.main(["report"]) == 0

    said = capsys.readouterr().out
    assert "91 of 100 points.\nPassed.\n" in said
    assert said.endswith("report.html\n")
    assert json.loads((trainee / ".checker.json").read_text(encoding="utf-8"))["last"]["rows"]


@pytest.fixture
def since_changed(trainee):
    """A trainee who has all points, and then puts another manifest and another record in place."""
    digests = collect(PROJECT, trainee).digests
    State(trainee, last={"rows": rows()}, judged=dict.fromkeys(CHECKS, digests)).save()
    (trainee / "deployment.yaml").write_text("# the old one\n", encoding="utf-8")
    (trainee / "load.json").unlink()
    # The runbook has no points of a machine.
    (trainee / "runbook.md").write_text("# Another\n", encoding="utf-8")


def test_mark_says_which_files_have_changed_since_their_row_was_judged(since_changed, capsys):
    assert command.main(["mark"]) == 1

    assert capsys.readouterr().out.splitlines() == [
        "1  Deployment                 25 of 25     full",
        "   changed since this check: deployment.yaml",
        "2  Monitoring and alerting    20 of 20     full",
        "3  CI/CD                      15 of 15     full",
        "4  Model update               15 of 15     full",
        "5  Load test                  10 of 10     full",
        "   changed since this check: load.json",
        "6  Two incidents              10 of 10     full",
        "7  Runbook and report        for a person  ",
        "95 of 100 points. A person adds up to 5.",
        "These points are of other files than those that lie there now. Check again:",
        "  checker check project --task 1",
        "  checker check project --task 5",
    ]


def test_the_sprint_looks_at_the_files_of_its_own_rows(since_changed, capsys):
    assert command.main(["mark", "--sprint"]) == 1

    assert capsys.readouterr().out.splitlines()[-3:] == [
        "Sprint: 50 of 50 points, that is 100 of 100.",
        "These points are of other files than those that lie there now. Check again:",
        "  checker check project --task 1",
    ]


def test_a_report_says_which_files_have_changed_since_their_row_was_judged(since_changed, trainee, capsys):
    assert command.main(["report"]) == 0

    page = (trainee / "report.html").read_text(encoding="utf-8")
    assert "To be checked again: deployment.yaml, load.json changed since the last check.</p>" in page
    assert "<li>changed since this check: load.json</li>" in page
    assert "Passed, self-assessed" not in page


def test_each_file_that_is_judged_belongs_to_the_row_that_the_brief_gives_it():
    brief = (PROJECT.folder / "README.md").read_text(encoding="utf-8").partition("## Your files")[2]
    table = re.findall(r"^\| (`.*`) \| (\d) \|", brief.partition("## TODO")[0], re.MULTILINE)
    told = {name: int(row) for names, row in table for name in re.findall(r"`([^`]+)`", names)}

    assert since.rows_of(PROJECT) == told
    assert set(told) == {*PROJECT.hand_in, *PROJECT.also}


@pytest.mark.full
@pytest.mark.twice_a_week(5)
@pytest.mark.timeout(900)
def test_the_incidents_of_the_brief_leave_their_evidence_and_not_their_names(data_dir, bundle_dir, tmp_path):
    block = page_block(ROOT, "course/project/README.md", "python -m course.project incident 1")
    clone = Clone(tmp_path / "course", data_dir, bundle_dir)
    folder = final.lay(clone.started("project"))
    State(folder, seed=SLOW_AND_KILLED).save()
    assert incident.drawn(folder) == ("slow-model", "killed-replica")

    with contextlib.closing(Desk(lambda: Terminal(clone.root, clone.env(tmp_path)))) as desk:
        assert list(walk([block], desk, {})) == []

    for number, event in ((1, "becomes another version"), (2, "ended by signal SIGKILL")):
        page, told = evidence(folder / f"incident-{number}")
        assert page.count("<figure>") == 7
        balanced(page)
        assert event in told
        assert not any(name in told for name in ("v2-slow", "slow-model", "killed-replica"))


def evidence(folder):
    """The page of an incident, and what its events and logs say."""
    page, *told = ((folder / name).read_text(encoding="utf-8") for name in ("page.html", "events.txt", "service.log"))
    return page, "".join(told)

"""The final project as a trainee hands it in: starter, reference, right and wrong ways, and the rubric over them."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from checker import sibling
from checker.catalog import declared_checks
from checker.errors import CouldNotCheck, Finding, NotYet, Partial, Verdict
from checker.grade import Grader
from checker.law.today import IN_TWO_WEEKS, PARTS, of_its_day
from checker.state import load_state
from course.project import rubric
from course.project.command import told
from course.project.incidents.catalog import INCIDENTS
from course.prose import page_block
from course.tests.project import final
from course.tests.walkthroughs.clone import Clone
from course.tests.walkthroughs.terminal import Terminal
from course.tests.walkthroughs.walk import Desk, walk

ROOT = Path(__file__).parents[3]
PROJECT = final.COURSE.project


@pytest.fixture(scope="module")
def grader(bundle, data_folder):
    with pytest.MonkeyPatch.context() as patch, Grader(final.COURSE, {"model": bundle}) as found:
        # The drills of row 6 need the data that the model was trained on.
        patch.setenv("CHECKER_RESOURCE_DATA", str(data_folder))
        yield found


CHECKS = declared_checks(PROJECT)


def cases(kind):
    """All of a kind. Of those that start processes, the first that loses a check is asked daily, the others in turn."""
    found, asked = [], set()
    for place, one in enumerate(final.variants(kind)):
        turn = of_its_day(place, IN_TWO_WEEKS) if one.loses in asked else []
        asked.add(one.loses)
        found.append(pytest.param(one, id=one.name, marks=[pytest.mark.full, *turn] if slow(one) else []))
    return found


def slow(variant):
    judged = {name for name, one in CHECKS.items() if one.task == variant.task}
    return bool(judged & final.SLOW)


def of_task(result, task):
    return [row for row in result.rows if row.task == task]


@pytest.mark.slow
@pytest.mark.parametrize("variant", cases("wrong"))
def test_a_wrong_way_loses_its_check_and_is_told_where(grader, tmp_path, variant):
    folder = final.lay(tmp_path / "work", variant)

    # Where each check starts processes, those after the lost one are not waited for.
    result = grader.grade(PROJECT, folder, task=variant.task, seed=7, until_lost=slow(variant))

    lost = [row for row in of_task(result, variant.task) if not row.good and row.verdict != "waits_for"]
    assert [row.id for row in lost if row.kind in ("graded", "stretch")] == [variant.loses]
    assert lost[0].verdict in ("not_yet", "partial")
    assert lost[0].where.startswith(variant.where)
    assert all((lost[0].tried, lost[0].seen, lost[0].expected, lost[0].next))


@pytest.mark.slow
@pytest.mark.parametrize("variant", cases("right"))
def test_a_right_way_earns_its_row(grader, tmp_path, variant):
    result = grader.grade(PROJECT, final.lay(tmp_path / "work", variant), task=variant.task, seed=7)

    assert [(row.id, row.seen) for row in of_task(result, variant.task) if row.earned != row.max or not row.good] == []


def test_there_are_enough_variants_and_each_check_is_lost_by_one():
    wrong = {one.loses for one in final.variants("wrong")}

    assert {name for name, one in CHECKS.items() if one.points} - wrong == {"second-incident"}
    assert len(final.variants("right")) >= 4


@pytest.mark.full
# Each run starts some twenty processes; on a busy machine that is minutes, and a timeout inside a check costs points.
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", [pytest.param(seed, marks=of_its_day(seed)) for seed in range(1, PARTS)])
def test_each_run_of_the_reference_gives_the_same_grade(grader, tmp_path, seed):
    result = grader.grade(PROJECT, final.lay(tmp_path / "work"), seed=seed)

    assert result.score == 95
    assert {row.verdict for row in result.rows if row.max} == {"passed"}


# Also on the one day that has no seed above.
@pytest.mark.full
@pytest.mark.twice_a_week(0)
@pytest.mark.timeout(1200)
def test_the_commands_of_the_brief_check_mark_and_report_the_reference(data_dir, bundle_dir, tmp_path):
    block = page_block(ROOT, "course/project/README.md", "checker check project")
    clone = Clone(tmp_path / "course", data_dir, bundle_dir)
    folder = final.lay(clone.started("project"))

    with contextlib.closing(Desk(lambda: Terminal(clone.root, clone.env(tmp_path)), seconds=900)) as desk:
        assert list(walk([block], desk, {})) == []

    rows = load_state(folder).last["rows"]
    assert sum(row["earned"] for row in rows) == 95
    assert "<dd>95</dd>" in (folder / "report.html").read_text(encoding="utf-8")


@pytest.fixture
def judge(monkeypatch, tmp_path):
    """What row 6 says of answers, with the effect of the repair as given."""
    checks = sibling(str(PROJECT.checks / "x.py"), "test_12_project_6_incidents")

    def said(effect, **given):
        answers = {"first_cause": "full-disk", "first_signal": "withheld", "first_repair": "roll_back_release"} | given
        asked = SimpleNamespace(
            seed=final.SEED,
            resource=lambda name: tmp_path / name,
            answers=lambda: SimpleNamespace(get=lambda key, _: answers[key]),
        )
        ran = SimpleNamespace(stdout=json.dumps(effect) if effect else "", stderr="Killed\n")
        monkeypatch.setattr(checks.subprocess, "run", lambda *_, **__: ran)
        with pytest.raises(Verdict) as verdict:
            checks._judge(asked, "first", 1)
        return verdict.value

    return said


def test_a_repair_that_ends_nothing_is_told_by_what_the_system_did(judge):
    verdict = judge(
        {
            "seen": True,
            "over": False,
            "did": "no release was to blame: all replicas run the one that was well before",
            "stays": "all requests are still answered 503",
        }
    )

    assert isinstance(verdict, Partial)
    assert verdict.earned == 3
    assert verdict.finding == Finding(
        "broke the reference system as in your incident 1, and carried out your repair: roll_back_release",
        "no release was to blame: all replicas run the one that was well before; all requests are still answered 503",
        "what was wrong is over, and it is your repair that ended it",
        "answers.toml, first_repair",
        "What was changed when it began, and which of the repairs changes that back?",
    )


@pytest.mark.parametrize(
    "given",
    [{"cause": "error-burst"}, {"signal": "server_errors"}, {"cause": "error-burst", "signal": "server_errors"}],
)
def test_a_wrong_diagnosis_does_not_say_which_half_is_wrong(judge, given):
    cause, signal = given.get("cause", "full-disk"), given.get("signal", "withheld")

    verdict = judge(None, first_cause=cause, first_signal=signal)

    assert isinstance(verdict, NotYet)
    assert verdict.finding == Finding(
        "compared your diagnosis with the incident that was drawn for you, number 1",
        f"{cause} seen first by {signal} is not what happened: the cause, the signal, or both",
        "cause and first signal of this one incident",
        "answers.toml, first_cause and first_signal",
        "Which plot of your incident's page moves first, which stay still, and what says events.txt then?",
    )


@pytest.mark.parametrize(
    ("effect", "why"),
    [
        ({"seen": False, "did": "", "stays": "", "over": False}, "its alert did not fire"),
        ({"seen": False, "did": "Not within 60 seconds: labels.", "stays": "", "over": False},
         "Not within 60 seconds: labels"),
        (None, "Killed"),
    ],
)  # fmt: skip
def test_a_drill_that_saw_nothing_costs_no_point(judge, effect, why):
    verdict = judge(effect)

    assert isinstance(verdict, CouldNotCheck)
    assert verdict.finding.seen == (
        f"The drill of your incident 1 came to no end: {why}. Check again when this machine is less busy."
    )


@pytest.mark.slow
def test_the_starter_earns_nothing_and_says_where_to_begin(grader, tmp_path):
    files = {one.name: (PROJECT.starter / one.name) for one in PROJECT.whole if not one.exercise}
    files |= {one.name: final.COURSE.exercise(one.exercise).starter / one.name for one in PROJECT.whole if one.exercise}
    files |= {name: PROJECT.starter / name for name in PROJECT.hand_in if name not in files}
    for name, path in files.items():
        (tmp_path / name).write_bytes(path.read_bytes())

    for task, first in ((3, "deploy.yml"), (6, "answers.toml")):
        result = grader.grade(PROJECT, tmp_path, task=task)
        assert result.score == 0
        assert result.rows[0].where.startswith(first)


def test_the_rubric_and_the_checks_say_the_same_points():
    rows = rubric.load().rows

    for row in rows:
        assert sum(CHECKS[name].points for name in row.checks) == (0 if row.person else row.points), row.title
        assert {CHECKS[name].task for name in row.checks} <= {row.number}
    assert {name for row in rows for name in row.checks} == {name for name, one in CHECKS.items() if one.points}


def test_the_sprint_counts_the_room_tier():
    assert {name for name, one in CHECKS.items() if one.tier == "room"} == set(rubric.load().sprint)


def rows_of(**lost):
    return [
        {"id": name, "earned": lost.get(name.replace("-", "_"), one.points), "max": one.points}
        for name, one in CHECKS.items()
    ]


def test_a_mark_needs_seventy_points_and_half_of_the_first_four_rows():
    read = rubric.load()

    assert rubric.mark(read, rows_of()).passed
    assert rubric.mark(read, rows_of(), person=5).points == 100
    assert rubric.mark(read, rows_of(gated=0, digest=0)).missing == ("row 3 has 5 of 15 points, below half",)
    few = rows_of(killed=0, alert=0, keys=0, log=0, open_loop=0, limits=0)
    assert rubric.mark(read, few).missing == ("63 of 100 points, 70 are needed",)


def test_the_sprint_is_scaled_to_its_own_maximum():
    found = rubric.sprint(rubric.load(), rows_of(update=0, gated=0))

    assert (found.points, found.scaled) == (41, 82)
    assert told(found)[-2:] == ["Sprint: 41 of 50 points, that is 82 of 100.", "Passed."]


def test_what_was_not_checked_is_not_passed():
    seen = [one for one in rows_of() if CHECKS[one["id"]].task not in (2, 6)]

    found = rubric.mark(rubric.load(), seen)

    assert found.missing == ("row 2 was not checked", "row 6 was not checked", "65 of 100 points, 70 are needed")
    assert "2  Monitoring and alerting     0 of 20     not checked yet" in told(found)
    assert rubric.sprint(rubric.load(), seen).missing[:2] == ("row 2 was not checked", "row 6 was not checked")


def test_a_mark_is_told_row_by_row():
    assert told(rubric.mark(rubric.load(), rows_of(update=0, keys=0, digest=0))) == [
        "1  Deployment                 16 of 25     half",
        "   full: Answers with the model's scores, survives a killed replica, and is updated under load with no failed "
        "request.",
        "2  Monitoring and alerting    20 of 20     full",
        "3  CI/CD                       5 of 15     below half",
        "   full: Gated, promoted by digest through staging, and no key that outlives a run.",
        "4  Model update               15 of 15     full",
        "5  Load test                  10 of 10     full",
        "6  Two incidents              10 of 10     full",
        "7  Runbook and report        for a person  ",
        "76 of 100 points. A person adds up to 5.",
        "Not passed: row 3 has 5 of 15 points, below half.",
    ]


def test_a_rubric_that_does_not_sum_to_100_is_refused(tmp_path):
    path = tmp_path / "rubric.toml"
    path.write_text(rubric.PATH.read_text(encoding="utf-8").replace("points = 25", "points = 20"), encoding="utf-8")

    with pytest.raises(rubric.RubricError) as refused:
        rubric.load(path)

    assert str(refused.value) == "rubric.toml: the rows sum to 95 points, not to 100. Change the points of a row."


def test_every_incident_has_its_words_in_the_brief():
    answers = sibling(str(PROJECT.checks / "x.py"), "answers")
    brief = (PROJECT.folder / "README.md").read_text(encoding="utf-8")

    assert set(answers.TRUTH) == set(INCIDENTS)
    for word in (*answers.TRUTH, *answers.SIGNALS, *answers.REPAIRS):
        assert f"| `{word}` |" in brief


def test_two_trainees_get_other_incidents():
    drawn = sibling(str(PROJECT.checks / "x.py"), "answers").drawn

    assert drawn(5) == drawn(5)
    assert len({drawn(seed) for seed in range(100)}) > 50
    assert all(first != second for first, second in map(drawn, range(100)))

"""Live rows: who is asked, what is run, and what becomes of it. The engine here is a shell, found by a script."""

from __future__ import annotations

import json

import jsonschema
import pytest

from checker import Grader
from checker.catalog import declared_checks
from checker.cli import main
from checker.course import find_course
from checker.errors import ExerciseFault
from checker.live import Ran
from checker.result import schema

pytestmark = pytest.mark.slow

FINDER = """
import json, pathlib, sys
print(json.dumps(json.loads(pathlib.Path("says.json").read_text()) | {"name": sys.argv[1]}))
"""
HERE = {"found": True, "version": "5.2", "facts": {"registry": "127.0.0.1:5000"}, "env": {"SPOKEN": "hello"}}
GONE = {"found": False, "needed": "No shell answers. Start one: make infra."}
CHECKS = '''
"""Live checks of the miniature exercise."""
from checker import check, expect

@check(id="speaks", task=1, after=("names",))
def test_the_shell_speaks(submission):
    """The shell speaks."""
    shell = submission.engine("shell")
    name = shell.unique("word")
    shell.at_end(["rm", "said"])
    ran = shell.run(["sh", "-c", f"echo $SPOKEN {name}; pwd; ls greeting.py; touch said"])
    assert (ran.exit_code, ran.output) == (0, "hello word\\n.\\ngreeting.py\\n"), ran
    assert (shell.name, shell.version, shell.facts) == ("shell", "5.2", {"registry": "127.0.0.1:5000"})
    BODY
'''


@pytest.fixture
def course(mini):
    """The miniature course with one live check."""
    with (mini.root / "pyproject.toml").open("a") as file:
        file.write('engines = ["finder.py"]\n')
    (mini.root / "finder.py").write_text(FINDER)
    say(mini, HERE)
    with (mini.exercise(1).folder / "exercise.toml").open("a") as file:
        file.write('[live]\nspeaks = "shell"\n')
    write(mini, "pass")
    return find_course(mini.root)


def write(course, body):
    (course.exercises_folder / "01_greeting" / "checks" / "test_live.py").write_text(CHECKS.replace("BODY", body))


def say(course, table):
    (course.root / "says.json").write_text(json.dumps(table))


def judged(course, folder, **more):
    with Grader(course) as grader:
        return grader.grade(1, folder, seed=1, live=True, **more)


def test_a_live_row_is_there_only_when_it_is_asked_for(course, hand_in):
    with Grader(course) as grader:
        quiet = grader.grade(1, hand_in(), seed=1)
        loud = grader.grade(1, hand_in(), seed=1, live=True)

    assert [row.id for row in quiet.rows] == ["imports", "names", "answers"]
    assert "shell" not in quiet.versions
    row = loud.row("speaks")
    assert (row.kind, row.verdict, row.earned, row.max) == ("live", "passed", 0, 0)
    assert (loud.score, loud.max, loud.exit_code, loud.versions["shell"]) == (5, 5, 0, "5.2")
    jsonschema.validate(loud.to_dict(), schema())


def test_without_the_engine_the_row_says_what_is_needed_and_nothing_else_changes(course, hand_in):
    say(course, GONE)

    result = judged(course, hand_in())

    row = result.row("speaks")
    assert (row.verdict, row.seen) == ("could_not_check", "No shell answers. Start one: make infra.")
    assert (result.status, result.score, result.exit_code) == ("graded", 5, 0)


def test_what_the_engine_refuses_is_lost_and_costs_no_point(course, hand_in):
    write(course, 'expect(False, seen=shell.run(["sh", "-c", "echo no such tag; exit 3"]).last(), where="greeting.py")')

    result = judged(course, hand_in())

    assert (result.row("speaks").verdict, result.row("speaks").seen) == ("not_yet", "no such tag")
    assert (result.status, result.score, result.exit_code) == ("graded", 5, 1)


def test_digits_of_a_run_s_own_read_as_a_mark(course, hand_in):
    body = """one = shell.digits(12)
    assert one.isdigit() and len(one) == 12 and len(shell.digits(4)) == 4
    assert shell.run(["sh", "-c", f"echo {one}:movies"]).output == "<number>:movies\\n\""""
    write(course, body)

    assert judged(course, hand_in()).row("speaks").verdict == "passed"


def test_a_live_row_waits_for_what_it_comes_after(course, hand_in):
    result = judged(course, hand_in(greeting__py="def greet(name):\n    return name\n"))

    assert result.row("speaks").verdict == "waits_for"


def test_an_engine_that_goes_away_is_not_the_trainee_s_fault(course, hand_in):
    gone = json.dumps(GONE)
    write(course, f"""shell.run(["sh", "-c", 'echo $0 > {course.root}/says.json; exit 1', {gone!r}])""")

    result = judged(course, hand_in())

    row = result.row("speaks")
    assert (row.verdict, row.seen) == ("could_not_check", "No shell answers. Start one: make infra.")


def test_a_command_without_end_is_too_slow(course, hand_in):
    write(course, 'shell.run(["sh", "-c", "echo $$ > pid; exec sleep 60"], timeout=0.5)')

    row = judged(course, hand_in()).row("speaks")

    assert (row.verdict, row.seen) == ("too_slow", "no answer within 0.5 seconds")
    assert row.tried == "ran sh -c echo $$ > pid; exec sleep 60"


def test_a_program_that_is_not_there(course, hand_in):
    write(course, 'shell.run(["no-such-program", "--help"])')

    row = judged(course, hand_in()).row("speaks")

    assert row.verdict == "could_not_check"
    assert row.seen == "'no-such-program' could not be started, which 'shell' needs: No such file or directory."


def test_until_asks_again_and_gives_the_last_answer(course, hand_in):
    body = """again = shell.until(["sh", "-c", "echo x >> said; cat said"], lambda ran: ran.output.count("x") > 2)
    assert again.output == "x\\nx\\nx\\n", again
    never = shell.until(["false"], lambda ran: ran.exit_code == 0, timeout=0)
    assert never.exit_code == 1"""
    write(course, body)

    row = judged(course, hand_in()).row("speaks")

    assert (row.verdict, row.seen) == ("passed", "")


def test_get_asks_this_machine_only(course, hand_in):
    write(course, 'assert shell.get("http://127.0.0.1:1/").status == 0\n    shell.get("http://192.0.2.1/")')

    row = judged(course, hand_in()).row("speaks")

    assert row.seen == (
        "ValueError in the check: A live check may ask this machine only: "
        "'http://192.0.2.1/' begins neither with http://127.0.0.1: nor localhost."
    )


def test_an_engine_that_exercise_toml_does_not_name(course, hand_in):
    write(course, 'submission.engine("trino")')

    row = judged(course, hand_in()).row("speaks")

    expected = "The check 'speaks' asks for 'trino'; exercise.toml names shell for it under [live]."
    assert row.seen == f"ExerciseFault in the check: {expected}"


def test_a_finder_that_breaks_says_so(course, hand_in):
    (course.root / "says.json").unlink()

    row = judged(course, hand_in()).row("speaks")

    command = "python finder.py shell"
    assert row.seen == (f"Whether 'shell' answers could not be learned: `{command}` ended with JSONDecodeError.")


def test_a_course_without_a_finder(course, hand_in):
    table = (course.root / "pyproject.toml").read_text().replace('engines = ["finder.py"]\n', "")
    (course.root / "pyproject.toml").write_text(table)

    row = judged(find_course(course.root), hand_in()).row("speaks")

    assert row.seen == "This course says of no command that finds 'shell': live rows cannot run here."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("task=1,", "task=1, points=2, hints=('a', 'b', 'c'),", "The live check 'speaks' has 2 points. "
         "A live row has none: points are for what is judged on every machine."),
        ('id="speaks"', 'id="talks"', "exercise.toml names the live check 'speaks', which is not declared."),
    ],
)  # fmt: skip
def test_live_checks_that_break_a_rule(course, hand_in, old, new, message):
    path = course.exercise(1).checks / "test_live.py"
    path.write_text(path.read_text().replace(old, new))

    with pytest.raises(ExerciseFault) as fault:
        judged(course, hand_in())
    assert str(fault.value) == f"The checks of 01_greeting cannot be run: {message}"

    with pytest.raises(ExerciseFault) as fault:
        declared_checks(course.exercise(1))
    assert str(fault.value) == f"01_greeting: {message}"


def test_a_graded_check_may_not_come_after_a_live_one(course):
    path = course.exercise(1).checks / "test_01_greeting.py"
    path.write_text(path.read_text().replace('after=("names",)', 'after=("speaks",)'))

    with pytest.raises(ExerciseFault) as fault:
        declared_checks(course.exercise(1))

    assert str(fault.value) == (
        "01_greeting: The check 'answers' comes after 'speaks', which is a live row. "
        "Let it come after one that always runs."
    )


def test_an_engine_s_name_must_be_a_name(course):
    path = course.exercise(1).folder / "exercise.toml"
    path.write_text(path.read_text().replace('speaks = "shell"', "speaks = 3"))

    with pytest.raises(ExerciseFault) as fault:
        find_course(course.root).exercise(1)

    assert str(fault.value) == (
        "01_greeting/exercise.toml: [live] gives 'speaks' the engine 3. "
        'Write a name such as "docker", or a list of names.'
    )


@pytest.fixture
def at_work(course, monkeypatch, hand_in):
    (course.exercise(1).folder / "README.md").write_text("# Greeting\n")
    monkeypatch.chdir(course.root)
    main(["start", "1"])
    for name in ("greeting.py", "answers.toml"):
        (course.work / "01_greeting" / name).write_bytes((hand_in() / name).read_bytes())
    return course


def test_the_command_line_offers_live_rows_once_all_others_are_passed(at_work, capsys):
    capsys.readouterr()

    assert main(["check", "1", "--seed", "1"]) == 0
    offered = capsys.readouterr().out
    assert main(["check", "1", "--seed", "1", "--live"]) == 0
    shown = capsys.readouterr().out

    assert offered.endswith("next: checker status\nnext: on a real engine (shell): checker check 1 --live\n")
    assert shown.endswith("  passed        The shell speaks.\nnext: checker status\n")


def test_the_command_line_without_the_engine(at_work, capsys):
    say(at_work, GONE)
    capsys.readouterr()

    assert main(["check", "1", "--seed", "1", "--live"]) == 0

    assert capsys.readouterr().out.endswith(
        "  could not check The shell speaks.\n"
        "                No shell answers. Start one: make infra. This is not your fault\n"
        "                and costs no point. Your work is kept.\n"
        "next: checker status\n"
    )


def test_others_work_never_meets_an_engine(at_work, capsys):
    write(at_work, "raise RuntimeError")

    main(["grade", "work", "--seed", "1", "--json", "--out", "grades"])

    rows = json.loads(capsys.readouterr().out)[0]["rows"]
    assert [row["id"] for row in rows] == ["imports", "names", "answers"]


def test_the_last_line_that_begins_so_is_what_a_run_said():
    run = Ran(0, "pushed   one\npushed   two\nended\n", 0.1)

    assert (run.said("pushed"), run.said("ended"), run.said("built")) == ("two", "", "")

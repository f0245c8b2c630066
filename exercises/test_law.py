"""The law of this folder: every exercise keeps it, or the message says which file to mend and how.

What is asked stands in checker/law, a module per part; this file goes through all exercises and variants.
One wrong variant per check and each solution with another seed are asked in `make test`, half of them each day, so
that two days ask all; after a change of an exercise `make sync` asks all of its own, for the page of their messages.
`make test-full` asks right variants and runs notebooks on the solution on two days of a week each; a seventh of the
sabotages, of the notebooks on the starter and of the predictions, and a fourteenth of the other wrong variants and of
all wrong variants with a second seed: another part each day (checker/law/today.py).
`checker selftest N --law` asks the whole matrix of the exercise that is being worked on.
Mutants are counted only where course/mutants.lock was written over other files, and such a lock is refused;
`checker selftest --mutants` counts all and renews it. `make test-full` counts a part of them, another each day, all in
four weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checker.course import find_course
from checker.errors import ExerciseFault
from checker.law import brief, load, matrix, predictions, sabotage, start, verdicts, words
from checker.law.bench import SECOND_SEED, Bench
from checker.law.case import Case, read_case
from checker.law.catching import catch_all, mutants_are_caught, none_survives_anew
from checker.law.files import slugs_beside
from checker.law.lock import is_current, lock_is_current, read_lock
from checker.law.matrix import Target
from checker.law.notebook_run import notebook_runs
from checker.law.rules import RULES
from checker.law.today import IN_FOUR_WEEKS, IN_TWO_WEEKS, of_its_day, of_its_turn, part_of_today
from checker.law.variants import Wrong

COURSE = find_course(Path(__file__).parent)
# Another trainee than the matrix's: the solution must hold for every seed.
OTHER_TRAINEE = 9
# What a target's place in the list of all says about when it is asked.
Marks = Callable[[int], list[pytest.MarkDecorator]]


def _readable() -> tuple[dict[str, Case], dict[str, str]]:
    cases, faults = {}, {}
    for exercise in COURSE.exercises:
        try:
            cases[exercise.number] = read_case(exercise)
        except ExerciseFault as fault:
            faults[exercise.slug] = str(fault)
    return cases, faults


CASES, FAULTS = _readable()


def _targets(*kinds: str) -> pytest.MarkDecorator:
    """Parametrise over (exercise, target), for targets of these kinds."""
    found = [
        pytest.param(case, name, id=f"{number}-{name}")
        for number, case in CASES.items()
        for name in matrix.names(case)
        if name.partition("/")[0] in kinds
    ]
    return pytest.mark.parametrize(("case", "name"), found)


def _twice_a_week(place: int) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, pytest.mark.twice_a_week(place)]


def _right_targets() -> pytest.MarkDecorator:
    """All right variants, each on two days of the week."""
    places = [(case, f"right/{right.name}") for case in CASES.values() for right in case.variants.right]
    found = [
        pytest.param(case, name, id=f"{case.exercise.number}-{name}", marks=_twice_a_week(place))
        for place, (case, name) in enumerate(places)
    ]
    return pytest.mark.parametrize(("case", "name"), found)


def _wrong_targets(of_first: Marks, of_others: Marks) -> pytest.MarkDecorator:
    """All wrong variants: these marks for the first that loses each check, those for the rest."""
    places = [(number, wrong) for number, case in CASES.items() for wrong in case.variants.wrong]
    asked: set[tuple[str, str]] = set()
    found = []
    for place, (number, wrong) in enumerate(places):
        first = (number, wrong.loses) not in asked
        asked.add((number, wrong.loses))
        marks = (of_first if first else of_others)(place)
        found.append(pytest.param(CASES[number], f"wrong/{wrong.name}", id=f"{number}-wrong/{wrong.name}", marks=marks))
    return pytest.mark.parametrize(("case", "name"), found)


def _each_day(place: int) -> list[pytest.MarkDecorator]:
    """In `make test` on every second day; on the others in no tier but that which asks all parts."""
    return [pytest.mark.slow] if of_its_turn(place) else [pytest.mark.full, pytest.mark.another_day]


def _on_its_day(place: int) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *of_its_day(place)]


def _in_two_weeks(place: int) -> list[pytest.MarkDecorator]:
    return [pytest.mark.full, *of_its_day(place, IN_TWO_WEEKS)]


def _sabotages() -> pytest.MarkDecorator:
    """All that is spoiled on purpose, a seventh each day; `checker selftest N --law` asks all of one exercise."""
    places = [(case, name) for case in CASES.values() for name in sabotage.sabotages(case, _others(case))]
    found = [
        pytest.param(case, name, id=f"{case.exercise.number}-{name}", marks=_on_its_day(place))
        for place, (case, name) in enumerate(places)
    ]
    return pytest.mark.parametrize(("case", "name"), found)


def _in_turn(name: str, marks: Marks) -> pytest.MarkDecorator:
    """Parametrise over this target of each exercise, with the marks of its place in the list."""
    found = [
        pytest.param(case, name, id=f"{number}-{name}", marks=marks(place))
        for place, (number, case) in enumerate(CASES.items())
    ]
    return pytest.mark.parametrize(("case", "name"), found)


def _each_case() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=number) for number, case in CASES.items()])


def _others(case: Case) -> tuple[Path, ...]:
    return tuple(case.folder.parent / slug for slug in slugs_beside(case.folder))


def obey(sentences: list[str]) -> None:
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)


def test_every_exercise_can_be_read() -> None:
    obey(list(FAULTS.values()))


@pytest.mark.parametrize(
    ("case", "rule"),
    [pytest.param(case, rule, id=f"{number}-{rule}") for number, case in CASES.items() for rule in RULES],
)
def test_rule(case: Case, rule: str) -> None:
    obey(RULES[rule](case))


@pytest.mark.slow
@_targets("starter")
def test_starter_earns_nothing(case: Case, name: str, bench: Bench) -> None:
    obey(verdicts.starter_earns_nothing(case, bench.result(case, matrix.starter(case))))


@pytest.mark.slow
@_targets("starter")
def test_starter_runs(case: Case, name: str, bench: Bench, tmp_path: Path) -> None:
    obey(start.starter_runs(case, bench, matrix.starter(case), tmp_path))


@pytest.mark.slow
@_targets("starter")
def test_first_task_earns(case: Case, name: str, bench: Bench) -> None:
    obey(load.first_task_earns(case, bench.answers(case), lambda target: bench.grade(case, target)))


@pytest.mark.slow
@_targets("solution", "service")
def test_earns_all(case: Case, name: str, bench: Bench) -> None:
    obey(verdicts.earns_all(case, name, bench.result(case, _made(case, bench, name))))


@_right_targets()
def test_right_variant_earns_all(case: Case, name: str, bench: Bench) -> None:
    obey(verdicts.earns_all(case, name, bench.result(case, _made(case, bench, name))))


@_in_turn("solution", _each_day)
def test_earns_all_with_another_seed(case: Case, name: str, bench: Bench) -> None:
    answer = matrix.solution(case, bench.answers(case, OTHER_TRAINEE))

    result = bench.grade(case, answer, seed=SECOND_SEED, trainee_seed=OTHER_TRAINEE)

    obey(verdicts.earns_all(case, name, result))


@_in_turn("solution", _on_its_day)
def test_predictions_reach_no_grade(case: Case, name: str, bench: Bench) -> None:
    answer = _made(case, bench, name)

    obey(predictions.predictions_reach_no_grade(case, answer, lambda target: bench.grade(case, target)))


@_wrong_targets(_each_day, _in_two_weeks)
def test_wrong_variant_loses_one_check(case: Case, name: str, bench: Bench) -> None:
    """And says so in words that pass the lint."""
    result = bench.result(case, _made(case, bench, name))

    obey(verdicts.loses_one(case, _wrong(case, name), result) + words.messages_are_complete(case, name, result))


@_wrong_targets(_in_two_weeks, _in_two_weeks)
def test_wrong_variant_is_told_by_what_the_brief_names(case: Case, name: str, bench: Bench) -> None:
    """With another seed too; a value that both seeds speak of stands in the brief."""
    wrong, target = _wrong(case, name), _made(case, bench, name)
    first = bench.result(case, target)
    named = case.check(wrong.loses)
    second = bench.grade(case, target, seed=SECOND_SEED, task=named.task if named else None, until_lost=True)

    obey(verdicts.loses_first(case, wrong, second) + brief.demands_stand_in_brief(case, [(first, second)]))


@_sabotages()
def test_sabotage_earns_what_is_justified(case: Case, name: str, bench: Bench) -> None:
    target = sabotage.sabotages(case, _others(case))[name]

    obey(sabotage.earns_what_is_justified(case, name, bench.result(case, target)))


# A kernel, servers and some forty programs; on a busy machine that takes minutes.
@pytest.mark.timeout(600)
@_in_turn("solution", _twice_a_week)
def test_notebook_runs(case: Case, name: str, bench: Bench, tmp_path: Path) -> None:
    obey(_notebook(case, name, bench, tmp_path))


@pytest.mark.timeout(600)
@_in_turn("starter", _on_its_day)
def test_notebook_runs_on_the_starter(case: Case, name: str, bench: Bench, tmp_path: Path) -> None:
    obey(_notebook(case, name, bench, tmp_path))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@_each_case()
def test_lock_is_current_or_its_mutants_are_counted(case: Case, bench: Bench) -> None:
    if not is_current(COURSE, case):
        obey(lock_is_current(COURSE, case) + mutants_are_caught(case, catch_all(case, bench)))


@pytest.mark.full
@pytest.mark.timeout(1800)
@_each_case()
def test_todays_mutants_are_caught(case: Case, bench: Bench) -> None:
    catch = catch_all(case, bench, first=part_of_today(IN_FOUR_WEEKS), step=IN_FOUR_WEEKS)
    known = read_lock(COURSE).get(case.slug, {}).get("survivors", [])

    obey(none_survives_anew(case, catch, known))


def _notebook(case: Case, name: str, bench: Bench, scratch: Path) -> list[str]:
    resources = {one: bench.grader.course.resource(one, bench.grader.resources) for one in case.exercise.resources}
    return notebook_runs(case, _made(case, bench, name), scratch, resources)


def _wrong(case: Case, name: str) -> Wrong:
    return next(one for one in case.variants.wrong if f"wrong/{one.name}" == name)


def _made(case: Case, bench: Bench, name: str) -> Target:
    return bench.targets(case)[name]

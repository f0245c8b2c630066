"""Laws 1 to 5 and 7 on results, each broken by an edit of the miniature exercise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.errors import ExerciseFault
from checker.law import brief, load, matrix, start, verdicts, words
from checker.law.bench import SECOND_SEED
from checker.law.predictions import predictions_reach_no_grade
from checker.law.sabotage import sabotages
from checker.law.variants import Wrong

pytestmark = pytest.mark.slow

CHECKS = "checks/test_01_parcel.py"


def test_the_miniature_exercise_keeps_laws_1_to_5(case, bench, tmp_path) -> None:
    targets = bench.targets(case)
    said = verdicts.starter_earns_nothing(case, bench.result(case, targets["starter"]))
    said += start.starter_runs(case, bench, targets["starter"], tmp_path)
    said += load.first_task_earns(case, bench.answers(case), lambda target: bench.grade(case, target))
    for name in ("solution", "right/table", "right/cents", "right/chained_or", "right/format_method"):
        said += verdicts.earns_all(case, name, bench.result(case, targets[name]))

    assert said == []


def test_each_wrong_variant_of_it_loses_one_check(case, bench) -> None:
    said = []
    for wrong in case.variants.wrong:
        target = bench.targets(case)[f"wrong/{wrong.name}"]
        first, second = bench.result(case, target), bench.grade(case, target, seed=SECOND_SEED, until_lost=True)
        said += verdicts.loses_one(case, wrong, first) + verdicts.loses_first(case, wrong, second)
        said += words.messages_are_complete(case, target.name, first)
        said += brief.demands_stand_in_brief(case, [(first, second)])

    assert said == []


def test_a_starter_that_earns_is_refused(edited, bench) -> None:
    case = edited("starter/parcel.py", 'f"{town} {name}"', 'f"{name}, {town.upper()}"')

    said = verdicts.starter_earns_nothing(case, bench.result(case, matrix.starter(case)))

    assert said == [
        "01_parcel/starter earns 2 of 2 points for 'label'. "
        "Make that check a guard with 0 points, or take from the starter what passes it."
    ]


def test_a_starter_that_breaks_a_guard_is_refused(edited, bench) -> None:
    case = edited("starter/parcel.py", "def label(", "def tag(")

    said = verdicts.starter_earns_nothing(case, bench.result(case, matrix.starter(case)))

    assert said == [
        "01_parcel/starter breaks the guard 'runs': there is no label. A guard holds what the starter already does."
    ]


def test_a_first_message_without_a_place_is_refused(edited, bench) -> None:
    case = edited(CHECKS, 'where="parcel.py, price",', 'where="",')

    said = verdicts.starter_earns_nothing(case, bench.result(case, matrix.starter(case)))

    assert said == [
        "01_parcel/starter: the first lost row 'bounds' does not say seen, expected and where. Fill in all three."
    ]


def test_a_starter_that_raises_is_refused(edited, bench, tmp_path) -> None:
    case = edited("starter/parcel.py", "def price", "assert False, 'no'\n\n\ndef price")

    said = start.starter_runs(case, bench, matrix.starter(case), tmp_path)

    assert said == [
        "01_parcel/starter does not run as it is: parcel.py ends with exit code 1, 'AssertionError: no'. "
        "Let the stub answer something, if only a little."
    ]


def test_a_right_variant_that_loses_a_row_is_refused(edited, bench) -> None:
    case = edited("right/cents/parcel.py", "town.upper()", "town")

    said = verdicts.earns_all(case, "right/cents", bench.grade(case, bench.targets(case)["right/cents"]))

    assert len(said) == 1
    assert said[0].startswith("01_parcel/right/cents loses 'label' (not_yet): 'Ada ")
    assert said[0].endswith(", Delft'. Mend the files, or the check when it demands one form of a good answer.")


def test_a_wrong_variant_that_loses_another_check_is_refused(case, bench) -> None:
    wrong = Wrong("no_base", "says", "label", "source")

    said = verdicts.loses_one(case, wrong, bench.result(case, bench.targets(case)["wrong/no_base"]))

    assert said[0].startswith("01_parcel/wrong/no_base loses 'rate' too (not_yet): ")
    assert said[0].endswith(". One fault loses one check: let 'rate' come after 'label', or narrow one of the two.")
    assert said[1:] == [
        "01_parcel/wrong/no_base does not lose 'label'. Sharpen the check, or mend `loses` in variants.toml."
    ]


def test_a_message_that_names_no_file_is_refused(edited, bench) -> None:
    case = edited(CHECKS, 'where="parcel.py, label"', 'where="the label"')
    wrong = next(one for one in case.variants.wrong if one.name == "small_letters")

    said = verdicts.loses_one(case, wrong, bench.result(case, bench.targets(case)["wrong/small_letters"]))

    assert said == [
        "01_parcel/wrong/small_letters: the message of 'label' says where='the label', "
        "which names no file of parcel.py, answers.toml. Name the faulty file."
    ]


def test_a_message_may_name_a_file_that_the_exercise_also_takes(edited, bench) -> None:
    case = edited(CHECKS, 'where="parcel.py, label"', 'where="notes.txt:3"')
    case = replace(case, exercise=replace(case.exercise, also=("*.txt",)))
    wrong = next(one for one in case.variants.wrong if one.name == "small_letters")

    assert not verdicts.loses_one(case, wrong, bench.result(case, bench.targets(case)["wrong/small_letters"]))


def test_a_check_that_breaks_is_ours(edited, bench) -> None:
    case = edited(CHECKS, '"""The label is what the machine reads."""', '"""The label is read."""\n    1 / 0')

    said = verdicts.earns_all(case, "solution", bench.result(case, bench.targets(case)["solution"]))

    assert said == [
        "01_parcel/solution: 'label' could not be checked: ZeroDivisionError in the check: division by zero. "
        "Mend the check: no hand-in may stop it."
    ]


def test_a_loss_that_hangs_on_the_seed_is_refused(case, bench) -> None:
    wrong = next(one for one in case.variants.wrong if one.name == "no_base")

    said = verdicts.loses_first(case, wrong, bench.result(case, bench.targets(case)["solution"], seed=11))

    assert said == [
        "01_parcel/wrong/no_base loses 'nothing' with seed 11, not 'rate'. "
        "Draw the inputs of that check so that the mistake always shows."
    ]


def test_a_first_task_without_a_point_is_refused(edited, bench) -> None:
    case = edited("solution/parcel.py", "return 4 + weight / 2", "return 0")
    case = edited(CHECKS, 'id="bounds", task=1, points=2', 'id="bounds", task=1')

    said = load.first_task_earns(case, bench.answers(case), lambda target: bench.grade(case, target))

    assert len(said) == 1
    assert said[0].startswith("01_parcel: task 1 alone earns no point. 'rate' says: 0")
    assert said[0].endswith(". Let a first point be within reach of task 1.")


def test_a_grade_that_follows_the_predictions_is_refused(case, bench) -> None:
    solution, empty = bench.targets(case)["solution"], sabotages(case)["empty"]

    def rigged(target):
        return bench.result(case, solution if target.state["predictions"]["01.1"] == "a" else empty)

    assert predictions_reach_no_grade(case, solution, lambda target: bench.grade(case, target)) == []
    assert predictions_reach_no_grade(case, solution, rigged) == [
        "01_parcel: predictions change the result. Take them out of what the checks read."
    ]


def test_a_missing_starter_is_refused(case) -> None:
    case.exercise.starter.rename(case.folder / "begin")

    with pytest.raises(ExerciseFault) as refused:
        matrix.starter(case)

    assert str(refused.value) == "01_parcel/starter is not there. Run `make sync`."


def test_a_demand_that_the_brief_hides_is_refused(edited, bench) -> None:
    case = edited("README.md", "A weight from 1 to 30 kg", "A weight that is allowed")
    result = bench.result(case, bench.targets(case)["wrong/lower_limit_out"])

    assert brief.demands_stand_in_brief(case, [(result, result)]) == [
        "01_parcel: the check 'bounds' expects 30, which README.md does not say. Add it to the task in the brief."
    ]

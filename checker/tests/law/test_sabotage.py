"""Law 7 on the miniature exercise, and on checks that are too easily pleased."""

from __future__ import annotations

import pytest

from checker.law.sabotage import earns_what_is_justified, sabotages

CHECKS = "checks/test_01_parcel.py"
EASY = 'seen == f"{name}, DELFT"'


@pytest.mark.slow
def test_no_sabotage_earns_a_point_in_the_miniature_exercise(case, bench) -> None:
    made = sabotages(case)

    assert list(made) == [
        "empty", "raises", "exits_hard", "exits", "constant_number", "constant_object", "constant_true",
        "equal_to_all", "forged_lines", "patched_modules", "edited_checks", "pytest_files", "startup_files",
    ]  # fmt: skip
    for name, target in made.items():
        assert earns_what_is_justified(case, name, bench.grade(case, target)) == []


@pytest.mark.slow
def test_a_check_that_a_constant_pleases_is_refused(edited, bench) -> None:
    case = edited(CHECKS, EASY, "seen")

    said = earns_what_is_justified(case, "constant_true", bench.grade(case, sabotages(case)["constant_true"]))

    assert said == [
        "01_parcel: the sabotage 'constant_true' earns 2 of 2 points for 'label'. "
        "Sharpen the check, or justify the row in variants.toml [sabotage]."
    ]


@pytest.mark.slow
def test_a_justified_row_may_be_kept(edited, bench) -> None:
    edited(CHECKS, EASY, "seen")
    case = edited("variants.toml", "[sabotage]", '[sabotage.constant_true]\nlabel = "why"')

    assert earns_what_is_justified(case, "constant_true", bench.grade(case, sabotages(case)["constant_true"])) == []


@pytest.mark.slow
def test_a_check_that_breaks_over_an_odd_shape_is_refused(edited, bench) -> None:
    case = edited(CHECKS, EASY, 'seen["text"] == name')

    said = earns_what_is_justified(case, "constant_object", bench.grade(case, sabotages(case)["constant_object"]))

    assert said == [
        "01_parcel: the sabotage 'constant_object' breaks the check 'label': KeyError in the check: 'text'. "
        "Ask for the value through submission, reply.field or answers.get."
    ]


def test_the_examples_of_a_brief_and_the_service_are_handed_in(edited) -> None:
    edited("service/parcel.py", "", "from movie_service import price\n")
    case = edited("README.md", "", '\n```json\n{"price": 4.5}\n```\n```json\n{not json}\n```\n')

    made = sabotages(case)

    assert "return {'price': 4.5}" in made["brief_example_1"].files["parcel.py"].decode()
    assert made["imports_the_service"].files["parcel.py"] == b"from movie_service import price\n"
    assert made["imports_the_service"].imports is None


def test_another_exercises_answer_is_handed_in_under_this_name(case, tmp_path) -> None:
    (tmp_path / "02_van" / "solution").mkdir(parents=True)
    (tmp_path / "02_van" / "solution" / "van.py").write_text("load = 3\n")

    made = sabotages(case, (tmp_path / "02_van",))

    assert made["exercise_02"].files["parcel.py"] == b"load = 3\n"


def test_data_is_handed_in_empty_broken_shaped_otherwise_and_where_nobody_reads_it(edited) -> None:
    edited("solution/order.yaml", "", "# BEGIN SOLUTION 1\nweight: 3\n# END SOLUTION\n")
    edited("README.md", "", "\n```yaml\nweight: 1\n```\n")
    case = edited("exercise.toml", 'hand_in = ["', 'hand_in = ["order.yaml", "')

    made = {
        name: target.files["order.yaml"] for name, target in sabotages(case).items() if "order.yaml" in target.files
    }

    assert made == {
        "data_empty": b"",
        "data_broken": b"{\n",
        "data_scalar": b"yes\n",
        "data_list": b"- []\n- null\n- {a: 1}\n",
        "data_example_1": b"weight: 1\n",
        "wrapped_order.yaml": b"answer: |\n  weight: 3\n  \n",
    }

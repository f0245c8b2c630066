"""Every sentence of the rules that need no grading, on a miniature exercise that breaks one of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from checker.law.case import Case
from checker.law.rules import RULES

LONG = "Look. " * 25 + "Look"
BROKEN = [
    (
        "every check is lost by a wrong variant",
        ("variants.toml", 'loses = "heaviest"', 'loses = "label"'),
        "01_parcel/variants.toml: no wrong variant loses 'heaviest'. "
        "Add the mistake that this check is there for, with its source.",
    ),
    (
        "every check is lost by a wrong variant",
        ("variants.toml", 'says = "The base is forgotten."\nloses = "rate"', 'says = "No base."\nloses = "raet"'),
        "01_parcel/variants.toml: [wrong.no_base] loses 'raet', which is no check. "
        "There are: runs, bounds, rate, label, heaviest.",
    ),
    (
        "enough variants",
        ("variants.toml", 'differs = "unit"', 'differs = "Form of the range test"'),
        "01_parcel/variants.toml: right variants 'chained_or' and 'cents' differ in the same choice, "
        "'Form of the range test'. Replace one of them.\n"
        "01_parcel/variants.toml names 3 right variants with a choice of their own. "
        "Add good answers in another form, until there are 4.",
    ),
    (
        "variants and folders agree",
        ("wrong/rounded/parcel.py", "", "1\n"),
        "01_parcel/wrong/rounded has no entry. Add [wrong.rounded] to variants.toml.",
    ),
    (
        "variants and folders agree",
        ("variants.toml", "[right.cents]", "[right.pennies]"),
        "01_parcel/right/cents has no entry. Add [right.cents] to variants.toml.\n"
        "01_parcel/variants.toml: [right.pennies] has no folder right/pennies. Add it with its files.",
    ),
    (
        "free mutants exist",
        ("variants.toml", "weighs 1 to 30'\" = \"the words of an error are free\"", "weighs'\" = \"free\""),
        "01_parcel/variants.toml: [free] \"parcel.py, price: change text 'a parcel weighs'\" names no mutant. "
        "Take it out; `checker selftest --mutants` prints the names.",
    ),
    (
        "free mutants exist",
        ("variants.toml", '"the words of an error are free"', '""'),
        "01_parcel/variants.toml: [free] \"parcel.py, price: change text 'a parcel weighs 1 to 30'\" has no reason. "
        "Give it in one sentence.",
    ),
    (
        "points are fair",
        ("checks/test_01_parcel.py", 'id="bounds", task=1, points=2', 'id="bounds", task=1, points=9'),
        "01_parcel/checks: 10 of 14 points are for typing (build tasks), half is the most. "
        "Move points to what is diagnosed or observed.",
    ),
    (
        "points are fair",
        ("checks/test_01_parcel.py", 'points=2, tier="full"', "points=2"),
        "01_parcel/checks: 'heaviest' has tier 'room', its task 3 has 'full'. Give both the same.",
    ),
    (
        "points are fair",
        ("checks/test_01_parcel.py", 'id="runs", task=1', 'id="runs", task=7'),
        "01_parcel/checks: 'runs' belongs to task 7, which exercise.toml does not have.",
    ),
    (
        "points are fair",
        ("checks/test_01_parcel.py", 'id="label", task=2', 'id="label", task=1'),
        "01_parcel/checks: 5 of 7 points are for typing (build tasks), half is the most. "
        "Move points to what is diagnosed or observed.\n"
        "01_parcel/checks: no check belongs to task 2. Add one, or take the task out.",
    ),
    (
        "tasks are varied",
        ("exercise.toml", 'kind = "observe"', 'kind = "build"'),
        "01_parcel/exercise.toml: no task has kind 'observe'. Turn one into it.",
    ),
    (
        "tasks are varied",
        ("exercise.toml", 'tier = "full"', 'tier = "room"'),
        "01_parcel/exercise.toml: task 3 has tier 'room'. Tasks 1 and 2 are room, later ones are not.",
    ),
    (
        "tasks are varied",
        ("exercise.toml", "number = 3", "number = 4"),
        "01_parcel/exercise.toml: tasks are numbered [1, 2, 4]. Count them from 1.",
    ),
    (
        "minutes fit",
        ("exercise.toml", "minutes = 20", "minutes = 50"),
        "01_parcel/exercise.toml: task 3 takes 50 minutes. Split it: 20 is the most.\n"
        "01_parcel/exercise.toml: the tasks take 80 minutes. Plan 45 to 75.",
    ),
    (
        "minutes fit",
        ("exercise.toml", "minutes = 15", "minutes = 20.5"),
        "01_parcel/exercise.toml: task 1 takes 20.5 minutes. Split it: 20 is the most.\n"
        "01_parcel/exercise.toml: the room tasks take 35.5 minutes. Plan at most 35.",
    ),
    (
        "typing is bounded",
        ("solution/answers.toml", "", "".join(f"k{number} = '?'\n" for number in range(90))),
        "01_parcel/solution: the tasks ask for 95 typed lines. Give more: 90 is the most.",
    ),
    (
        "every file is named",
        ("checks/old.py", "", "x = 1\n"),
        "01_parcel/checks/old.py is named by nothing. Import it from a check, or take it out.",
    ),
    (
        "every file is named",
        ("service/notes.py", "", "x = 1\n"),
        "01_parcel/service/notes.py is named by nothing. "
        "Only files of hand_in and also are laid over the solution: take it out.",
    ),
    (
        "typing is bounded",
        ("solution/parcel.py", "    return 4 +", "    weight += 0\n" * 12 + "    return 4 +"),
        "01_parcel/solution: the room tasks ask for 16 typed lines. Give more: 15 is the most.",
    ),
    (
        "doing is short",
        ("notebook.py", "# Do: mend the label.", "# Do:" + " mend" * 61),
        "01_parcel/notebook.py: a cell of task 2 has 62 words. Cut it to 60.",
    ),
    (
        "doing is short",
        ("notebook.py", 'check("01", task=1)', f"{'sh(0); ' * 5}\n\n# %%\ncheck(\"01\", task=1)"),
        "01_parcel/notebook.py: the room tasks run 7 commands. Run at most 6.",
    ),
    (
        "every file is named",
        ("solution/notes.txt", "", "x\n"),
        "01_parcel/solution/notes.txt is named by nothing. Hand it in, mention it in README.md, or take it out.",
    ),
    (
        "every file is named",
        ("draft.md", "", "x\n"),
        "01_parcel/draft.md is named by nothing. Take it out, or move it where it belongs.",
    ),
    (
        "every file is named",
        ("wrong/renamed/load.py", "", "x\n"),
        "01_parcel/wrong/renamed/load.py is named by nothing. "
        "Only files of hand_in and also are laid over the solution: take it out.",
    ),
    (
        "hand-ins hide no package",
        ("solution/pytest.py", "", "x = 1\n"),
        "01_parcel/solution/pytest.py hides the package 'pytest'. Give it another name, "
        "also in exercise.toml and in the brief.",
    ),
    (
        "it leans on no other exercise",
        ("solution/load.py", "import random", "import course.training\nimport random"),
        "01_parcel/solution/load.py imports 'course.training'. An exercise is done alone: bring what it needs.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_the_miniature_exercise_keeps_every_rule(rule: str, case: Case) -> None:
    assert RULES[rule](case) == []


@pytest.mark.parametrize(("rule", "edit", "sentences"), BROKEN)
def test_a_broken_rule_says_what_to_do(rule, edit, sentences, edited) -> None:
    assert "\n".join(RULES[rule](edited(*edit))) == sentences


MISSING = [
    ("predictions are complete", "predictions.toml", "Write it; checker/API.md shows its form."),
    ("the notebook has its shape", "notebook.py", "Write it as a jupytext percent file."),
    ("every file is named", "walkthrough.md", "Write it."),
    ("every file is named", "solution/answers.toml", "Add it."),
]


@pytest.mark.parametrize(("rule", "name", "cure"), MISSING)
def test_a_missing_file_is_named(rule, name, cure, case) -> None:
    (case.folder / name).unlink()
    why = ", though exercise.toml hands it in" if name.startswith("solution") else ""

    assert RULES[rule](case)[0] == f"01_parcel/{name} is not there{why}. {cure}"


def test_few_wrong_variants_are_refused(case) -> None:
    few = replace(case, variants=replace(case.variants, wrong=case.variants.wrong[:7]))

    assert RULES["enough variants"](few) == [
        "01_parcel/variants.toml names 7 wrong variants. Add mistakes that people make, until there are 8."
    ]


def test_another_exercise_is_not_leaned_on(edited, course) -> None:
    case = edited("solution/load.py", "seed in", "seed of 02_van in")
    other = course.exercises_folder / "02_van"
    other.mkdir()
    (other / "exercise.toml").write_text("")

    said = RULES["it leans on no other exercise"](case)

    assert said == ["01_parcel/solution/load.py names '02_van'. An exercise is done alone: bring what it needs."]

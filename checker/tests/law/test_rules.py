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
        "the brief has its shape",
        ("README.md", "One line that refuses such a weight would have prevented it.\n", ""),
        "01_parcel/README.md opens with 2 sentences. "
        "Open with three: what users saw, what it cost, which line would have prevented it.",
    ),
    (
        "the brief has its shape",
        ("README.md", "TODO 2", "Part 2"),
        "01_parcel/README.md has no 'TODO 2'. Say what must be true after task 2.",
    ),
    (
        "the brief has its shape",
        ("README.md", "checker check 1", "check it"),
        "01_parcel/README.md does not say 'checker check 1'. Say how to check without a notebook.",
    ),
    (
        "the brief has its shape",
        ("README.md", "", "- **a**: b\n" * 7),
        "01_parcel/README.md explains 8 new words. Explain at most 7, or teach fewer.",
    ),
    (
        "a TODO names no key",
        ("solution/parcel.py", "knows one form only.", "knows upper() only."),
        "01_parcel/solution/parcel.py: TODO 2 names 'upper', which the answer types. "
        "Say what must be true, not which key.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", f'hints=("{LONG}. Why?", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' has 27 words. Write 1 to 25.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", 'hints=("Is it simply a limit?", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' says 'simply'. Say it without.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", f'hints=("{"word " * 24}word", *HINTS[1:])'),
        f"01_parcel/checks: the nudge of 'bounds' has a sentence of 25 words: {('word ' * 25).strip()!r}. "
        "Cut it below 25.",
    ),
    (
        "hints have their length",
        ("checks/test_01_parcel.py", "hints=HINTS", 'hints=("Look!", *HINTS[1:])'),
        "01_parcel/checks: the nudge of 'bounds' has an exclamation mark. End the sentence with a full stop.",
    ),
    (
        "hints have their length",
        (
            "checks/test_01_parcel.py",
            "hints=HINTS",
            'hints=(HINTS[0], "Write if not 1 <= weight <= 30: there.", HINTS[2])',
        ),
        "01_parcel/checks: the pointer of 'bounds' gives away the solution's line 'if not 1 <= weight <= 30:'. "
        "Ask a question instead.",
    ),
    (
        "titles are sentences",
        ("checks/test_01_parcel.py", "The label is what the machine reads.", "Label"),
        "01_parcel/checks: the title of 'label' is no sentence: 'Label'. End it with '.'.",
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
        "the notebook has its shape",
        ("notebook.py", '# %%\nentry("01")', '# %%\ncheck("01")\n\n# %%\nentry("01")'),
        "01_parcel/notebook.py: check(\"01\") stands before section 'Break it'. Move it behind.",
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
        "Only files of hand_in are laid over the solution: take it out.",
    ),
    (
        "typing is bounded",
        ("solution/parcel.py", "    return 4 +", "    weight += 0\n" * 12 + "    return 4 +"),
        "01_parcel/solution: the room tasks ask for 16 typed lines. Give more: 15 is the most.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'id = "01.e3"', 'id = "01.e2"'),
        "01_parcel/predictions.toml: the id '01.e2' is given twice. Rename one.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", "task = 3", "task = 2"),
        "01_parcel/predictions.toml has no prediction for task 3. Ask what will be seen, before it is.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", " Half of them lie in the upper half.", ""),
        "01_parcel/predictions.toml: prediction '01.3' has a reason of 1 sentences. Write 2.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'options = { a = "yes", b = "no" }', 'options = { a = "yes" }'),
        "01_parcel/predictions.toml: entry '01.e3' has 1 options. Give two to four.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'a = "yes", b = "no"', 'b = "x", c = "y"'),
        "01_parcel/predictions.toml: entry '01.e3' has the answer 'a', which is no option. There are: b, c.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'read = "The Python tutorial, section 4.8"\n', ""),
        "01_parcel/predictions.toml: entry '01.e1' needs exactly answer, id, options, question, read, reason.",
    ),
    (
        "predictions are complete",
        ("predictions.toml", 'id = "01.1"', 'id = "02.1"'),
        "01_parcel/predictions.toml: prediction '02.1' has no id of this exercise. Begin it with '01.'.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", "", "\n# %%\nprint()\n" * 16),
        "01_parcel/notebook.py has 46 cells. Join some, until there are 45.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'sh("python load.py")', "# %%writefile parcel.py"),
        "01_parcel/notebook.py: a cell uses %%writefile. "
        "Answers are files, edited beside the notebook; link to the file.",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'predict("01.2", "a")', "pass"),
        "01_parcel/notebook.py has no predict(\"01.…\") of task 2. Add it after check(\"01\", task=1).",
    ),
    (
        "the notebook has its shape",
        ("notebook.py", 'sh("python parcel.py")', "import parcel"),
        "01_parcel/notebook.py imports 'parcel' into the kernel, which keeps the old one. Run it with sh().",
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
        "questions are answered",
        ("walkthrough.md", "Who else must know", "Who must know"),
        "01_parcel/walkthrough.md does not answer the notebook's question of task 1, "
        "'Who else must know the two limits?'. Quote and answer it.",
    ),
    (
        "questions are answered",
        ("notebook.py", "What would a second comma do to the machine?", "A comma parts."),
        "01_parcel/notebook.py: the Explain cell of task 2 asks nothing. End it with a question.",
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
        "Only files of hand_in are laid over the solution: take it out.",
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

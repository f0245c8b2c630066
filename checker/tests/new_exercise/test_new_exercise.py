"""`checker new-exercise`: what it writes, what it says next, and what it refuses, word for word."""

import os

import pytest

from checker.cli import main
from checker.course import find_course
from checker.law.case import read_case
from checker.law.filling import nothing_is_left_to_fill
from checker.law.rules import RULES

FORM = "two digits, then words of small letters and digits, joined by underscores."


def test_a_draft_is_complete_and_says_what_is_next(drafts, capsys):
    assert main(["new-exercise", "12_tracing", "--into", "."]) == 0

    assert capsys.readouterr().out == (
        "wrote 12_tracing: 17 files, 123 places to fill\n"
        "next:\n"
        "  1. fill every place that says 'FILL:', solution/ and checks/ first: grep -rn FILL: 12_tracing\n"
        "  2. make the starter: python -m course starter 12_tracing\n"
        "  3. read it as a trainee does: checker check 12 --folder 12_tracing/starter\n"
        "  4. ask the law, which names what is left: checker selftest 12 --law\n"
        "  5. count the mutants that no check notices: checker selftest 12 --mutants\n"
        "  6. move it to its course's folder of exercises, then: checker selftest 12 --law\n"
    )
    names = sorted(path.name for path in (drafts / "12_tracing").iterdir())
    assert names == [
        *("README.md", "checks", "exercise.toml", "notebook.py", "predictions.toml", "right", "solution"),
        *("variants.toml", "walkthrough.md", "wrong"),
    ]


def test_without_into_it_goes_to_the_exercises_of_the_course(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert main(["new-exercise", "12_tracing", "--title", " Follow  one request "]) == 0

    said = capsys.readouterr().out
    assert said.startswith("wrote exercises/12_tracing: ")
    assert "  2. make the starter: make sync\n" in said and said.endswith("  6. make test\n")
    assert find_course(mini.root).exercise("tracing").title == "Follow one request"


def test_a_folder_of_drafts_can_be_named_from_elsewhere(drafts, capsys):
    main(["new-exercise", "12_tracing", "--into", "my drafts"])

    assert "  4. ask the law, which names what is left: cd 'my drafts' && checker selftest 12 --law\n" in (
        capsys.readouterr().out
    )
    assert find_course(drafts / "my drafts").exercise(12).title == "Tracing"


def test_a_second_draft_finds_a_place_beside_the_first(skeleton):
    assert main(["new-exercise", "13_alerts", "--into", "."]) == 0

    assert [one.slug for one in find_course(skeleton.parent).exercises] == ["12_tracing", "13_alerts"]


def test_a_title_may_hold_quotes(drafts):
    main(["new-exercise", "12_tracing", "--title", 'What "slow" means', "--into", "."])

    assert find_course(drafts).exercise(12).title == 'What "slow" means'


def test_a_hand_in_hides_no_package(drafts):
    main(["new-exercise", "12_json", "--into", "."])

    assert find_course(drafts).exercise(12).hand_in == ("json_work.py", "answers.toml")


def test_the_skeleton_breaks_no_rule_but_what_is_left_to_fill_or_to_add(skeleton):
    case = read_case(find_course(skeleton.parent).exercise(12))

    said = [sentence for name, rule in RULES.items() if name != "nothing is left to fill" for sentence in rule(case)]

    assert said == [
        "12_tracing/variants.toml names 4 wrong variants. Add mistakes that people make, until there are 8.",
        "12_tracing/variants.toml names 1 right variants with a choice of their own. "
        "Add good answers in another form, until there are 4.",
        "12_tracing/checks: the example of 'limit' has 7 words. Write 80 to 160.",
        "12_tracing/checks: the example of 'label' has 7 words. Write 80 to 160.",
        "12_tracing/checks: the example of 'largest' has 7 words. Write 80 to 160.",
    ]


def test_each_place_says_what_must_be_true_there(skeleton):
    said = nothing_is_left_to_fill(read_case(find_course(skeleton.parent).exercise(12)))

    assert said[0] == "12_tracing/README.md:3 is still to be filled: what users saw."
    assert len(said) == 123 and all(one.endswith((".", "?")) for one in said)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("tracing", "01_tracing"),
        ("12-Tracing", "12_tracing"),
        ("5_tracing", "05_tracing"),
        ("12_Tracing Requests", "12_tracing_requests"),
        ("12_3d", "12_d"),
    ],
)
def test_a_bad_name_is_refused_with_a_good_one(drafts, capsys, name, near):
    assert main(["new-exercise", name, "--into", "."]) == 2

    assert capsys.readouterr().err == (
        f"error: {name!r} is no name for an exercise: {FORM} Did you mean {near}?\n"
        f"try: checker new-exercise {near} --into .\n"
    )
    assert os.listdir(drafts) == []


def test_a_name_without_letters_is_refused(drafts, capsys):
    assert main(["new-exercise", "12_", "--into", "."]) == 2

    assert capsys.readouterr().err == (
        f"error: '12_' is no name for an exercise: {FORM}\ntry: checker new-exercise 12_tracing --into .\n"
    )


def test_what_is_there_is_never_overwritten(skeleton, capsys):
    (skeleton / "README.md").write_text("mine\n")

    assert main(["new-exercise", "12_tracing", "--into", "."]) == 2

    assert capsys.readouterr().err == (
        "error: '12_tracing' is there already, and nothing was written.\ntry: checker selftest 12_tracing --law\n"
    )
    assert (skeleton / "README.md").read_text() == "mine\n"


def test_a_number_is_given_once(skeleton, capsys):
    assert main(["new-exercise", "12_alerts", "--into", "."]) == 2

    assert capsys.readouterr().err == (
        "error: The number 12 is taken by '12_tracing', and nothing was written.\n"
        "try: checker new-exercise 01_alerts --into .\n"
    )


def test_a_file_is_no_folder_for_drafts(drafts, capsys):
    (drafts / "notes").write_text("")

    assert main(["new-exercise", "12_tracing", "--into", "notes"]) == 2

    assert capsys.readouterr().err == (
        "error: 'notes' is a file, not a folder.\ntry: checker new-exercise 12_tracing --into drafts\n"
    )


def test_a_folder_with_settings_of_another_kind_is_refused(mini, monkeypatch, capsys):
    monkeypatch.chdir(mini.root)

    assert main(["new-exercise", "12_tracing", "--into", "."]) == 2

    assert capsys.readouterr().err == (
        "error: 'pyproject.toml' does not say that the exercises lie beside it. A draft needs a folder of its own.\n"
        "try: checker new-exercise 12_tracing --into drafts\n"
    )

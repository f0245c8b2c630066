"""variants.toml is read whole or refused with the entry that must change."""

from __future__ import annotations

import pytest

from checker.errors import ExerciseFault
from checker.law import matrix
from checker.law.case import read_case
from checker.law.variants import read_variants

REFUSED = [
    (
        "[wrong",
        "01_parcel/variants.toml is not TOML: Expected ']' at the end of a table declaration (at end of document).",
    ),
    ("[wrogn]", "01_parcel/variants.toml has an unknown table 'wrogn'. It may hold wrong, right, free and sabotage."),
    (
        "[wrong.a]\nsays = 'b'",
        "01_parcel/variants.toml: [wrong.a] needs exactly loses, says, source, and may have without.",
    ),
    ("[right.a]\nsays = 'b'", "01_parcel/variants.toml: [right.a] needs exactly differs, says, and may have without."),
    (
        "[wrong.a]\nsays = 'b'\nloses = 'c'\nsource = ' '",
        "01_parcel/variants.toml: [wrong.a] has an empty 'source'. Say it in one sentence.",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), REFUSED)
def test_a_wrong_entry_is_refused(text, sentence, case) -> None:
    (case.folder / "variants.toml").write_text(text)

    with pytest.raises(ExerciseFault) as refused:
        read_variants(case.folder)

    assert str(refused.value) == sentence


def test_a_missing_file_is_refused(case) -> None:
    (case.folder / "variants.toml").unlink()

    with pytest.raises(ExerciseFault) as refused:
        read_variants(case.folder)

    assert str(refused.value) == "01_parcel/variants.toml is not there. Write it; checker/API.md shows its form."


def test_a_row_may_be_kept_by_one_sabotage_or_by_all(edited) -> None:
    case = edited("variants.toml", "[sabotage]", '[sabotage]\nlabel = "why"\n[sabotage.empty]\nrate = "why"')

    kept = [
        (name, row) for name in ("empty", "raises") for row in ("label", "rate") if case.variants.may_keep(name, row)
    ]

    assert kept == [("empty", "label"), ("empty", "rate"), ("raises", "label")]


def test_a_variant_may_leave_files_of_the_solution_out(case, bench) -> None:
    text = (case.folder / "variants.toml").read_text()
    entry = '[right.no_answers]\nsays = "a"\ndiffers = "b"\nwithout = ["answers.toml"]\n'
    (case.folder / "variants.toml").write_text(entry + text)

    made = matrix.variant(read_case(case.exercise), "right", "no_answers", bench.answers(case))

    assert "answers.toml" not in made.files and made.files


def test_a_variant_without_a_file_that_is_not_there_is_refused(case, bench) -> None:
    text = (case.folder / "variants.toml").read_text()
    (case.folder / "variants.toml").write_text('[right.a]\nsays = "a"\ndiffers = "b"\nwithout = ["x.yaml"]\n' + text)

    with pytest.raises(ExerciseFault) as refused:
        matrix.variant(read_case(case.exercise), "right", "a", bench.answers(case))

    assert str(refused.value) == "01_parcel/variants.toml: right/a is without 'x.yaml', which solution/ does not have."

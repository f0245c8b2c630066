"""variants.toml is read whole or refused with the entry that must change."""

from __future__ import annotations

import pytest

from checker.errors import ExerciseFault
from checker.law.variants import read_variants

REFUSED = [
    (
        "[wrong",
        "01_parcel/variants.toml is not TOML: Expected ']' at the end of a table declaration (at end of document).",
    ),
    ("[wrogn]", "01_parcel/variants.toml has an unknown table 'wrogn'. It may hold wrong, right, free and sabotage."),
    ("[wrong.a]\nsays = 'b'", "01_parcel/variants.toml: [wrong.a] needs exactly loses, says, source."),
    ("[right.a]\nsays = 'b'", "01_parcel/variants.toml: [right.a] needs exactly differs, says."),
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

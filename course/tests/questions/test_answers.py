"""The answer book: every question with its answer, points and options, readable by a screen reader."""

import pytest
from pypdf import PdfReader

from course.build.answers import main, words
from course.tests.questions.test_bank import BANK, ITEMS


def _plain(text: str) -> str:
    return "".join(text.replace("`", "").split())


@pytest.mark.slow
def test_the_book_holds_every_question_whole(tmp_path, capsys):
    out = tmp_path / "answers.pdf"

    assert main(["--out", str(out)]) == 0

    assert capsys.readouterr().out.startswith("99 questions in ")
    reader = PdfReader(out)
    text = _plain(" ".join(page.extract_text() for page in reader.pages))
    for item in ITEMS:
        for part in (item.asks, item.prompt, *item.points, *(option.text for option in item.options)):
            assert _plain(part) in text, (item.id, part)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert len(reader.outline) >= len(BANK)


def test_signs_of_the_typesetter_are_printed_as_they_are():
    assert words('a #b "c" `d_e`; *f*') == '#"a #b \\"c\\" "#raw("d_e")#"; *f*"'

"""README blocks: filled from their sources, text around them untouched, mistakes named."""

import pytest

from course.build.readme import filled
from course.build.sources import SourceError, folders, read
from course.outline import load

TEXT = "# Title\n<!-- generated: {} -->\nold\n<!-- end -->\nTail\n"


def fill(mini, text: str) -> str:
    return filled(text, load(), [read(folder) for folder in folders(mini)], mini)


def test_the_table_lists_all_eleven_exercises_and_the_final_project(mini):
    made = fill(mini, TEXT.format("exercises"))

    assert made.count("\n| ") == 1 + 11 + 1
    assert "| 3 | Dockerfile | to come | 15 / 50 |" in made


def test_an_exercise_that_is_there_is_linked_with_its_summary(mini):
    (mini / "exercises/01_greeting").rename(mini / "exercises/01_prediction_endpoint")

    made = fill(mini, TEXT.format("exercises"))

    row = "| 1 | [Prediction endpoint](exercises/01_prediction_endpoint/README.md) | Answer a name with a greeting."
    assert row in made


def test_text_outside_the_block_stays(mini):
    made = fill(mini, TEXT.format("rooms"))

    assert made.startswith("# Title\n<!-- generated: rooms -->\n|")
    assert made.endswith("<!-- end -->\nTail\n")
    assert "\nold\n" not in made


def test_the_map_shows_the_folders_that_hold_files(mini):
    (mini / "slides").mkdir()

    made = fill(mini, TEXT.format("rooms"))

    assert "`exercises/`" in made
    assert "`slides/`" not in made


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TEXT.format("weather"), "README.md: nothing makes the block 'weather'. Use one of: exercises, rooms."),
        (
            "<!-- generated: rooms -->\n",
            "README.md: a generated block is never closed. Add '<!-- end -->' after it.",
        ),
    ],
)
def test_a_block_that_cannot_be_filled_is_refused(mini, text, message):
    with pytest.raises(SourceError) as error:
        fill(mini, text)

    assert str(error.value) == message

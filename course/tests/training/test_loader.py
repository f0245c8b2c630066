"""The loader takes the real directory's quirks and names file and line of everything else."""

import math

import pytest

from course.training.errors import TrainingError
from course.training.loader import load, release_year


def change(folder, name, line, text):
    """Put other text in the place of one line."""
    lines = (folder / name).read_bytes().split(b"\n")
    lines[line - 1] = text.encode("latin-1")
    (folder / name).write_bytes(b"\n".join(lines))


def test_ratings_point_to_rows_of_users_and_movies(copied):
    change(copied, "u.data", 1, "259\t298\t4\t880000000")

    data = load(copied)

    assert (data.users.age[258], data.movies.title[297]) == (21, "Second Signal (1997)")
    assert (data.ratings.user[0], data.ratings.movie[0], data.ratings.like[0]) == (258, 297, 1)
    assert (data.synthetic, data.seed, len(data.ratings)) == (True, 100, 9000)


def test_ids_need_not_be_in_order_nor_without_gaps(copied):
    change(copied, "u.user", 1, "5000|33|F|artist|02139")
    lines = (copied / "u.data").read_text().split("\n")
    kept = [line for line in lines if not line.startswith("1\t")]
    (copied / "u.data").write_text("\n".join(["5000\t298\t5\t880000000", *kept]))

    data = load(copied)

    assert (data.users.id[data.ratings.user[0]], data.users.age[data.ratings.user[0]]) == (5000, 33)


def test_a_folder_without_the_marker_is_taken_for_real(copied):
    (copied / "SYNTHETIC").unlink()
    data = load(copied)
    assert (data.synthetic, data.seed) == (False, None)


@pytest.mark.parametrize("marker", ["", "[]", "{}", '{"seed": "x"}'])
def test_a_marker_that_cannot_be_read_still_marks(copied, marker):
    (copied / "SYNTHETIC").write_text(marker)
    data = load(copied)
    assert (data.synthetic, data.seed) == (True, None)


def test_the_digest_changes_with_any_file(copied):
    before = load(copied).sha256
    change(copied, "u.user", 1, "1|33|F|artist|02139")
    assert load(copied).sha256 != before


def test_other_files_of_the_real_set_are_left_alone(copied):
    (copied / "ua.base").write_text("1\t1\t5\t874965758\n")
    assert len(load(copied).ratings) == 9000


def test_windows_line_ends_are_read(copied, small_data):
    for path in copied.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    data = load(copied)

    assert data.movies.title == small_data.movies.title
    assert data.ratings.time.tolist() == small_data.ratings.time.tolist()


def test_titles_keep_accents_quotes_and_odd_bytes(copied):
    """A CSV reader would join lines at the quote; splitlines() would cut at the byte 0x85."""
    flags = "|".join(["1", *["0"] * 18])
    change(copied, "u.item", 2, f'2|"Señor\x85 Été (1995)|01-Jan-1995|||{flags}')
    assert load(copied).movies.title[1] == '"Señor\x85 Été (1995)'


def test_a_movie_without_a_date_has_no_year(small_data):
    assert math.isnan(small_data.movies.year[266]) and small_data.movies.year[297] == 1997


@pytest.mark.parametrize(
    ("text", "year"),
    [("01-Jan-1995", 1995), ("4-Feb-1971", 1971), ("", None), ("1995", None), ("01-Foo-1995", None)],
)
def test_what_is_no_date_becomes_a_missing_year(text, year):
    found = release_year(text)
    assert math.isnan(found) if year is None else found == year


ITEM = "01-Jan-1995|||" + "|".join(["1", *["0"] * 18])
WRONG_LINES = [
    ("u.data", "1\t2\t3", r"found 3 fields, expected 4 with '\t' between: '1\t2\t3'."),
    ("u.data", "999\t2\t3\t880000000", "there is no user '999' in u.user."),
    ("u.data", "1\t2.0\t3\t880000000", "there is no movie '2.0' in u.item."),
    ("u.data", "1\t2\t6\t880000000", "the rating is '6', expected one from 1 to 5."),
    ("u.data", "1\t2\t3\t-5", "the time is '-5', expected whole seconds since 1970."),
    (
        "u.data",
        "1\t2\t3\t9999999999999999",
        "the time is '9999999999999999', expected whole seconds since 1970.",
    ),
    ("u.user", "x|21|M|student|02139", "the id is 'x', expected a whole number from 1."),
    ("u.user", "1|21|M|student|02139", "the id 1 stands in an earlier line already."),
    ("u.user", "3|0|M|student|02139", "the age is '0', expected a whole number from 1 to 120."),
    ("u.user", "3|21|m|student|02139", "the gender is 'm', expected 'F' or 'M'."),
    ("u.user", "3|21|M|wizard|02139", "the occupation 'wizard' is not one of those in u.occupation."),
    ("u.item", "3|Title|1995", "found 3 fields, expected 24 with '|' between: '3|Title|1995'."),
    ("u.item", f"1|Title|{ITEM}", "the id 1 stands in an earlier line already."),
    ("u.item", f"3|Title|{ITEM[:-1]}2", "a genre flag is '2', expected '0' or '1'."),
    ("u.genre", "Adventures|2", "found 'Adventures', expected 'Adventure' as in MovieLens-100K."),
    ("u.occupation", "dentist", "found 'dentist', expected 'doctor' as in MovieLens-100K."),
]


@pytest.mark.parametrize(("name", "text", "what"), WRONG_LINES, ids=lambda value: value[:24])
def test_a_wrong_line_is_named(copied, name, text, what):
    change(copied, name, 3, text)

    with pytest.raises(TrainingError) as error:
        load(copied)

    assert error.value.problem == f"{copied / name}, line 3: {what}"
    assert error.value.remedy == f"python -m course data --out {copied}"


def test_a_list_that_ends_early_is_named(copied):
    lines = (copied / "u.genre").read_text().split("\n")
    (copied / "u.genre").write_text("\n".join(lines[:18]))

    with pytest.raises(TrainingError) as error:
        load(copied)

    assert error.value.problem == (
        f"{copied / 'u.genre'}, line 19: found 'nothing', expected 'Western' as in MovieLens-100K."
    )


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(TrainingError) as error:
        load(tmp_path / "nowhere")

    folder = tmp_path / "nowhere"
    assert str(error.value) == f"There is no folder {folder}. Try: python -m course data --out {folder}"


def test_a_missing_file_of_the_real_set_is_named(copied):
    (copied / "SYNTHETIC").unlink()
    (copied / "u.item").unlink()

    with pytest.raises(TrainingError) as error:
        load(copied)

    assert error.value.problem == f"{copied / 'u.item'} is missing."
    assert error.value.remedy == f"unpack the MovieLens-100K archive again into {copied}"


def test_an_empty_file_is_named(copied):
    (copied / "u.data").write_text("\n")

    with pytest.raises(TrainingError) as error:
        load(copied)

    assert error.value.problem == f"{copied / 'u.data'} is empty."

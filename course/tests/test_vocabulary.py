"""Pages, briefs, slides, questions and messages have one word for one thing."""

from course.build.sync import ROOT
from course.vocabulary import second_words


def test_a_movie_is_a_movie_everywhere():
    assert list(second_words(ROOT)) == []


def test_a_second_word_is_named_with_its_line(tmp_path):
    (tmp_path / "slides").mkdir()
    (tmp_path / "slides" / "01_a.md").write_text(
        "A movie.\nOf 200 Films, `genre_film_noir` and Film-Noir are genres.\n"
    )

    assert list(second_words(tmp_path)) == [
        "slides/01_a.md:2: it says 'Films', and the API says movie. Use one word for one thing."
    ]


def test_a_genre_and_made_files_are_left_alone(tmp_path):
    for name, text in (("slides/01_a.md", "Film-Noir\n"), ("exercises/01_a/starter/README.md", "a film\n")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)

    assert list(second_words(tmp_path)) == []

"""Bad input to the checker: one clear sentence each, and the rest is judged all the same."""

from __future__ import annotations

import os

import pytest

from checker.collect import collect
from checker.errors import Misuse, NothingHandedIn


def fault(greeting, folder, name="greeting.py"):
    finding = collect(greeting, folder).faults[name]
    return finding.seen, finding.expected, finding.where


def test_a_right_folder_is_read(greeting, hand_in):
    found = collect(greeting, hand_in())

    assert sorted(found.files) == ["answers.toml", "greeting.py"]
    assert (found.faults, found.notes, found.seed) == ({}, (), 1)


def test_no_such_folder(greeting, tmp_path):
    with pytest.raises(Misuse) as error:
        collect(greeting, tmp_path / "nowhere")

    assert str(error.value) == f"There is no folder {str(tmp_path / 'nowhere')!r}."
    assert error.value.next_step == "checker start 01"


def test_an_empty_folder(greeting, tmp_path):
    with pytest.raises(NothingHandedIn) as error:
        collect(greeting, tmp_path)

    wanted = "It hands in: greeting.py, answers.toml."
    assert str(error.value) == f"The folder {str(tmp_path)!r} holds nothing of exercise 01. {wanted}"


def test_a_missing_file(greeting, hand_in):
    assert fault(greeting, hand_in(greeting__py=None)) == (
        "there is no greeting.py in the folder",
        "greeting.py in it, spelled exactly so",
        "greeting.py",
    )


def test_a_link_out_of_the_folder(greeting, hand_in, tmp_path):
    (tmp_path / "elsewhere.py").write_text("secret = 1\n")
    folder = hand_in(greeting__py=None)
    os.symlink(tmp_path / "elsewhere.py", folder / "greeting.py")

    assert fault(greeting, folder) == (
        "greeting.py is a link, not a file",
        "a file of its own; links are not followed",
        "greeting.py",
    )


def test_a_pipe_is_not_opened(greeting, hand_in):
    folder = hand_in(greeting__py=None)
    os.mkfifo(folder / "greeting.py")

    assert fault(greeting, folder)[0] == "greeting.py is a link, not a file"


def test_ten_megabytes(greeting, hand_in):
    seen = fault(greeting, hand_in(greeting__py=b"#" * 10_000_000))

    assert seen == ("greeting.py has 10000000 bytes", "at most 1000000 bytes", "greeting.py")


def test_latin_1(greeting, hand_in):
    seen = fault(greeting, hand_in(greeting__py=b"x = 1\n# caf\xe9\n"))

    assert seen == ("greeting.py is not UTF-8: byte 0xe9 on line 2", "a file saved as UTF-8", "greeting.py:2")


def test_latin_1_that_says_so_is_python(greeting, hand_in):
    found = collect(greeting, hand_in(greeting__py=b"# -*- coding: latin-1 -*-\n# caf\xe9\n"))

    assert found.faults == {}


def test_a_file_named_like_a_module(greeting, hand_in):
    found = collect(greeting, hand_in(random__py="x = 1\n"))

    assert found.notes == (
        "random.py has the name of a Python module; programs beside it import it by mistake. Give it another name.",
    )


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (
            {"01_greeting (1)__ipynb": '{"cells": []}'},
            "01_greeting (1).ipynb is not read: the notebook of this exercise is named 01_greeting.ipynb.",
        ),
        (
            {"01_greeting__ipynb": '{"cells": []}', "copy__ipynb": "{}"},
            "copy.ipynb is not read: 01_greeting.ipynb is the notebook that counts.",
        ),
        (
            {"01_greeting__ipynb": "{half"},
            "01_greeting.ipynb cannot be read as a notebook. The other files were judged all the same.",
        ),
        (
            {"__checker__json": "[1]"},
            ".checker.json cannot be read; seed 1 was used and no help is recorded.",
        ),
    ],
)
def test_odd_companions_are_noted(greeting, hand_in, files, note):
    assert collect(greeting, hand_in(**files)).notes == (note,)


def test_a_notebook_nested_too_deep_is_corrupt(greeting, hand_in):
    found = collect(greeting, hand_in(**{"01_greeting__ipynb": "[" * 200_000}))

    assert found.notebook is None


def test_seed_and_help_come_from_the_state_file(greeting, hand_in):
    found = collect(greeting, hand_in(__checker__json='{"seed": 77, "helped": {"2": "unblocked"}}'))

    assert (found.seed, found.helped) == (77, {2: "unblocked"})


def test_digest_follows_names_and_contents(greeting, hand_in):
    before = collect(greeting, hand_in()).digest

    assert collect(greeting, hand_in()).digest == before
    assert collect(greeting, hand_in(answers__toml="length = 4\n")).digest != before

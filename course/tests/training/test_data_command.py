"""`python -m course data`: same seed, same bytes; never over data that it did not write."""

import pytest

from course.__main__ import main
from course.training import generate
from course.training.folder import replaced


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def make(folder, seed):
    generate.generate(folder, seed=seed, users=300, movies=320, ratings=7_000)
    return contents(folder)


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    assert make(tmp_path / "one", 7) == make(tmp_path / "two", 7)


def test_another_seed_gives_other_people_movies_and_ratings(tmp_path):
    one, two = make(tmp_path / "one", 7), make(tmp_path / "two", 8)

    assert all(one[name] != two[name] for name in ("u.user", "u.item", "u.data"))


@pytest.mark.slow
def test_the_command_writes_all_files_and_says_what_it_did(tmp_path, capsys):
    assert main(["data", "--seed", "3", "--out", str(tmp_path / "data")]) == 0

    printed = capsys.readouterr().out
    assert set(contents(tmp_path / "data")) == {*generate.DATA_FILES, "SYNTHETIC"}
    assert printed.startswith("Synthetic data in MovieLens-100K format, seed 3\n  people and movies ")
    assert f"Wrote {tmp_path / 'data'}: 943 users, 1,682 movies, 100,000 ratings in " in printed


def test_a_synthetic_folder_is_replaced_and_nothing_else_is_left_behind(tmp_path):
    make(tmp_path / "data", 7)
    (tmp_path / "data" / ".DS_Store").touch()

    assert make(tmp_path / "data", 8) == make(tmp_path / "other", 8)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "other"]


def refusal(capsys, *argv):
    status = main(["data", *map(str, argv)])
    return status, capsys.readouterr().err


def test_a_real_data_set_is_not_overwritten(tmp_path, capsys):
    (tmp_path / "u.data").write_text("196\t242\t3\t881250949\n")

    assert refusal(capsys, "--out", tmp_path) == (
        2,
        f"error: {tmp_path} holds 'u.data' without the marker 'SYNTHETIC': it looks like a real data set, "
        "and would be overwritten.\n"
        "try: choose another folder with --out, or train on this one: "
        f"python -m course train --data {tmp_path}\n",
    )
    assert contents(tmp_path) == {"u.data": b"196\t242\t3\t881250949\n"}


def test_a_folder_with_other_files_is_not_replaced(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("mine")

    assert refusal(capsys, "--out", tmp_path) == (
        2,
        f"error: {tmp_path} holds 'notes.txt', which this command did not write and would delete.\n"
        "try: choose another folder with --out, or move that file away\n",
    )


def test_a_file_is_not_replaced_by_a_folder(tmp_path, capsys):
    (tmp_path / "data").write_text("mine")

    assert refusal(capsys, "--out", tmp_path / "data") == (
        2,
        f"error: {tmp_path / 'data'} is a file, and a folder is to be written there.\n"
        "try: choose another folder with --out\n",
    )


@pytest.mark.slow
def test_a_folder_that_cannot_be_made_is_explained(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")

    assert refusal(capsys, "--out", tmp_path / "file" / "data") == (
        3,
        f"error: {tmp_path / 'file'}: File exists.\n"
        "try: look at free space and permissions, or choose another folder with --out\n",
    )


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (["--seed", "x"], "argument --seed: invalid int value: 'x'."),
        (["--seed", "-1"], "argument --seed: -1 is not between 0 and 4294967295."),
        (["--sead", "1"], "unrecognized arguments: --sead 1."),
    ],
)
def test_misuse_is_told_in_two_lines(argv, problem, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["data", *argv])

    assert stop.value.code == 2
    assert capsys.readouterr().err == f"error: {problem}\ntry: python -m course data --help\n"


@pytest.mark.parametrize(("verb", "options"), [("data", ["--seed", "--out"]), ("train", ["--data", "--out"])])
def test_help_names_the_options_and_their_defaults(verb, options, capsys):
    with pytest.raises(SystemExit) as stop:
        main([verb, "--help"])

    printed = capsys.readouterr().out
    assert stop.value.code == 0
    assert all(option in printed for option in options) and "(build/" in printed


def fail_half_way(folder):
    with replaced(folder) as fresh:
        (fresh / "new").write_text("half")
        raise OSError("disk full")


def test_a_folder_stays_as_it_was_when_writing_fails(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "old").write_text("whole")

    with pytest.raises(OSError, match="disk full"):
        fail_half_way(folder)

    assert contents(folder) == {"old": b"whole"} and len(list(tmp_path.iterdir())) == 1

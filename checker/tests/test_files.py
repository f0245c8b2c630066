"""Hand-ins of one file or many, and the doors that open them."""

from __future__ import annotations

import pytest

from checker.collect import MAX_OTHERS, STATE_FILE, collect
from checker.course import find_course
from checker.errors import NotYet
from checker.files import Files


@pytest.fixture
def open_exercise(mini):
    """The miniature exercise, which now takes YAML files of any name besides."""
    path = mini.exercises_folder / "01_greeting" / "exercise.toml"
    path.write_text('also = ["*.yaml", "*.yml"]\n' + path.read_text())
    return find_course(mini.root).exercise(1)


@pytest.fixture
def files(open_exercise, hand_in):
    def make(**given):
        return Files(open_exercise, collect(open_exercise, hand_in(**given)), {})

    return make


def test_files_that_the_exercise_allows_are_taken_and_others_are_not(files):
    made = files(service__yaml="kind: Service\n", notes__txt="mine", all__yml="- 1\n")

    assert made.files() == ["all.yml", "answers.toml", "greeting.py", "service.yaml"]
    assert made.files("*.yaml", "*.yml") == ["all.yml", "service.yaml"]
    assert not (made.folder / "notes.txt").exists()


def test_the_state_file_is_no_answer_whatever_the_patterns_say(mini, hand_in):
    path = mini.exercises_folder / "01_greeting" / "exercise.toml"
    path.write_text('also = ["*.json"]\n' + path.read_text())
    exercise = find_course(mini.root).exercise(1)
    folder = hand_in()
    before = collect(exercise, folder).digest
    (folder / STATE_FILE).write_text('{"seed": 7}')

    taken = collect(exercise, folder)

    assert (taken.seed, taken.digest) == (7, before)
    assert Files(exercise, taken, {}).files("*.json") == []


def test_a_file_that_cannot_be_used_is_listed_and_opening_it_is_a_finding(files):
    made = files(service__yaml=b"\xff", greeting__py=None)

    assert made.files() == ["answers.toml", "service.yaml"]
    with pytest.raises(NotYet) as ended:
        made.documents("service.yaml")
    assert ended.value.finding.seen == "service.yaml is not UTF-8: byte 0xff on line 1"


def test_all_documents_are_read_and_each_keeps_its_number(files):
    made = files(service__yaml="kind: A\n---\n---\nkind: B\n")

    assert made.documents("service.yaml") == [{"kind": "A"}, None, {"kind": "B"}]
    assert made.place("service.yaml", 2, "kind") == "service.yaml:4"


def test_a_folder_full_of_other_files_is_cut_and_the_note_says_so(open_exercise, hand_in):
    folder = hand_in()
    for number in range(MAX_OTHERS + 2):
        (folder / f"m{number:02}.yaml").write_text("a: 1\n")

    found = collect(open_exercise, folder)

    assert len(found.files) == MAX_OTHERS + 2
    assert found.notes == (
        "The folder holds 42 files beside those of this exercise; 40 are read, 'm40.yaml' is the first that is not. "
        "Take out what does not belong to the answer.",
    )


def test_a_hand_in_with_a_file_of_its_own_name_only_is_not_empty(open_exercise, tmp_path):
    (tmp_path / "all.yaml").write_text("kind: List\n")

    assert list(collect(open_exercise, tmp_path).files) == ["all.yaml"]


def test_what_a_starter_gives_is_not_taken_from_a_hand_in(open_exercise, hand_in):
    (open_exercise.starter / "given.yaml").write_text("trusted: true\n")
    found = collect(open_exercise, hand_in(given__yaml="trusted: false\n"))

    assert Files(open_exercise, found, {}).yaml("given.yaml") == {"trusted": True}


def test_a_dockerfile_is_read_and_what_docker_refuses_has_its_line(files, open_exercise, hand_in):
    path = open_exercise.folder / "exercise.toml"
    path.write_text(path.read_text().replace('also = ["*.yaml"', 'also = ["Dockerfile", ".dockerignore", "*.yaml"'))
    exercise = find_course(open_exercise.folder.parents[1]).exercise(1)
    folder = hand_in()
    (folder / "Dockerfile").write_text("FROM a\nRUM b\n")
    (folder / ".dockerignore").write_text("answers.toml\nbig\n")
    made = Files(exercise, collect(exercise, folder), {})

    context = made.context({"big/file.csv": 7, "small.csv": 8})

    assert {"Dockerfile", "greeting.py", "small.csv"} <= set(context.sent)
    assert not {"answers.toml", "big/file.csv"} & set(context.sent)
    with pytest.raises(NotYet) as ended:
        made.dockerfile()
    assert (ended.value.finding.seen, ended.value.finding.where) == ("line 2: unknown instruction: RUM", "Dockerfile:2")

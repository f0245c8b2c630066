"""What a COPY takes, and to where."""

from __future__ import annotations

import pytest

from checker.dockerfile import copied, read_listing
from checker.dockerfile.context import Missing
from checker.dockerfile.stages import State
from checker.dockerfile.tree import files_of, walk_files

PATHS = ("app.py", "cart.py", "model/a.txt", "model/deep/b.txt", "notes.md")


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("COPY app.py .", {"/srv/app.py": "app.py"}),
        ("COPY app.py /x", {"/x": "app.py"}),
        ("COPY app.py /x/", {"/x/app.py": "app.py"}),
        ("COPY *.py ./", {"/srv/app.py": "app.py", "/srv/cart.py": "cart.py"}),
        ("COPY model model/", {"/srv/model/a.txt": "model/a.txt", "/srv/model/deep/b.txt": "model/deep/b.txt"}),
        ("COPY model .", {"/srv/a.txt": "model/a.txt", "/srv/deep/b.txt": "model/deep/b.txt"}),
        (
            "COPY app.py model ./",
            {"/srv/app.py": "app.py", "/srv/a.txt": "model/a.txt", "/srv/deep/b.txt": "model/deep/b.txt"},
        ),
        ("COPY ../app.py /app.py .", {"/srv/app.py": "app.py"}),
        ('COPY ["notes.md", "/a b/"]', {"/a b/notes.md": "notes.md"}),
        ("COPY --parents model/a.txt .", {"/srv/model/a.txt": "model/a.txt"}),
        ("COPY --exclude=deep --exclude=model/deep model m", {"/srv/m/a.txt": "model/a.txt"}),
        ("ADD https://host/x.txt app.py ./", {"/srv/app.py": "app.py"}),
    ],
)
def test_a_copy_puts_files_where_docker_does(read, context, text, files):
    instruction = read("FROM a", text).last.instructions[0]

    assert copied(instruction, State(workdir="/srv"), context(*PATHS)).files == files


def test_all_of_a_folder_is_what_is_sent(read, context):
    instruction = read("FROM a", "COPY . .").last.instructions[0]

    made = copied(instruction, State(workdir="/srv"), context(*PATHS, ignore="model\n*.md"))

    assert sorted(made.files) == ["/srv/app.py", "/srv/cart.py"]


def test_a_missing_source_says_whether_it_was_left_out(read, context):
    instruction = read("FROM a", "COPY app.py other.py ./").last.instructions[0]

    made = copied(instruction, State(), context(*PATHS, ignore="*.py"))

    assert made.missing == (Missing("app.py", ("app.py",)), Missing("other.py", ()))


def test_a_heredoc_is_a_file_of_the_dockerfile(read, context):
    instruction = read("FROM a", "COPY <<END /start.sh", "exec a", "END").last.instructions[0]

    assert copied(instruction, State(), context()).files == {"/start.sh": "<<END"}


def test_files_go_from_stage_to_stage(read, context):
    made = read(
        "FROM a AS one", "COPY model /m/", "COPY app.py /m/", "FROM a AS two", "COPY --from=one /m/a.txt /n/",
        "FROM two", "WORKDIR /srv", "COPY --from=0 /m .",
    )  # fmt: skip

    assert files_of(made, made.last, context(*PATHS)) == {
        "/n/a.txt": "model/a.txt",
        "/srv/a.txt": "model/a.txt",
        "/srv/deep/b.txt": "model/deep/b.txt",
        "/srv/app.py": "app.py",
    }


def test_a_bind_mount_shows_files_to_one_step_only(read, context):
    made = read("FROM a", "RUN --mount=type=bind,source=model,target=/m ls", "RUN ls")

    there = [sorted(files) for _, _, files in walk_files(made, made.last, context(*PATHS))]

    assert there == [["/m/a.txt", "/m/deep/b.txt"], []]


def test_a_listing_is_a_path_and_its_bytes():
    assert read_listing("# said\na b/c.txt 12\n\nd 3\n") == {"a b/c.txt": 12, "d": 3}


def test_what_is_sent_is_summed(context):
    assert context(*PATHS, ignore="model").total == 30

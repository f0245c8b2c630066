"""Which steps run again after one file changed."""

from __future__ import annotations

import pytest

from checker.dockerfile import steps

PATHS = ("app.py", "lock.txt", "model/a.txt")
COPY_ALL = ("FROM a", "WORKDIR /srv", "COPY . .", "RUN install", "USER b")
LOCK_FIRST = ("FROM a", "COPY lock.txt .", "RUN install", "COPY . .")


@pytest.fixture
def again(read, context):
    """The lines of the steps that run again, with their reasons."""

    def made(changed, *lines, ignore=""):
        found = steps(read(*lines), context(*PATHS, ignore=ignore), changed)
        return {one.instruction.line: one.because for one in found if one.again}

    return made


def test_what_stands_below_runs_again_too(again):
    assert again("app.py", *COPY_ALL) == {3: "it takes app.py", 4: "the step on line 3 before it ran again"}


def test_what_stands_above_is_kept(again):
    assert again("app.py", *LOCK_FIRST) == {4: "it takes app.py"}
    assert list(again("lock.txt", *LOCK_FIRST)) == [2, 3, 4]


def test_a_file_that_is_not_sent_changes_nothing(again):
    assert again("app.py", *COPY_ALL, ignore="app.py") == {}


def test_a_bind_mount_is_an_input(again):
    lines = ("FROM a", "RUN --mount=type=bind,source=lock.txt,target=lock.txt install")

    assert again("lock.txt", *lines) == {2: "it mounts lock.txt"}
    assert again("app.py", *lines) == {}


def test_a_stage_made_anew_is_an_input(again):
    lines = ("FROM a AS b", "COPY app.py /app/", "RUN compile", "FROM a", "COPY --from=b /out /out", "RUN last")

    assert again("app.py", *lines) == {
        2: "it takes app.py",
        3: "the step on line 2 before it ran again",
        5: "/out was made anew in stage 'b'",
        6: "the step on line 5 before it ran again",
    }


def test_an_untouched_path_of_a_changed_stage_is_kept(again):
    lines = ("FROM a AS b", "RUN install /venv", "COPY app.py /app/", "FROM a", "COPY --from=b /venv /venv")

    assert again("app.py", *lines) == {3: "it takes app.py"}


def test_a_touched_path_of_a_changed_stage_is_not(again):
    lines = ("FROM a AS b", "COPY app.py /app/", "FROM a", "COPY --from=b /app /app")

    assert list(again("app.py", *lines)) == [2, 4]


def test_a_stage_on_top_of_a_changed_one_runs_again(again):
    lines = ("FROM a AS b", "COPY app.py /app/", "FROM b", "RUN c")

    assert again("app.py", *lines) == {2: "it takes app.py", 4: "stage 'b' was made anew"}


def test_a_mount_of_a_stage_made_anew_is_an_input(again):
    lines = ("FROM a AS b", "COPY app.py /w/", "FROM a", "RUN --mount=type=bind,from=b,source=/w,target=/w use /w")

    assert again("app.py", *lines)[4] == "it mounts what stage 'b' made anew"


def test_stages_that_nobody_needs_do_not_run(again):
    assert again("app.py", "FROM a AS unused", "COPY . .", "FROM a", "RUN b") == {}

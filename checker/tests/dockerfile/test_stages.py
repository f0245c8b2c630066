"""Stages, variables, and what is set when the image runs."""

from __future__ import annotations

import pytest

from checker.dockerfile import DockerfileError
from checker.dockerfile.stages import mount
from checker.dockerfile.words import pairs, split_words, substituted


def test_stages_have_names_parents_and_a_base(read):
    made = read("ARG V=3.11", "FROM python:${V}-slim AS Base", "FROM base AS build", "FROM build", "FROM scratch")

    assert [(one.name, one.image, one.base) for one in made.stages] == [
        ("base", "python:3.11-slim", "python:3.11-slim"),
        ("build", "", "python:3.11-slim"),
        ("", "", "python:3.11-slim"),
        ("", "scratch", "scratch"),
    ]
    assert [one.title for one in made.stages[:3]] == ["stage 'base'", "stage 'build'", "stage 2"]


def test_only_the_stages_that_the_last_one_uses_are_built(read):
    made = read(
        "FROM a AS one",
        "FROM a AS two",
        "FROM a AS three",
        "RUN --mount=type=bind,from=one,target=/x ls",
        "FROM a AS four",
        "FROM a",
        "COPY --from=2 /x /x",
    )

    assert [one.name for one in made.needed] == ["one", "three", ""]


def test_what_is_set_is_inherited_and_later_lines_win(read):
    made = read(
        "FROM a AS base",
        "ENV A=1 B=${A:-none}",
        "ENV C=$A PATH=/x:$PATH",
        "WORKDIR /srv",
        "USER root",
        "FROM base",
        "WORKDIR app",
        "USER ${WHO:-nobody}",
        "STOPSIGNAL SIGINT",
    )

    state = made.last.state
    assert (state.env["A"], state.env["B"], state.env["C"], state.env["PATH"].partition(":")[0]) == (
        "1",
        "none",
        "1",
        "/x",
    )
    assert (state.workdir, state.user, state.user_line, state.stopsignal) == ("/srv/app", "nobody", 8, "SIGINT")


def test_a_build_argument_ends_with_its_stage(read):
    made = read("ARG V=1", "FROM a AS b", "ARG V", "ARG W=2", "ENV X=$V$W", "FROM b", "ENV Y=$V$W")

    assert (made.last.state.env["X"], made.last.state.env["Y"]) == ("12", "")


@pytest.mark.parametrize(
    ("lines", "words", "shell"),
    [
        (['CMD ["a", "b"]'], ("a", "b"), False),
        (["CMD a b"], ("/bin/sh", "-c", "a b"), True),
        (['ENTRYPOINT ["a"]', 'CMD ["b"]'], ("a", "b"), False),
        (['CMD ["b"]', 'ENTRYPOINT ["a"]'], ("a", "b"), False),
        (["ENTRYPOINT a", 'CMD ["b"]'], ("/bin/sh", "-c", "a"), True),
        (['ENTRYPOINT ["a"]', "CMD b"], ("a", "/bin/sh", "-c", "b"), False),
        (['SHELL ["/bin/bash", "-c"]', "CMD a"], ("/bin/bash", "-c", "a"), True),
    ],
)
def test_the_process_is_entrypoint_and_command(read, lines, words, shell):
    process = read("FROM a", *lines).last.process

    assert (process.words, process.shell) == (words, shell)


def test_an_entry_point_drops_the_command_of_a_stage_before(read):
    kept = read("FROM a AS base", 'CMD ["b"]', "FROM base", "USER 1").last
    dropped = read("FROM a AS base", 'CMD ["b"]', "FROM base", 'ENTRYPOINT ["e"]').last
    set_again = read("FROM a AS base", 'CMD ["b"]', "FROM base", 'CMD ["c"]', 'ENTRYPOINT ["e"]').last

    assert [one.process.words for one in (kept, dropped, set_again)] == [("b",), ("e",), ("e", "c")]


def test_without_a_command_there_is_no_process(read):
    assert read("FROM a").last.process is None


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["USER a"], "line 1: no FROM: nothing says which image to begin from"),
        (["ENV A=1", "FROM b"], "line 1: ENV stands before the first FROM; only ARG may"),
        (["FROM a b"], "line 1: FROM takes an image and perhaps `AS name`, and has 'a b'"),
        (["FROM a", "FROM ${B}"], "line 2: ${B} has no value: no ARG before the first FROM gives it one"),
    ],
)
def test_what_docker_would_refuse_is_told_with_its_line(read, lines, message):
    with pytest.raises(DockerfileError) as refused:
        read(*lines)

    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "put"),
    [
        ("$A-${A}", "1-1"),
        ("${B:-x}${B-x}${B:+y}${A:+y}${E:-x}${E-x}", "xxyx"),
        (r"\$A", "$A"),
        ("'$A'", "'$A'"),
        ("a'b$A", "a'b1"),
        ("$", "$"),
        ("", ""),
    ],
)
def test_variables_are_put_in_place(text, put):
    assert substituted(text, {"A": "1", "E": ""}) == put


def test_words_keep_together_what_quotes_hold():
    assert split_words("""a "b c" d\\ e 'f "g' "" """) == ["a", "b c", "d e", 'f "g', ""]


def test_env_has_two_forms():
    assert pairs('A=1 B="two words"', {}) == {"A": "1", "B": "two words"}
    assert pairs("A two  words", {}) == {"A": "two  words"}


def test_a_mount_without_a_type_binds():
    assert mount("from=a,dst=/x") == {"type": "bind", "from": "a", "dst": "/x", "target": "/x"}

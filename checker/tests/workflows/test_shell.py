"""Commands of a script: their words, whether their failure ends the step, and what they write for later."""

from __future__ import annotations

import pytest

from checker.workflows.shell import read

ENV = {"IMAGE": "registry/app", "GITHUB_OUTPUT": "OUTPUT_FILE"}


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ('./deploy.sh staging "$IMAGE@$DIGEST"', ("./deploy.sh", "staging", "registry/app@‹$DIGEST›")),
        ("./deploy.sh staging ${IMAGE}:1 # soon", ("./deploy.sh", "staging", "registry/app:1")),
        ("echo '$IMAGE' \"a b\"", ("echo", "$IMAGE", "a b")),
        ("docker build \\\n  --tag x .", ("docker", "build", "--tag", "x", ".")),
        ("export A=1; use $A", ("use", "1")),
        ('A="$(date -u)"\nuse "$A"', ("use", "‹$(date -u)›")),
        ("if use x; then", ("use", "x")),
        ("cat <<EOF > f\nuse y\nEOF\nuse z", ("use", "z")),
    ],
)
def test_words_have_their_values(script: str, words: tuple[str, ...]) -> None:
    assert words in [command.words for command in read(script, ENV).commands]


# bash's manual, set -e: the lists and pipelines in which a failure does not end the script.
@pytest.mark.parametrize(
    ("script", "masked"),
    [
        ("pytest", False), ("pytest\nnext", False), ("pytest || true", True), ("pytest || exit 1", False),
        ("pytest | tee log", True), ("set -o pipefail\npytest | tee log", False), ("pytest && next", False),
        ("pytest && echo ok\nnext", True), ("set +e\npytest\nnext", True), ("set +e\npytest", False),
        ("if pytest; then next; fi", True), ("! pytest", True), ("pytest &\nnext", True), ("A=1 pytest", False),
        ("next; pytest", False), ("pytest || { echo no; exit 1; }", True),
    ],
)  # fmt: skip
def test_a_failure_ends_the_step_or_is_passed_over(script: str, masked: bool) -> None:
    (found,) = (command for command in read(script, ENV).commands if "pytest" in command.words)

    assert found.masked is masked


def test_a_pipe_fails_with_the_first_command_where_the_step_says_bash() -> None:
    assert not read("pytest | tee log", ENV, pipefail=True).commands[0].masked


def test_outputs_are_read() -> None:
    script = 'echo "tag=v1" >> "$GITHUB_OUTPUT"\necho "digest=$(ask)" | tee -a $GITHUB_OUTPUT\necho "no=1" >> other\n'

    assert read(script, ENV).written("OUTPUT_FILE") == {"tag": "v1", "digest": "‹$(ask)›"}


@pytest.mark.parametrize(
    "script",
    [
        '{\necho "tag=v1"\n} >> "$GITHUB_OUTPUT"',
        '{ echo first; echo "tag=v1"; } >> "$GITHUB_OUTPUT"',
        '(echo "tag=v1") >> "$GITHUB_OUTPUT"',
        'for one in a b; do\n  echo "tag=v1"\ndone >> "$GITHUB_OUTPUT"',
        'if true; then echo "tag=v1"; fi >> "$GITHUB_OUTPUT"',
        '> log\n{ if true; then echo "no=1" > log; fi; echo "tag=v1"; } >> "$GITHUB_OUTPUT"',
    ],
)
def test_a_group_writes_where_its_end_says(script: str) -> None:
    assert read(script, ENV).written("OUTPUT_FILE") == {"tag": "v1"}


def test_a_redirect_without_a_command_is_none() -> None:
    assert [command.words for command in read("> log\nnext\n", ENV).commands] == [("next",)]


# GitHub's "Workflow commands", setting an output parameter; bash's manual: here-documents, printf, double quotes.
@pytest.mark.parametrize(
    "script",
    [
        'cat >> "$GITHUB_OUTPUT" <<EOF\ntag=$V\nEOF', 'tee -a "$GITHUB_OUTPUT" <<-END\n\ttag=$V\n\tEND\n',
        'cat <<EOF >> "$GITHUB_OUTPUT"\nother="a b"\ntag=v1\nEOF\nnext', 'cat >> "$GITHUB_OUTPUT" <<< "tag=$V"',
        'printf "tag=%s\\n" "$V" >> "$GITHUB_OUTPUT"', "printf 'a=%s\\ntag=%s\\n' 1 $V >> $GITHUB_OUTPUT",
        "cat > $GITHUB_OUTPUT <<'EOF'\nit's $V\ntag=v1\nEOF",
    ],
)  # fmt: skip
def test_outputs_are_written_in_many_ways(script: str) -> None:
    assert read(script, {**ENV, "V": "v1"}).written("OUTPUT_FILE")["tag"] == "v1"


def test_a_substitution_is_one_value_whatever_stands_in_it() -> None:
    script = 'echo "digest=`ask "a b" | cut -d@ -f2`" >> "$GITHUB_OUTPUT"'

    assert read(script, ENV).written("OUTPUT_FILE") == {"digest": '‹`ask "a b" | cut -d@ -f2`›'}


@pytest.mark.parametrize(
    ("script", "masked"),
    [
        ("D=$(pytest)", False), ("D=$(pytest | sed x)", True), ("set -o pipefail; D=$(pytest | sed x)", False),
        ("D=$(pytest; other)", True), ("D=$(other; pytest)", False), ("D=$(pytest) || true", True),
        ("D=$(pytest) || exit 1", False), ("echo $(pytest)", True), ("export D=$(pytest)", True),
        ("pytest || return 0", True), ("pytest || exit 0", True), ("trap 'exit 0' EXIT\npytest", True),
        ("trap 'rm f' EXIT\npytest", False),
    ],
)  # fmt: skip
def test_commands_inside_a_substitution_are_read_too(script: str, masked: bool) -> None:
    (found,) = (command for command in read(script, ENV).commands if "pytest" in command.words)

    assert found.masked is masked


def test_a_loop_over_words_is_written_out() -> None:
    script = 'for to in a b; do for n in 1 2; do ./go "$to" $n; done; done\nfor x in $many; do use $x; done'

    assert [one.text for one in read(script, ENV).commands if one.words[0] in ("./go", "use")] == [
        "./go a 1", "./go a 2", "./go b 1", "./go b 2", "use ‹$many›",
    ]  # fmt: skip


def test_a_very_long_loop_is_read_once() -> None:
    words = " ".join(map(str, range(2000)))

    assert len([one for one in read(f"for x in {words}; do use $x; done", ENV).commands if one.words[0] == "use"]) == 1


def test_a_shell_without_e_goes_on() -> None:
    assert read("pytest\nnext", ENV, errexit=False).commands[0].masked

"""What exercise 8 says of a push that fails, a digest that is none, and questions to the build, in whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.buildspec.world import HOST
from course.tests.agreement.build_answer import GOOD, HANDED_ON, finding

pytestmark = pytest.mark.slow

PUSH = '      - docker push "$IMAGE"\n'
DIGEST = "      - DIGEST=$(docker inspect --format '{{index .RepoDigests 0}}' \"$IMAGE\")\n"
WRITES = """      - printf '[{"name":"api","imageUri":"%s"}]' "$DIGEST" > imagedefinitions.json\n"""
IN_WORDS = """      - >-
        printf '[{"name":"api","imageUri":"%s"}]' "$REPOSITORY_URI@$(docker push "$IMAGE" | cut -d" " -f3)"
        > imagedefinitions.json
"""
OR_TRUE = PUSH.replace("\n", " || true\n")
LISTED = "      - DIGEST=$(docker images --digests --format '{{.Repository}}@{{.Digest}}' \"$IMAGE\")\n"
ASKED = (
    '      - DIGEST="$REPOSITORY_URI@$(aws ecr describe-images --repository-name movie-service --output text '
    '--image-ids imageTag="${IMAGE##*:}" --query "imageDetails[0].imageDigest")"\n'
)


@pytest.mark.parametrize(
    ("changes", "says", "line"),
    [
        ({PUSH: "", DIGEST: "", WRITES: IN_WORDS}, "@", 20),
        ({PUSH: OR_TRUE, DIGEST: LISTED}, "@<none>", 20),
    ],
)
def test_a_push_that_fails_unheard_is_told(tmp_path: Path, changes: dict[str, str], says: str, line: int) -> None:
    """The build was green, and every row was passed."""
    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "ran your phases by CodeBuild's rules, with a push that fails",
        "the push failed, and the build SUCCEEDED all the same; imagedefinitions.json says "
        f'[{{"name":"api","imageUri":"movie-service{says}"}}]',
        "the build FAILED, and nothing is deployed",
        f"buildspec.yml:{line}",
        "Who hears the exit code of the push in this line, and what is deployed then?",
    )


def test_the_image_of_the_first_try_does_not_stand_in_for_a_push_that_fails(tmp_path: Path) -> None:
    """The registry has an image of this commit already, and is asked for it."""
    changes = {PUSH: PUSH.replace("\n", " & wait\n"), DIGEST: ASKED}

    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes)

    assert told is not None
    assert told.tried == "ran your phases by CodeBuild's rules, with a push that fails"
    assert '"imageUri":"movie-service@sha256:' in told.seen


@pytest.mark.parametrize(
    "changes",
    [
        {PUSH: PUSH.replace("\n", ' || docker push "$IMAGE"\n')},
        {DIGEST: ASKED},
        # docker inspect fails when nothing was pushed.
        {PUSH: OR_TRUE},
    ],
)
def test_a_push_whose_failure_ends_the_build_is_fine(tmp_path: Path, changes: dict[str, str]) -> None:
    assert finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes) is None


def test_a_repository_that_stands_there_twice_is_told(tmp_path: Path) -> None:
    """The doubled name was cut off behind the first digits of the digest."""
    changes = {WRITES: WRITES.replace('"$DIGEST"', '"$REPOSITORY_URI@$DIGEST"')}

    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes)

    assert told is not None
    before, _, after = told.seen.partition("sha256:")
    assert before == "the image movie-service@movie-service@"
    assert (after[10:], told.where) == ("…: the repository stands there twice", "buildspec.yml:22")
    assert HOST not in told.seen


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("echo Build is $CODEBUILD_BUILD_SUCCEEDING", "echo Build is $CODEBUILD_BUILD_SUCCEEDING"),
        (f"echo {'-' * 60} $CODEBUILD_BUILD_SUCCEEDING", f"echo {'-' * 60} $CO…"),
    ],
)
def test_a_question_that_ends_nothing_is_quoted(tmp_path: Path, line: str, quoted: str) -> None:
    """`This line` was taken for that of pytest, of which the report speaks first."""
    changes = {
        "- pytest\n": "- echo later\n",
        '- docker run --rm "$IMAGE" --check': '- docker run --rm "$IMAGE" --check && pytest',
        '- test "$CODEBUILD_BUILD_SUCCEEDING" = 1': f"- {line}",
    }  # fmt: skip

    told = finding(tmp_path, GOOD.test_failing_tests_push_nothing, changes)

    assert told is not None
    assert told.seen.startswith("a test failed in phase build; phase post_build pushed sha256:")
    assert told.where == "buildspec.yml:19"
    assert told.next == (
        f"With which exit code does `{quoted}` end after a failed build, and what does the phase make of that?"
    )


BUILD, CHECK = '- docker build --tag "$IMAGE" .\n', '- docker run --rm "$IMAGE" --check\n'


@pytest.mark.parametrize(
    ("changes", "seen", "line"),
    [
        ({CHECK: f"{CHECK}      {BUILD}"}, "2 images were built for one commit", 17),
        ({BUILD: f"{BUILD.replace('.', '--target test .')}      {BUILD}"}, "2 images were built for one commit", 16),
        ({PUSH: f"      {BUILD}{PUSH}"}, "2 images were built for one commit", 20),
        (
            {BUILD: "- docker build --tag local .\n", CHECK: f"- docker run --rm local --check\n      {BUILD}"},
            "the image that was started with --check is not the one that was pushed", 21,
        ),
    ],
)  # fmt: skip
def test_what_is_pushed_is_the_one_image_that_was_started(
    tmp_path: Path, changes: dict[str, str], seen: str, line: int
) -> None:
    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "ran a good build, and compared what was built, started and pushed",
        seen,
        "the image is built once, and what is started with `--check` is what is pushed",
        f"buildspec.yml:{line}",
        "Which image did the check start, and which one would a deployment get?",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {BUILD: f"- docker build --target test -t tests .\n      - docker run --rm tests pytest\n      {BUILD}"},
        {BUILD: '- docker build --tag local .\n      - docker tag local "$IMAGE"\n'},
        {BUILD: '- docker build --tag local --tag "$IMAGE" .\n', CHECK: "- docker run --rm local --check\n"},
    ],
)
def test_an_image_of_another_name_may_stand_beside_it(tmp_path: Path, changes: dict[str, str]) -> None:
    assert finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes) is None

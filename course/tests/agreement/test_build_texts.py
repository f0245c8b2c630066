"""What exercise 8 says of small changes to its answer that met no wrong answer of its own, in whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from checker.errors import NotYet
from course.build.sync import ROOT
from course.tests.agreement.build_answer import GOOD, HANDED_ON, IMAGE, HandIn, finding, hand_in, place_of

pytestmark = pytest.mark.slow

STARTER = ROOT / "exercises" / "08_codebuild" / "starter"
TESTS = "- pytest\n"
RAN_WHAT = "Which tests did this line run?"
NOT_ALL = "not all tests run: "


@pytest.mark.parametrize(
    ("changes", "seen", "line"),
    [
        (
            {TESTS: "- pytest --ignore=tests/test_a.py\n"},
            "'pytest --ignore=tests/test_a.py' leaves out tests/test_a.py", 10,
        ),
        ({TESTS: "- pytest --ignore-glob='*slow*'\n"}, "'pytest --ignore-glob=*slow*' leaves out *slow*", 10),
        (
            {TESTS: "- pytest --override-ini=python_files=test_app.py\n"},
            "'pytest --override-ini=python_files=test_app.py' leaves out "
            "what `-o python_files=test_app.py` does not pick", 10,
        ),
        (
            {TESTS: "- PYTEST_ADDOPTS='-k health' pytest\n"},
            "PYTEST_ADDOPTS leaves out what `-k health` does not pick", 10,
        ),
        (
            {"- pip install": "- export PYTEST_ADDOPTS='--deselect tests/test_a.py'\n      - pip install"},
            "PYTEST_ADDOPTS leaves out tests/test_a.py", 7,
        ),
        (
            {TESTS: "- python -m unittest discover -s none\n"},
            "'python -m unittest discover -s none' finds no test that is a function, as those of pytest are", 10,
        ),
        (
            {"- {Name: REPOSITORY_URI": "- {Name: PYTEST_ADDOPTS, Value: -m smoke}\n          - {Name: REPOSITORY_URI"},
            "PYTEST_ADDOPTS leaves out what `-m smoke` does not pick", 0,
        ),
    ],
)  # fmt: skip
def test_a_part_of_the_tests_is_told(tmp_path: Path, changes: dict[str, str], seen: str, line: int) -> None:
    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    place = f"buildspec.yml:{line}" if line else place_of(hand_in(tmp_path, changes), "EnvironmentVariables:")
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "built and deployed a good commit on paper; docker and aws are stand-ins",
        f"{NOT_ALL}{seen}",
        "all tests, a build and a push that succeed, and both services deployed when a person agrees",
        place,
        "Which tests does nobody run before this commit reaches production?",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {TESTS: "- PYTEST_ADDOPTS=\"-q -m 'not slow'\" pytest --ignore=docs\n"},
        {TESTS: "- pytest -x --ignore-glob='build/*' -p no:cacheprovider\n"},
        {TESTS: "- coverage run --source=app -m pytest\n      - coverage report --fail-under 80\n"},
        {TESTS: "- pytest --deselect tests/test_a.py\n      - pytest\n"},
    ],
)
def test_all_tests_may_run_in_many_ways(tmp_path: Path, changes: dict[str, str]) -> None:
    assert finding(tmp_path, GOOD.test_good_commit_reaches_production, changes) is None


@pytest.mark.parametrize(
    ("changes", "tags", "line"),
    [
        ({IMAGE: '- IMAGE="$REPOSITORY_URI:latest"'}, "latest", 12),
        ({IMAGE: '- IMAGE="$REPOSITORY_URI"'}, "latest", 20),
        (
            {
                IMAGE: '- IMAGE="$REPOSITORY_URI:$TAG"',
                "phases:\n  install": "env: {variables: {TAG: stable}}\nphases:\n  install",
            },
            "stable", 4,
        ),
        (
            {
                IMAGE: '- IMAGE="$REPOSITORY_URI:a"',
                '- docker push "$IMAGE"': '- docker tag "$IMAGE" "$REPOSITORY_URI:b"\n'
                '      - docker push "$IMAGE"\n      - docker push "$REPOSITORY_URI:b"',
            },
            "a, b", 12,
        ),
    ],
)  # fmt: skip
def test_one_tag_for_all_commits_is_told(tmp_path: Path, changes: dict[str, str], tags: str, line: int) -> None:
    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "built and pushed two commits whose first six characters are the same",
        f"the second commit got no other tag than the first: {tags}",
        "a tag of its own for each commit",
        f"buildspec.yml:{line}",
        "What does CodeBuild tell a build that differs from commit to commit? How much of it is in the tag?",
    )


@pytest.mark.parametrize("length", [4, 6])
def test_a_tag_that_two_commits_share_is_told(tmp_path: Path, length: int) -> None:
    """Four characters of the commit were a tag of its own for each commit."""
    image = f'- IMAGE="$REPOSITORY_URI:${{CODEBUILD_RESOLVED_SOURCE_VERSION:0:{length}}}"'

    told = finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, {IMAGE: image})

    assert told is not None
    tag = told.seen.removeprefix("the second commit got no other tag than the first: ")
    assert (len(tag), told.where) == (length, "buildspec.yml:20")
    assert told.tried == "built and pushed two commits whose first six characters are the same"


@pytest.mark.parametrize(
    "image",
    [
        '- IMAGE="$REPOSITORY_URI:$CODEBUILD_BUILD_NUMBER"',
        '- IMAGE="$REPOSITORY_URI:$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c1-12)"',
        '- IMAGE="$REPOSITORY_URI:$(echo $CODEBUILD_RESOLVED_SOURCE_VERSION | cut -c1-7)"',
        '- IMAGE="$REPOSITORY_URI:main-${CODEBUILD_RESOLVED_SOURCE_VERSION:0:8}"',
        '- IMAGE="$REPOSITORY_URI:${CODEBUILD_BUILD_ID#*:}"',
    ],
)
def test_whatever_differs_may_be_the_tag(tmp_path: Path, image: str) -> None:
    assert finding(tmp_path, HANDED_ON.test_artifact_names_the_pushed_digest, {IMAGE: image}) is None


FENCED = {name: (STARTER / name).read_text("utf-8") for name in ("buildspec.yml", "pipeline.yaml")}
RETURN = "- Name: Deploy\n          OnFailure: {Result: Rollback}"
OUTSIDE = "AWS::S3::Bucket\n    Properties: {Versioning: {Status: Enabled}}"


@pytest.mark.parametrize(
    ("old", "new", "seen", "line"),
    [
        ("- Name: Deploy", RETURN, "in the part of TODO 4: E3030: 'Rollback' is not one of ", "Rollback"),
        ("bility: MUTABLE", "bility: NEVER", "in the part of TODO 5: E3030: 'NEVER' is not one of ", "Mutability"),
        ("AWS::S3::Bucket", OUTSIDE, "E3002: Additional properties are not allowed", "Versioning"),
    ],
)
def test_a_fault_of_the_linter_names_its_todo(tmp_path: Path, old: str, new: str, seen: str, line: str) -> None:
    given = HandIn(tmp_path, FENCED | {"pipeline.yaml": FENCED["pipeline.yaml"].replace(old, new, 1)})

    with pytest.raises(NotYet) as lost:
        GOOD.test_linter_has_no_error(given)

    assert lost.value.finding.seen.startswith(seen)
    assert lost.value.finding.where == place_of(given, line)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "      # TODO 2: a failed test", "      - echo testing: now\n      # TODO 2: a failed test",
            (
                "in the part of TODO 2: this command is read as a key with a value, "
                "since a colon and a blank stand in it",
                "buildspec.yml:11", "Quote the whole command: which kind of quotes does it not hold itself?",
            ),
        ),
        (
            "# TODO 6: what", "caches: {}\n# TODO 6: what",
            (
                "in the part of TODO 6: the key 'caches' does not belong here", "buildspec.yml:41",
                "How is the key written, and how far is the line indented: what does that make it a part of?",
            ),
        ),
        (
            "  post_build:", "  post-build:",
            (
                "the key 'post-build' does not belong here", "buildspec.yml:26",
                "How is the key written, and how far is the line indented: what does that make it a part of?",
            ),
        ),
    ],
)  # fmt: skip
def test_a_fault_of_the_buildspec_names_its_todo(
    tmp_path: Path, old: str, new: str, told: tuple[str, str, str]
) -> None:
    given = HandIn(tmp_path, FENCED | {"buildspec.yml": FENCED["buildspec.yml"].replace(old, new, 1)})

    with pytest.raises(NotYet) as lost:
        GOOD.test_files_can_be_read(given)

    finding = lost.value.finding
    assert (finding.seen, finding.where, finding.next) == told
    assert (finding.tried, finding.expected) == (
        "compared buildspec.yml with AWS's reference of buildspecs",
        "keys that the reference has, each at its place, and commands that are texts",
    )


DIGEST = "- DIGEST=$(docker inspect"
STAND_INS = "built and deployed a good commit on paper; docker and aws are stand-ins"
PUSH = '      - docker push "$IMAGE"\n'


@pytest.mark.parametrize(
    ("changes", "seen", "line", "next_"),
    [
        ({TESTS: "- pytest --collect-only -q\n"}, "no test ran: 'pytest --collect-only -q' runs none", 10, RAN_WHAT),
        (
            {TESTS: "- pip install pytest\n"}, "no test ran: 'pip install pytest' runs none", 10, RAN_WHAT,
        ),
        ({TESTS: "- echo tested\n"}, "no test ran", 4, "Which command of this build runs the tests?"),
        (
            {PUSH: "", DIGEST: "- DIGEST=$(echo"}, "no image was pushed", 17,
            "Which command of the given file pushed the image?",
        ),
        (
            {PUSH: f"{PUSH}      - jq --version\n"}, "the build failed in phase post_build: jq: command not found", 21,
            "Which program that this build host has does the same?",
        ),
        (
            {PUSH: f"{PUSH}      - docker trust sign\n"},
            "the build failed in phase post_build: a limit of the stand-in of docker, "
            "which does not know this call: docker trust sign", 21,
            "The call may be right on a build host. Which other call says the same?",
        ),
        (
            {PUSH: PUSH.replace("push", "push -x")},
            "the build failed in phase post_build: \"docker push\" requires 1 argument", 20,
            "The first line that failed names its reason. What was there in the given files?",
        ),
    ],
)  # fmt: skip
def test_a_good_build_that_tests_or_ships_nothing_is_told(
    tmp_path: Path, changes: dict[str, str], seen: str, line: int, next_: str
) -> None:
    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        STAND_INS,
        seen,
        "all tests, a build and a push that succeed, and both services deployed when a person agrees",
        f"buildspec.yml:{line}",
        next_,
    )

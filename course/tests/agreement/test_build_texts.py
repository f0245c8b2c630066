"""What exercise 8 says of small changes to its answer that met no wrong answer of its own, in whole texts."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from checker import sibling
from checker.buildspec.__main__ import Folder
from checker.errors import Finding, NotYet, Verdict
from course.build.sync import ROOT

CHECKS = str(ROOT / "exercises" / "08_codebuild" / "checks" / "account.py")
ACCOUNT, GOOD, HANDED_ON, AROUND = (
    sibling(CHECKS, name)
    for name in ("account", "test_08_codebuild", "test_08_codebuild_pipeline", "test_08_codebuild_surroundings")
)
ANSWER = ROOT / "solutions" / "08_codebuild"
STARTER = ROOT / "exercises" / "08_codebuild" / "starter"
TESTS = "- pytest\n"
NOT_ALL = "not all tests run: "
IMAGE = '- IMAGE="$REPOSITORY_URI:$CODEBUILD_RESOLVED_SOURCE_VERSION"'


@dataclass(frozen=True)
class HandIn(Folder):
    """The answer with changed texts, whose phases run in a folder."""

    files: dict[str, str] = field(default_factory=dict)
    random: random.Random = field(default_factory=lambda: random.Random(8))

    def text(self, name: str) -> str:
        return self.files[name]


def hand_in(folder: Path, changes: dict[str, str]) -> HandIn:
    """The answer with each text of `changes` replaced once, in whichever of its files it stands."""
    files = {name: (ANSWER / name).read_text("utf-8") for name in ("buildspec.yml", "pipeline.yaml")}
    for old, new in changes.items():
        (name,) = (name for name, text in files.items() if old in text)
        files[name] = files[name].replace(old, new, 1)
    return HandIn(folder, files)


def finding(folder: Path, check: Any, changes: dict[str, str]) -> Finding | None:
    """What a check says of the changed answer; None when it is passed."""
    given = hand_in(folder, changes)
    try:
        check(given, ACCOUNT.read_account(given))
    except Verdict as lost:
        return lost.finding
    return None


def alone(check: Any) -> Any:
    """A check that asks for the account and not for the hand-in."""
    return lambda _, account: check(account)


@pytest.mark.parametrize(
    ("changes", "seen", "line"),
    [
        (
            {TESTS: "- pytest --ignore=tests/test_a.py\n"},
            "'pytest --ignore=tests/test_a.py' leaves out tests/test_a.py", 10,
        ),
        ({TESTS: "- pytest --ignore-glob='*slow*'\n"}, "'pytest --ignore-glob=*slow*' leaves out *slow*", 10),
        (
            {TESTS: "- PYTEST_ADDOPTS='-k health' pytest\n"},
            "PYTEST_ADDOPTS leaves out what `-k health` does not pick", 10,
        ),
        (
            {"- pip install": "- export PYTEST_ADDOPTS='--deselect tests/test_a.py'\n      - pip install"},
            "PYTEST_ADDOPTS leaves out tests/test_a.py", 7,
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


def place_of(given: HandIn, text: str, above: int = 0) -> str:
    """The first line of the template that holds this text, or so many lines above it."""
    lines = given.files["pipeline.yaml"].splitlines()
    return f"pipeline.yaml:{next(number for number, line in enumerate(lines, 1) if text in line) - above}"


@pytest.mark.parametrize(
    "changes",
    [
        {TESTS: "- PYTEST_ADDOPTS=\"-q -m 'not slow'\" pytest --ignore=docs\n"},
        {TESTS: "- pytest -x --ignore-glob='build/*' -p no:cacheprovider\n"},
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


LOGIN = 'Action: ecr:GetAuthorizationToken\n                Resource: "*"'
LOGIN_STATEMENT = f"              - Effect: Allow\n                {LOGIN}\n"
DENIES = "              - {Effect: Deny, Action: ecr:PutImage, Resource: '*'}\n"


@pytest.mark.parametrize(
    ("changes", "seen", "line", "above"),
    [
        (
            {LOGIN: "Action: ecr:GetAuthorizationToken\n                Resource: !GetAtt Images.Arn"},
            "ecr:GetAuthorizationToken is not allowed on `*`, so the login fails",
            "Action: ecr:GetAuthorizationToken", 1,
        ),
        (
            {LOGIN_STATEMENT: ""}, "ecr:GetAuthorizationToken is not allowed on `*`, so the login fails",
            "Policies:", 0,
        ),
        (
            {"                  - ecr:PutImage\n": ""},
            "ecr:PutImage is not allowed on `movie-service`, so the push fails", "- ecr:BatchCheck", 2,
        ),
        (
            {LOGIN_STATEMENT: LOGIN_STATEMENT + DENIES},
            "ecr:PutImage is not allowed on `movie-service`, so the push fails", "Effect: Deny", 0,
        ),
        (
            {"${Artifacts.Arn}/*": "${Artifacts.Arn}/cache/*"},
            "s3:GetObject is not allowed, so the build has no log, no source or no artifact",
            "Action: [s3:GetObject", 1,
        ),
        (
            {", logs:PutLogEvents]": "]"},
            "logs:PutLogEvents is not allowed, so the build has no log, no source or no artifact", "Action: [logs:", 1,
        ),
    ],
)  # fmt: skip
def test_a_right_that_is_missing_is_told_at_its_statement(
    tmp_path: Path, changes: dict[str, str], seen: str, line: str, above: int
) -> None:
    told = finding(tmp_path, AROUND.test_build_may_push_and_nothing_else, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the policies of the build's role what they allow",
        seen,
        "log in to the registry, push to `movie-service`, write logs, read and write the artifacts; no more",
        place_of(hand_in(tmp_path, changes), line, above),
        "Which calls does a push make, on which one resource, and which call knows no resource at all?",
    )


TRUST = "Principal: {Service: codebuild.amazonaws.com}"
ROLE = "the role BuildRole may be taken by"


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (
            '{Service: codebuild.amazonaws.com, AWS: "arn:aws:iam::123456789012:root"}',
            f"{ROLE} arn:aws:iam::123456789012:root too",
        ),
        ("{Service: [codebuild.amazonaws.com, lambda.amazonaws.com]}", f"{ROLE} lambda.amazonaws.com too"),
        ('"*"', "CodeBuild may not take the role BuildRole"),
        ("{Service: ecs.amazonaws.com}", "CodeBuild may not take the role BuildRole"),
    ],
)
def test_who_else_takes_the_role_is_told(tmp_path: Path, who: str, seen: str) -> None:
    """The advice was about the calls of a push."""
    changes = {TRUST: f"Principal: {who}"}

    told = finding(tmp_path, AROUND.test_build_may_push_and_nothing_else, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the trust policy of the build's role who may take it",
        seen,
        "CodeBuild takes the role, and nobody else",
        place_of(hand_in(tmp_path, changes), "AssumeRolePolicyDocument"),
        "Who takes the role of a build, and what could anybody else do who takes it?",
    )


SCAN = "      ImageScanningConfiguration:\n        ScanOnPush: true\n"
MOVES = {"Mutability: IMMUTABLE": "Mutability: MUTABLE"}
ONE_TAG = {IMAGE: '- IMAGE="$REPOSITORY_URI:latest"'}
TWO_TAGS = {
    '- docker push "$IMAGE"': '- docker push "$IMAGE"\n      - docker tag "$IMAGE" "$REPOSITORY_URI:latest"'
    '\n      - docker push "$REPOSITORY_URI:latest"'
}


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        (ONE_TAG | {SCAN: ""}, "no image is scanned when it is pushed"),
        (ONE_TAG | MOVES, "the tag latest was put on another image, and nobody refused"),
        (
            TWO_TAGS,
            "the second commit failed in phase post_build: tag invalid: The image tag 'latest' already exists in the "
            "'movie-service' repository and cannot be overwritten because the tag is immutable.",
        ),
    ],
)
def test_the_repository_is_judged_whatever_the_build_tags(tmp_path: Path, changes: dict[str, str], seen: str) -> None:
    """With one tag for all commits the scan was not judged, and waited for task 3."""
    told = finding(tmp_path, AROUND.test_tags_keep_their_image, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.next) == (
        "pushed two commits one after another, and their tags once more",
        seen,
        "each image is scanned on push, each commit gets through, and its tag cannot be put on another image",
        "What does the repository do with a tag that is there already, and which tags does your build use?",
    )


def test_one_tag_for_all_commits_is_a_fault_of_task_3_alone(tmp_path: Path) -> None:
    assert finding(tmp_path, AROUND.test_tags_keep_their_image, ONE_TAG) is None


@pytest.mark.parametrize("check", [HANDED_ON.test_failed_deployment_goes_back, AROUND.test_tags_keep_their_image])
def test_way_back_and_scan_wait_for_no_tag(check: Any) -> None:
    """With a tag of task 3 unfinished, a RETRY in the place of ROLLBACK got no word."""
    assert "by-digest" not in check.__check__.after


SMOKE, BUILD = "{ProjectName: !Ref SmokeTest}", "{ProjectName: !Ref Build}"
BY_KEY = "action {} starts a project `{}`, and none has that name: {} is its key in the template, `{}` its name"


def test_a_key_in_the_place_of_a_name_is_told(tmp_path: Path) -> None:
    """It was told that the project does not run with its own commands, and they were not touched."""
    changes = {SMOKE: "{ProjectName: SmokeTest}"}

    told = finding(tmp_path, alone(HANDED_ON.test_staging_and_its_test_come_first), changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "looked for the project of each action in the template",
        f"stage Staging, {BY_KEY.format('SmokeTest', 'SmokeTest', 'SmokeTest', 'movie-smoke-test')}",
        "the name of a project, or a reference to it by its key",
        place_of(hand_in(tmp_path, changes), "- Name: SmokeTest"),
        "How does the given action of the build name its project?",
    )


def test_the_build_by_its_key_is_told(tmp_path: Path) -> None:
    changes = {BUILD: "{ProjectName: Build}"}

    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    assert told.seen == f"stage Build, {BY_KEY.format('Image', 'Build', 'Build', 'movie-build')}"
    assert told.where == place_of(hand_in(tmp_path, changes), "- Name: Image")


def test_a_project_may_be_named_by_its_name(tmp_path: Path) -> None:
    changes = {SMOKE: "{ProjectName: movie-smoke-test}"}

    assert finding(tmp_path, alone(HANDED_ON.test_staging_and_its_test_come_first), changes) is None


CACHE = "Type: S3\n        Location: !Sub ${Artifacts}/cache\n"
PIP = "    - /root/.cache/pip/**/*"


@pytest.mark.parametrize(
    ("changes", "seen", "where"),
    [
        (
            {CACHE: "Type: LOCAL\n        Modes: [LOCAL_CUSTOM_CACHE]\n"},
            "the cache lies on one build host, and the build of tomorrow may run on another one", "pipeline.yaml:68",
        ),
        (
            {PIP: "    - /root/.cache/pip"},
            "the buildspec names /root/.cache/pip; pip's files lie in /root/.cache/pip and far below",
            "buildspec.yml:28",
        ),
        (
            {PIP: "    - /root/.cache/pip/*"},
            "the buildspec names /root/.cache/pip/*; pip's files lie in /root/.cache/pip and far below",
            "buildspec.yml:28",
        ),
    ],
)  # fmt: skip
def test_a_cache_that_is_not_there_tomorrow_is_told(
    tmp_path: Path, changes: dict[str, str], seen: str, where: str
) -> None:
    told = finding(tmp_path, alone(AROUND.test_packages_are_kept), changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "looked what the project keeps of `/root/.cache/pip` from one day to the next",
        seen,
        "a cache that each build host reaches, and a buildspec that names pip's folder with all below it",
        where,
        "Who stores the cache, and who says what belongs into it?",
    )


@pytest.mark.parametrize("path", ["/root/.cache/pip/**", "/root/.cache/**/*", "'/root/.cache/pip/**/*'"])
def test_pips_folder_may_be_named_in_many_ways(tmp_path: Path, path: str) -> None:
    assert finding(tmp_path, alone(AROUND.test_packages_are_kept), {PIP: f"    - {path}"}) is None


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

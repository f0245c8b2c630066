"""What exercise 8 says of roles, tags, projects and the cache in small changes to its answer, in whole texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from course.tests.agreement.build_answer import AROUND, GOOD, HANDED_ON, IMAGE, alone, finding, hand_in, place_of

pytestmark = pytest.mark.slow

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
INSTALL, VERSION, REPOSITORY = "pip install", "version: 0.2\n\nphases:\n", "{Name: REPOSITORY_URI"
OF_PROJECT = "pipeline.yaml:66"
NOTHING_KEPT = "pip is told to keep nothing, so there is nothing to put by"


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
        ({INSTALL: f"{INSTALL} --no-cache-dir"}, NOTHING_KEPT, "buildspec.yml:7"),
        ({INSTALL: f"PIP_NO_CACHE_DIR=1 {INSTALL}"}, NOTHING_KEPT, "buildspec.yml:7"),
        ({VERSION: f"env:\n  variables:\n    PIP_NO_CACHE_DIR: off\n{VERSION}"}, NOTHING_KEPT, "buildspec.yml:4"),
        ({REPOSITORY: f"{{Name: PIP_NO_CACHE_DIR, Value: 1}}\n          - {REPOSITORY}"}, NOTHING_KEPT, OF_PROJECT),
        (
            {INSTALL: f"{INSTALL} --cache-dir=/tmp/pip/"},
            "the buildspec names /root/.cache/pip/**/*; pip's files lie in /tmp/pip and far below", "buildspec.yml:7",
        ),
        (
            {VERSION: f"env: {{variables: {{PIP_CACHE_DIR: /tmp/pip}}}}\n{VERSION}"},
            "the buildspec names /root/.cache/pip/**/*; pip's files lie in /tmp/pip and far below", "buildspec.yml:2",
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


@pytest.mark.parametrize(
    ("install", "path"),
    [
        ("pip install --cache-dir ~/.cache/pip", "/root/.cache/pip/**/*"),
        ("PIP_NO_CACHE_DIR= pip install", "/root/.cache/pip/**/*"),
        ('PIP_CACHE_DIR="$CODEBUILD_SRC_DIR/.pip" pip install', ".pip/**/*"),
        ("pip install --cache-dir $WHERE", "/cache/**/*"),
    ],
)
def test_pip_may_keep_its_files_where_the_cache_looks(tmp_path: Path, install: str, path: str) -> None:
    changes = {INSTALL: install, PIP: f"    - {path}"}

    assert finding(tmp_path, alone(AROUND.test_packages_are_kept), changes) is None

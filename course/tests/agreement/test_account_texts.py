"""What exercise 8 says of regions, conditions that nobody meets, and a repository for everybody, in whole texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.tests.agreement.build_answer import AROUND, GOOD, finding, hand_in, place_of

pytestmark = pytest.mark.slow

SMOKE, PERSON = "            - Name: SmokeTest\n", "            - Name: Person\n"
STORE = "ArtifactStore: {Type: S3, Location: !Ref Artifacts}"
STORES = "ArtifactStores: [{Region: us-east-1, ArtifactStore: {Type: S3, Location: !Ref Artifacts}}, "
FAR = "              Region: eu-west-1\n"


@pytest.mark.parametrize(
    ("changes", "seen", "line"),
    [
        (
            {SMOKE: SMOKE + FAR},
            "action SmokeTest: it runs in eu-west-1, where the pipeline has no store of artifacts",
            "- Name: SmokeTest",
        ),
        (
            {SMOKE: SMOKE + FAR, STORE: f"{STORES}{{Region: eu-west-1, ArtifactStore: {{Type: S3, Location: far}}}}]"},
            "stage Staging, action SmokeTest runs in eu-west-1, and its project SmokeTest stands in this template, "
            "in us-east-1", "- Name: SmokeTest",
        ),
    ],
)  # fmt: skip
def test_an_action_of_another_region_is_told(tmp_path: Path, changes: dict[str, str], seen: str, line: str) -> None:
    """The smoke test ran in a region without its project, and every row was passed."""
    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "built and deployed a good commit on paper; docker and aws are stand-ins",
        seen,
        "all tests, a build and a push that succeed, and both services deployed when a person agrees",
        place_of(hand_in(tmp_path, changes), line),
        "What stood there in the given files?",
    )


def test_an_action_may_name_the_region_of_the_template(tmp_path: Path) -> None:
    changes = {SMOKE: f"{SMOKE}              Region: !Ref AWS::Region\n"}

    assert finding(tmp_path, GOOD.test_good_commit_reaches_production, changes) is None


TRUST = "Principal: {Service: codebuild.amazonaws.com}\n            Action: sts:AssumeRole\n"
REFUSED = "CodeBuild may not take the role BuildRole for the project {}: the condition refuses it"


def only_if(condition: str) -> dict[str, str]:
    return {TRUST: f"{TRUST}            Condition: {{{condition}}}\n"}


@pytest.mark.parametrize(
    ("condition", "project"),
    [
        ('StringEquals: {"aws:SourceAccount": "999999999999"}', "movie-build"),
        (
            'ArnLike: {"aws:SourceArn": !Sub "arn:aws:codebuild:*:${AWS::AccountId}:project/movie-build"}',
            "movie-smoke-test",
        ),
    ],
)
def test_a_condition_that_codebuild_does_not_meet_is_told(tmp_path: Path, condition: str, project: str) -> None:
    told = finding(tmp_path, AROUND.test_build_may_push_and_nothing_else, only_if(condition))

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the trust policy of the build's role who may take it",
        REFUSED.format(project),
        "CodeBuild takes the role, and nobody else",
        place_of(hand_in(tmp_path, only_if(condition)), "AssumeRolePolicyDocument"),
        "Who takes the role of a build, and what could anybody else do who takes it?",
    )


@pytest.mark.parametrize(
    "condition",
    [
        'StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}',
        'StringLike: {"aws:SourceArn": "arn:aws:codebuild:us-east-1:123456789012:project/*"}',
        'StringEquals: {"aws:SourceOrgID": o-a1b2c3d4e5}',
    ],
)
def test_a_condition_that_holds_is_fine(tmp_path: Path, condition: str) -> None:
    assert finding(tmp_path, AROUND.test_build_may_push_and_nothing_else, only_if(condition)) is None


def test_the_trust_of_the_pipeline_is_asked_for_its_conditions_too(tmp_path: Path) -> None:
    trust = TRUST.replace("codebuild", "codepipeline")
    changes = {trust: f'{trust}            Condition: {{StringEquals: {{"aws:SourceAccount": "999999999999"}}}}\n'}

    told = finding(tmp_path, GOOD.test_good_commit_reaches_production, changes)

    assert told is not None
    assert told.seen == "CodePipeline may not take the role of the pipeline"


SCAN = "        ScanOnPush: true\n"
POLICY = "      RepositoryPolicyText: {Statement: {Effect: Allow, Action: 'ecr:*', Principal: %s}}\n"


def test_a_repository_for_everybody_is_told(tmp_path: Path) -> None:
    """Everybody could push to the repository and delete its images, and every row was passed."""
    changes = {SCAN: SCAN + POLICY % "'*'"}

    told = finding(tmp_path, AROUND.test_tags_keep_their_image, changes)

    assert told is not None
    assert (told.tried, told.seen, told.expected, told.where, told.next) == (
        "asked the policy of the repository whom it lets in",
        "ecr:* is allowed to everybody who has an account of AWS",
        "nobody but those whom a policy names",
        place_of(hand_in(tmp_path, changes), "RepositoryPolicyText"),
        "For whom does the star of this Principal stand, and who needs your images?",
    )


def test_a_repository_for_one_account_is_fine(tmp_path: Path) -> None:
    changes = {SCAN: SCAN + POLICY % "{AWS: '999999999999'}"}

    assert finding(tmp_path, AROUND.test_tags_keep_their_image, changes) is None

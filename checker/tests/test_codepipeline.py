"""A commit's way through the stages: who waits for whom, what stops, what goes back."""

from __future__ import annotations

import pytest

from checker.cloudformation import read_stack
from checker.codepipeline import Pipeline, read_pipeline, run, structure_faults
from checker.codepipeline_starts import closed_stages, start_faults

TEMPLATE = """Resources:
  P:
    Type: AWS::CodePipeline::Pipeline
    Properties:
      PipelineType: V2
      Stages:
        - Name: Source
          Actions:
            - Name: code
              ActionTypeId: {Category: Source, Owner: AWS, Provider: S3, Version: "1"}
              OutputArtifacts: [{Name: Code}]
        - Name: Build
          Actions:
            - Name: image
              ActionTypeId: {Category: Build, Owner: AWS, Provider: CodeBuild, Version: "1"}
              Configuration: {ProjectName: build}
              InputArtifacts: [{Name: Code}]
              OutputArtifacts: [{Name: Image}]
        - Name: Deploy
          OnFailure: {Result: ROLLBACK}
          Actions:
            - {Name: person, ActionTypeId: {Category: Approval, Owner: AWS, Provider: Manual, Version: "1"}}
            - Name: live
              RunOrder: 2
              ActionTypeId: {Category: Deploy, Owner: AWS, Provider: ECS, Version: "1"}
              Configuration: {ClusterName: c, ServiceName: !Sub "${AWS::StackName}-live"}
              InputArtifacts: [{Name: Image}]
"""


def pipeline(*changes: tuple[str, str]) -> Pipeline:
    text = TEMPLATE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return read_pipeline(read_stack({"p.yaml": text}).resources[0])


def results(found: Pipeline, *failing: str, agreed: bool = True) -> list[tuple[str, str]]:
    made = run(found, fails=lambda one: one.name in failing, agreed=agreed)
    return [(one.action.name, one.result) for one in made.done]


def test_everything_runs_in_the_order_of_stages_and_run_orders() -> None:
    assert results(pipeline()) == [(name, "succeeded") for name in ("code", "image", "person", "live")]


def test_a_failed_stage_is_the_last_one() -> None:
    assert results(pipeline(), "image") == [("code", "succeeded"), ("image", "failed")]


def test_nobody_agreed_so_higher_run_orders_wait() -> None:
    assert results(pipeline(), agreed=False)[-1] == ("person", "waits for a person")


def test_equal_run_orders_begin_together() -> None:
    together = pipeline(("              RunOrder: 2\n", ""))

    assert ("live", "succeeded") in results(together, agreed=False)


def test_an_action_reads_what_another_one_made() -> None:
    execution = run(pipeline())
    live = next(one for one in execution.done if one.action.name == "live")

    assert {name: made and made.name for name, made in live.read.items()} == {"Image": "image"}
    assert live.action.setting("ServiceName") == "${AWS::StackName}-live"


def test_a_stage_goes_back_when_it_says_so_and_its_type_can() -> None:
    failing = {"fails": lambda one: one.name == "live"}

    assert run(pipeline(), **failing).rolled_back
    assert not run(pipeline(("ROLLBACK", "RETRY")), **failing).rolled_back
    assert not run(pipeline(("      PipelineType: V2\n", "")), **failing).rolled_back


def test_a_condition_may_say_it_too() -> None:
    condition = ("{Result: ROLLBACK}", "{Conditions: [{Result: ROLLBACK, Rules: []}]}")

    assert run(pipeline(condition), fails=lambda one: one.name == "live").rolled_back


def test_a_stage_that_first_tries_again_may_go_back_then() -> None:
    both = ("{Result: ROLLBACK}", "{Result: RETRY, Conditions: [{Result: ROLLBACK, Rules: [{Name: alarm}]}]}")
    neither = ("{Result: ROLLBACK}", "{Result: RETRY, Conditions: [{Result: FAIL, Rules: [{Name: alarm}]}]}")
    failing = {"fails": lambda one: one.name == "live"}

    assert run(pipeline(both), **failing).rolled_back
    assert not run(pipeline(neither), **failing).rolled_back


def test_waiting_is_no_failure_to_go_back_from() -> None:
    assert not run(pipeline(), agreed=False).rolled_back


def test_what_codepipeline_refuses_is_told_with_its_line() -> None:
    assert structure_faults(pipeline()) == []
    assert structure_faults(pipeline(("InputArtifacts: [{Name: Image}]", "InputArtifacts: [{Name: Picture}]"))) == [
        ("action live reads 'Picture', which no action before it makes", "p.yaml:23")
    ]
    assert structure_faults(pipeline(("      PipelineType: V2\n", ""))) == [
        ("stage Deploy says what follows a failure, which only type V2 may", "p.yaml:18")
    ]
    parallel = ("      PipelineType: V2\n", "      PipelineType: V2\n      ExecutionMode: PARALLEL\n")
    assert structure_faults(pipeline(parallel)) == [
        ("stage Deploy goes back on a failure, which no stage may in the execution mode PARALLEL", "p.yaml:6")
    ]
    assert structure_faults(pipeline(parallel, ("PARALLEL", "QUEUED"))) == []
    assert structure_faults(pipeline(parallel, ("ROLLBACK", "RETRY"))) == []
    moved = structure_faults(pipeline(("Category: Build", "Category: Source"), ("Provider: CodeBuild", "Provider: S3")))
    assert moved[0] == ("action image: the first stage holds sources, the others none", "p.yaml:14")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Provider: ECS", "Provider: ECs", "action live: there is no provider 'ECs' of category 'Deploy'"),
        ('Manual, Version: "1"', 'Manual, Version: "2"', "action person: its type has no version '2'"),
        (
            "Owner: AWS, Provider: CodeBuild",
            "Owner: me, Provider: CodeBuild",
            "action image: its owner is 'me', and not AWS",
        ),
        ("ClusterName: c, ", "", "action live: its Configuration has no ClusterName"),
    ],
)
def test_the_type_of_an_action_must_exist(old: str, new: str, says: str) -> None:
    assert [fault for fault, _ in structure_faults(pipeline((old, new)))] == [says]


FAR = ("- Name: image\n", "- Name: image\n              Region: eu-west-1\n")
STORES = "      ArtifactStores: [{Region: eu-west-1, ArtifactStore: {Type: S3, Location: b}}]\n      Stages:"


def test_an_action_of_another_region_needs_a_store_there() -> None:
    no_store = "action image: it runs in eu-west-1, where the pipeline has no store of artifacts"
    assert [fault for fault, _ in structure_faults(pipeline(FAR))] == [no_store]
    assert structure_faults(pipeline(FAR, ("      Stages:", STORES))) == []


@pytest.mark.parametrize("region", ["us-east-1", "!Ref AWS::Region", "!Ref Where"])
def test_an_action_may_name_the_region_of_the_pipeline(region: str) -> None:
    assert structure_faults(pipeline((FAR[0], FAR[1].replace("eu-west-1", region)))) == []


def test_odd_shapes_are_left_out() -> None:
    stack = read_stack(
        {"p.yaml": "Resources:\n  P:\n    Type: AWS::CodePipeline::Pipeline\n    Properties: {Stages: 3}\n"}
    )

    assert read_pipeline(stack.resources[0]).stages == ()


BRANCH = (
    'Provider: S3, Version: "1"}\n',
    'Provider: S3, Version: "1"}\n              Configuration: {BranchName: main}\n',
)


def starting(git: str, *changes: tuple[str, str]) -> list[str]:
    named = ("      Stages:", f"      Triggers: [{{ProviderType: CodeStarSourceConnection, {git}}}]\n      Stages:")
    return [fault for fault, _ in start_faults(pipeline(BRANCH, named, *changes))]


def pushed(filters: str) -> str:
    return f"GitConfiguration: {{SourceActionName: code, Push: [{filters}]}}"


@pytest.mark.parametrize(
    "filters",
    [
        "{Branches: {Includes: [main]}}", "{Branches: {Includes: [main]}, FilePaths: {Excludes: ['docs/**']}}",
        "{Branches: {Includes: ['main*'], Excludes: ['main?*']}}",
        "{FilePaths: {Includes: ['**']}}",
        "{Branches: {Includes: [main]}, FilePaths: {Excludes: ['**/*.md', 'tests/**']}}",
        "{Branches: {Includes: [main]}, FilePaths: {Includes: ['docs/**']}}, {Branches: {Includes: [main]}}",
        "{FilePaths: {Includes: ['**/*.py', Dockerfile]}}, {FilePaths: {Includes: ['*.txt', '*.yml']}}",
    ],
)  # fmt: skip
def test_a_trigger_for_the_branch_of_the_source_is_fine(filters: str) -> None:
    assert starting(pushed(filters)) == []


@pytest.mark.slow
def test_no_trigger_and_one_without_filters_start_for_the_branch_of_the_source() -> None:
    assert start_faults(pipeline()) == start_faults(pipeline(BRANCH)) == []
    assert starting("GitConfiguration: {SourceActionName: code}") == []
    assert starting(pushed("{Branches: {Includes: [main]}}"), ("BranchName: main", "BranchName: !Ref Branch")) == []


@pytest.mark.parametrize("false", ["false", "'false'", "False", "'False'"])
def test_a_source_that_detects_no_change_needs_a_trigger(false: str) -> None:
    """AWS's page on triggers: with a filter on a push, DetectChanges is false; without a trigger, nothing starts."""
    unseen = ("BranchName: main", f"BranchName: main, DetectChanges: {false}")

    assert start_faults(pipeline(BRANCH, unseen)) == [
        (
            "a push to main starts nothing: DetectChanges is false, and no trigger says what starts the pipeline",
            "p.yaml:9",
        )
    ]
    assert start_faults(pipeline(BRANCH, ("BranchName: main", "BranchName: main, DetectChanges: true"))) == []
    assert starting(pushed("{Branches: {Includes: [main]}}"), unseen) == []


@pytest.mark.parametrize(
    ("filters", "branch"),
    [
        ("{Branches: {Includes: ['*']}}", "x"), ("{Branches: {Includes: [main, 'release/*']}}", "release/x"),
        ("{Branches: {Includes: [main]}}, {Branches: {Includes: [develop]}}", "develop"),
        ("{Branches: {Excludes: [docs]}}", "patch-1"), ("{Branches: {Includes: ['main*']}}", "mainx"),
        ("{Branches: {Includes: ['**'], Excludes: ['feature/*']}}", "x"),
    ],
)  # fmt: skip
def test_another_branch_that_starts_the_pipeline_is_named(filters: str, branch: str) -> None:
    said = f"a push to the branch {branch} starts the pipeline, which goes on to production"
    assert starting(pushed(filters)) == [said]
    assert starting(pushed("{Branches: {Includes: ['*']}}"), ("BranchName: main", "BranchName: !Ref Branch")) == [
        "a push to the branch x starts the pipeline, which goes on to production"
    ]


def test_a_stage_that_takes_no_execution_is_named() -> None:
    """AWS keeps an execution before a transition that is disabled until somebody enables it."""
    disabled = "      DisableInboundStageTransitions: [{StageName: Deploy, Reason: frozen}]\n      Stages:"
    assert closed_stages(pipeline()) == []
    [(fault, where)] = closed_stages(pipeline(("      Stages:", disabled)))

    assert fault == "stage Deploy takes no execution: the transition into it is disabled"
    assert where == "p.yaml:6"


BY_TAG = "a tag starts the pipeline, and a tag can stand on a commit of any branch"


@pytest.mark.parametrize(
    ("git", "changes", "says"),
    [
        (
            "GitConfiguration: {SourceActionName: code, PullRequest: [{Branches: {Includes: [main]}}]}", (),
            "a pull request starts the pipeline, which goes on to production",
        ),
        (pushed("{Tags: {Includes: ['v*']}}"), (), BY_TAG),
        (pushed("{Branches: {Includes: [main]}}, {Tags: {Includes: ['v*']}}"), (), BY_TAG),
        (pushed("{Branches: {Includes: [main]}, Tags: {Excludes: ['test*']}}"), (), BY_TAG),
        (pushed("{Branches: {Includes: ['*'], Excludes: ['**']}}"), (), "a push to main starts nothing"),
        (
            pushed("{Branches: {Includes: [main]}, FilePaths: {Includes: ['docs/**']}}"), (),
            "a push to main that changes app.py alone starts nothing",
        ),
        (
            pushed("{Branches: {Includes: [main]}, FilePaths: {Includes: ['**/*.py'], Excludes: ['tests/**']}}"), (),
            "a push to main that changes requirements.txt alone starts nothing",
        ),
        (
            pushed("{FilePaths: {Excludes: ['Docker*']}}"), (),
            "a push to main that changes Dockerfile alone starts nothing",
        ),
        (
            pushed("{Branches: {Includes: [main]}}"), (("PipelineType: V2", "PipelineType: V1"),),
            "the pipeline names triggers, which only type V2 may",
        ),
        (
            pushed("{Branches: {Includes: [main]}}"), (("BranchName: main", "BranchName: '*'"),),
            "action code: BranchName is the name of one branch, and takes no pattern",
        ),
    ],
)  # fmt: skip
def test_what_else_is_wrong_with_the_start_is_told(git: str, changes: tuple[tuple[str, str], ...], says: str) -> None:
    assert starting(git, *changes) == [says]

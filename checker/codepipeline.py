"""Reads the stages of a pipeline in CodePipeline, and computes what an execution does: nothing is contacted.

The rules, from AWS's pages on the pipeline structure, on stage conditions and on rollback:
- stages run one after another; in a stage, actions of one RunOrder run together, higher ones wait for all lower ones
- a failed action fails its stage, and no later stage runs
- a manual approval holds its stage until somebody agrees
- an action of another region needs a store of artifacts there; without one CodePipeline refuses the pipeline
- an action reads artifacts by name, and an artifact is made by one action
- in a pipeline of type V2 a stage may say what its own failure leads to: RETRY, or ROLLBACK to the execution before
- in the execution mode PARALLEL, in which several executions are in one stage at a time, no stage takes a ROLLBACK
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from checker.cloudformation import Resource, said
from checker.cloudformation.arns import REGION

DEPLOY, APPROVAL, BUILD, TEST, SOURCE = "Deploy", "Approval", "Build", "Test", "Source"
# AWS's own providers by category. From the CodePipeline user guide, action structure reference, looked up 2026-11-25.
PROVIDERS = {
    SOURCE: {"S3", "ECR", "CodeCommit", "CodeStarSourceConnection"},
    BUILD: {"CodeBuild", "ECRBuildAndPublish"},
    TEST: {"CodeBuild", "DeviceFarm"},
    DEPLOY: {
        "ECS", "CodeDeployToECS", "CodeDeploy", "CloudFormation", "CloudFormationStackSet", "S3", "ElasticBeanstalk",
        "AppConfig", "EKS", "EC2", "Lambda", "ServiceCatalog", "OpsWorks", "CloudFormationStackInstances",
    },
    APPROVAL: {"Manual"},
    "Invoke": {"Lambda", "StepFunctions", "InspectorScan", "CodePipeline"},
    "Compute": {"Commands"},
}  # fmt: skip
# What an action cannot do without.
NEEDED = {
    "ECS": ("ClusterName", "ServiceName"),
    "CodeBuild": ("ProjectName",),
    "CodeStarSourceConnection": ("ConnectionArn", "FullRepositoryId", "BranchName"),
}
SUCCEEDED, FAILED, WAITING = "succeeded", "failed", "waits for a person"


@dataclass(frozen=True)
class Action:
    """One action of a stage."""

    name: str
    stage: str
    category: str
    provider: str
    owner: str
    version: str
    order: int
    settings: Mapping[str, Any]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    where: str
    # Empty: that of the pipeline.
    region: str = ""

    def setting(self, name: str) -> str:
        return said(self.settings[name]) if name in self.settings else ""


@dataclass(frozen=True)
class Stage:
    """One stage: its actions by RunOrder, and what follows when it fails."""

    name: str
    actions: tuple[Action, ...]
    on_failure: str
    where: str

    def groups(self) -> Iterator[list[Action]]:
        for _, group in groupby(sorted(self.actions, key=lambda one: one.order), key=lambda one: one.order):
            yield list(group)


@dataclass(frozen=True)
class Pipeline:
    """All stages, in order. Only type V2 knows what follows a failed stage."""

    stages: tuple[Stage, ...]
    kind: str
    resource: Resource

    def actions(self) -> Iterator[Action]:
        return (action for stage in self.stages for action in stage.actions)


@dataclass(frozen=True)
class Done:
    """What became of one action, and who made the artifacts that it read."""

    action: Action
    result: str
    read: Mapping[str, Action | None]


@dataclass
class Execution:
    """One way of a commit through the pipeline."""

    done: list[Done] = field(default_factory=list)
    stopped_in: str = ""
    rolled_back: bool = False

    def of(self, action: Action) -> Done | None:
        return next((one for one in self.done if one.action == action), None)

    def ran(self, action: Action) -> bool:
        """Whether the action did its work."""
        found = self.of(action)
        return found is not None and found.result == SUCCEEDED


def read_pipeline(resource: Resource) -> Pipeline:
    """The stages of an AWS::CodePipeline::Pipeline; what has no shape of a stage or action is left out."""
    stages = resource.get("Stages", default=[])
    found = [
        _stage(resource, number, raw)
        for number, raw in enumerate(stages if isinstance(stages, list) else [])
        if isinstance(raw, dict)
    ]
    kind = said(resource.get("PipelineType", default="V1"))
    return Pipeline(tuple(found), kind, resource)


def _stage(resource: Resource, number: int, raw: Mapping[str, Any]) -> Stage:
    name, actions = said(raw.get("Name", "")), raw.get("Actions", [])
    found = [
        _action(resource, (number, place), name, one)
        for place, one in enumerate(actions if isinstance(actions, list) else [])
        if isinstance(one, dict)
    ]
    return Stage(name, tuple(found), _result(raw.get("OnFailure")), resource.at("Stages", number))


def _result(raw: Any) -> str:
    """RETRY, ROLLBACK or FAIL; a condition with such a result counts as one, and ROLLBACK also beside a RETRY."""
    if not isinstance(raw, dict):
        return ""
    conditions = raw.get("Conditions")
    inside = dicts(conditions)
    results = [said(one["Result"]) for one in (raw, *inside) if "Result" in one]
    return "ROLLBACK" if "ROLLBACK" in results else next(iter(results), "")


def _action(resource: Resource, place: tuple[int, int], stage: str, raw: Mapping[str, Any]) -> Action:
    kind, settings = raw.get("ActionTypeId"), raw.get("Configuration")
    kind = kind if isinstance(kind, dict) else {}
    order = raw.get("RunOrder", 1)
    return Action(
        said(raw.get("Name", "")),
        stage,
        said(kind.get("Category", "")),
        said(kind.get("Provider", "")),
        said(kind.get("Owner", "")),
        said(kind.get("Version", "")),
        int(order) if str(order).isdigit() else 1,
        settings if isinstance(settings, dict) else {},
        _names(raw.get("InputArtifacts")),
        _names(raw.get("OutputArtifacts")),
        resource.at("Stages", place[0], "Actions", place[1]),
        _region(raw.get("Region")),
    )


def _names(raw: Any) -> tuple[str, ...]:
    return tuple(said(one.get("Name", "")) for one in raw if isinstance(one, dict)) if isinstance(raw, list) else ()


def structure_faults(pipeline: Pipeline) -> list[tuple[str, str]]:
    """What CodePipeline refuses in the order of stages and artifacts, as a sentence and a place."""
    made: dict[str, Action] = {}
    found = []
    for number, stage in enumerate(pipeline.stages):
        for group in stage.groups():
            for action in group:
                if (action.category == SOURCE) != (number == 0):
                    found.append(
                        (f"action {action.name}: the first stage holds sources, the others none", action.where)
                    )
                for name in action.inputs:
                    if name not in made:
                        found.append(
                            (f"action {action.name} reads {name!r}, which no action before it makes", action.where)
                        )
            made |= {name: action for action in group for name in action.outputs}
        found += [
            (f"action {action.name}: {fault}", action.where)
            for action in stage.actions
            for fault in (*_kind(action), *_far_away(action, pipeline))
        ]
        if stage.on_failure and pipeline.kind != "V2":
            found.append((f"stage {stage.name} says what follows a failure, which only type V2 may", stage.where))
        if stage.on_failure == "ROLLBACK" and said(pipeline.resource.get("ExecutionMode")) == "PARALLEL":
            told = f"stage {stage.name} goes back on a failure, which no stage may in the execution mode PARALLEL"
            found.append((told, pipeline.resource.at("ExecutionMode")))
    return found


def _far_away(action: Action, pipeline: Pipeline) -> Iterator[str]:
    """What an action of another region lacks there."""
    kept = [_region(one.get("Region")) for one in dicts(pipeline.resource.get("ArtifactStores", default=[]))]
    if action.region not in ("", REGION, *kept):
        yield f"it runs in {action.region}, where the pipeline has no store of artifacts"


def dicts(raw: Any) -> list[dict[str, Any]]:
    """The mappings of a list in a template; none where it is no list."""
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []


def _region(raw: Any) -> str:
    """The region that a template names; an empty text for its own, and for one that is not known here."""
    name = said(raw) if raw else ""
    return "" if "${" in name else name


def _kind(action: Action) -> Iterator[str]:
    """What is wrong with an action's type, and what it lacks."""
    if action.owner not in ("AWS", "ThirdParty", "Custom"):
        yield f"its owner is {action.owner!r}, and not AWS"
    elif action.owner == "AWS" and action.provider not in PROVIDERS.get(action.category, ()):
        yield f"there is no provider {action.provider!r} of category {action.category!r}"
    elif action.owner == "AWS" and action.version != "1":
        yield f"its type has no version {action.version!r}"
    for name in NEEDED.get(action.provider, ()):
        if not action.setting(name):
            yield f"its Configuration has no {name}"


def run(pipeline: Pipeline, *, fails: Callable[[Action], bool] = lambda _: False, agreed: bool = True) -> Execution:
    """What an execution does when these actions fail, and when nobody has agreed yet (`agreed=False`)."""
    execution, made = Execution(), dict[str, Action]()
    for stage in pipeline.stages:
        result = _run_stage(stage, execution, made, fails, agreed)
        if result != SUCCEEDED:
            execution.stopped_in = stage.name
            goes_back = pipeline.kind == "V2" and stage.on_failure == "ROLLBACK"
            execution.rolled_back = result == FAILED and goes_back
            break
    return execution


def _run_stage(
    stage: Stage, execution: Execution, made: dict[str, Action], fails: Callable[[Action], bool], agreed: bool
) -> str:
    for group in stage.groups():
        results = []
        for action in group:
            result = FAILED if fails(action) else SUCCEEDED
            if action.category == APPROVAL and not agreed:
                result = WAITING
            results.append(result)
            execution.done.append(Done(action, result, {name: made.get(name) for name in action.inputs}))
        made.update({name: action for action in group for name in action.outputs})
        for bad in (FAILED, WAITING):
            if bad in results:
                return bad
    return SUCCEEDED

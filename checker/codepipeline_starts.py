"""What starts a pipeline of CodePipeline, and which of its stages take no execution.

The rules, from AWS's pages on filtering triggers and on disabling transitions, looked up 2026-11-27:
- without a trigger of its own a source starts the pipeline for its branch, unless its DetectChanges is false
- a trigger takes the place of that, whatever DetectChanges says; it may name other branches, and globs of them
- a filter of file paths starts it only when a file that fits has changed; of several filters one is enough
- a trigger for tags starts it for a tag that fits, whichever branch the commit is on
- an execution waits before a transition that is disabled, until somebody enables it
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from checker.buildspec.running import fits
from checker.cloudformation import said
from checker.codepipeline import Action, Pipeline, dicts
from checker.iam_conditions import matches

# Files of a service that decide what is deployed, by the names that the given files use.
CODE = ("app.py", "requirements.txt", "Dockerfile", "buildspec.yml")


def closed_stages(pipeline: Pipeline) -> list[tuple[str, str]]:
    """The stages that an execution waits before until somebody enables their transition, as a sentence and a place."""
    key = "DisableInboundStageTransitions"
    return [
        (
            f"stage {said(one.get('StageName', ''))} takes no execution: the transition into it is disabled",
            pipeline.resource.at(key, number),
        )
        for number, one in enumerate(dicts(pipeline.resource.get(key, default=[])))
    ]


def start_faults(pipeline: Pipeline) -> list[tuple[str, str]]:
    """What starts the pipeline beside its branch, or keeps that from starting it, as a sentence and a place."""
    sources = [one for one in pipeline.actions() if one.setting("BranchName")]
    triggers = dicts(pipeline.resource.get("Triggers", default=[]))
    for one in sources:
        if re.search(r"[*?\[\s]", one.setting("BranchName")):
            return [(f"action {one.name}: BranchName is the name of one branch, and takes no pattern", one.where)]
    if not triggers or not sources:
        return [fault for one in sources for fault in _unseen(one)]
    if pipeline.kind != "V2":
        return [("the pipeline names triggers, which only type V2 may", pipeline.resource.at("Triggers"))]
    main, passing = sources[0].setting("BranchName"), list[Mapping[str, Any]]()
    for number, trigger in enumerate(triggers):
        own = trigger.get("GitConfiguration")
        pushes = dicts(own.get("Push")) if isinstance(own, dict) else []
        passing += [filters for filters in pushes or [{}] if _starts(filters, main)]
        if isinstance(own, dict) and own.get("PullRequest"):
            where = pipeline.resource.at("Triggers", number, "GitConfiguration", "PullRequest")
            return [("a pull request starts the pipeline, which goes on to production", where)]
        for push, filters in enumerate(pushes):
            if fault := _other_push(filters, main):
                return [(fault, pipeline.resource.at("Triggers", number, "GitConfiguration", "Push", push))]
    told = _starts_nothing(passing)
    return [(f"a push to {main}{told} starts nothing", pipeline.resource.at("Triggers"))] if told is not None else []


def _unseen(source: Action) -> list[tuple[str, str]]:
    """That a source without a trigger looks for no change, as a sentence and a place."""
    if source.setting("DetectChanges").lower() != "false":
        return []
    told = "DetectChanges is false, and no trigger says what starts the pipeline"
    return [(f"a push to {source.setting('BranchName')} starts nothing: {told}", source.where)]


def _starts_nothing(passing: list[Mapping[str, Any]]) -> str | None:
    """Which push to the branch passes none of these filters: each (an empty text), or that of one file; else None."""
    if not passing:
        return ""
    unseen = [file for file in CODE if not any(_takes(filters, file) for filters in passing)]
    return f" that changes {unseen[0]} alone" if unseen else None


def _starts(filters: Mapping[str, Any], branch: str) -> bool:
    """Whether a push to this branch passes. A name from elsewhere passes all."""
    includes, excludes = _patterns(filters, "Includes"), _patterns(filters, "Excludes")
    inside = not includes or "${" in branch or any(matches(one, branch) for one in includes)
    return inside and not any(matches(one, branch) for one in excludes)


def _takes(filters: Mapping[str, Any], file: str) -> bool:
    """Whether a push that changes this file alone passes."""
    includes, excludes = _patterns(filters, "Includes", "FilePaths"), _patterns(filters, "Excludes", "FilePaths")
    inside = not includes or any(fits(file, one) for one in includes)
    return inside and not any(fits(file, one) for one in excludes)


def _other_push(filters: Mapping[str, Any], main: str) -> str:
    """What starts the pipeline beside a push to its own branch."""
    if "Tags" in filters:
        return "a tag starts the pipeline, and a tag can stand on a commit of any branch"
    other = _other_branch(filters, main)
    return f"a push to the branch {other} starts the pipeline, which goes on to production" if other else ""


def _other_branch(filters: Mapping[str, Any], main: str) -> str:
    """A branch that passes and is not the pipeline's own: a name that a pattern of the filter stands for."""
    if "Branches" not in filters:
        return ""
    names = [one for one in _patterns(filters, "Includes") if "*" in one or "${" not in main] or ["patch-1"]
    found = (re.sub(r"\*+|\?", "x", one) for one in names)
    return next((one for one in found if one != main and _starts(filters, one)), "")


def _patterns(filters: Mapping[str, Any], key: str, of: str = "Branches") -> list[str]:
    filter_ = filters.get(of)
    found = filter_.get(key) if isinstance(filter_, dict) else None
    return [said(one) for one in found] if isinstance(found, list) else []

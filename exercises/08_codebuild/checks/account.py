"""The hand-in as it stands in an account: buildspec and template, with names in place of references."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checker import expect
from checker.buildspec import Buildspec, read
from checker.buildspec.reading import SECRET
from checker.buildspec.world import HOST
from checker.cloudformation import GetAtt, Resource, Stack, Text, read_stack, said
from checker.cloudformation.arns import REGION, concrete, name_of
from checker.codepipeline import BUILD, DEPLOY, TEST, Action, Pipeline, read_pipeline
from checker.markers import task_at

SPEC, TEMPLATE = "buildspec.yml", "pipeline.yaml"
STAGING, PRODUCTION = "movie-staging", "movie-production"
CONTAINER = "api"


@dataclass(frozen=True)
class Account:
    """Both files, read."""

    spec: Buildspec
    stack: Stack
    pipeline: Pipeline

    def plain(self, value: Any) -> str:
        """The value with the names and ARNs of an account in place of references."""
        if isinstance(value, Text):
            return "".join(self.plain(part) for part in value.parts)
        named = self.stack.named(value)
        if named and isinstance(value, GetAtt) and value.attribute == "RepositoryUri":
            return f"{HOST}/{name_of(self.stack, named)}"
        return concrete(self.stack, value)

    def projects(self) -> Iterator[tuple[Action, Resource]]:
        """The actions that run a project of the template, with it."""
        known = {name_of(self.stack, one): one for one in self.stack.of("AWS::CodeBuild::Project")}
        for action in self.pipeline.actions():
            value = action.settings.get("ProjectName", "")
            project = self.stack.named(value) or known.get(self.plain(value))
            if action.category in (BUILD, TEST) and project:
                yield action, project

    def builder(self) -> tuple[Action, Resource] | None:
        """The action whose project runs buildspec.yml."""
        for action, project in self.projects():
            if said(project.get("Source", "BuildSpec", default=SPEC)) == SPEC:
                return action, project
        return None

    def named_by_key(self) -> tuple[str, str]:
        """What an action that names a project by its key in the template does, and its line; or empty texts."""
        keys = {one.id: name_of(self.stack, one) for one in self.stack.of("AWS::CodeBuild::Project")}
        for action in self.pipeline.actions():
            named = self.plain(action.settings.get("ProjectName", ""))
            if named in keys and named not in keys.values():
                told = f"stage {action.stage}, action {action.name} starts a project `{named}`, and none has that name"
                return f"{told}: {named} is its key in the template, `{keys[named]}` its name", action.where
        return "", ""

    def far_away(self) -> tuple[str, str]:
        """An action that looks for a project of this template in another region, and its line; or empty texts."""
        for action, project in self.projects():
            if action.region not in ("", REGION):
                where = f"runs in {action.region}, and its project {project.id} stands in this template, in {REGION}"
                return f"stage {action.stage}, action {action.name} {where}", action.where
        return "", ""

    def deployment(self, service: str) -> Action | None:
        """The action that deploys this service."""
        found = [one for one in self.pipeline.actions() if one.category == DEPLOY]
        return next((one for one in found if self.plain(one.settings.get("ServiceName", "")) == service), None)

    def variables(self, action: Action, project: Resource) -> dict[str, str]:
        """What the project and the action give the build."""
        found: dict[str, str] = {}
        for one in project.get("Environment", "EnvironmentVariables", default=[]) or []:
            if isinstance(one, dict):
                found[said(one.get("Name"))] = self._variable(one)
        try:
            listed = json.loads(self.plain(action.settings.get("EnvironmentVariables", "[]")))
            found |= {str(one["name"]): str(one["value"]) for one in listed}
        except (ValueError, KeyError, TypeError):
            pass
        return found

    def _variable(self, one: Mapping[str, Any]) -> str:
        plain = said(one.get("Type", "PLAINTEXT")) == "PLAINTEXT"
        return self.plain(one.get("Value", "")) if plain else SECRET


def in_part(text: str, line: str | int) -> str:
    """`in the part of TODO 4: ` for a line of a hand-in file between the fences of that task; else an empty text."""
    number = int(str(line).rpartition(":")[2]) if str(line)[-1:].isdigit() else 0
    task = task_at(text, number)
    return f"in the part of TODO {task}: " if task else ""


def read_account(submission: Any) -> Account:
    """Read both files. A template without a pipeline is a finding."""
    spec = read(SPEC, submission.text(SPEC))
    stack = read_stack({TEMPLATE: submission.text(TEMPLATE)})
    found = stack.of("AWS::CodePipeline::Pipeline")
    expect(
        len(found) == 1,
        tried=f"looked for the pipeline in {TEMPLATE}",
        seen=f"{len(found)} resources of type AWS::CodePipeline::Pipeline",
        expected="one",
        where=found[1].at() if len(found) > 1 else TEMPLATE,
        next="Compare with the given file: which resource holds the stages?",
    )
    return Account(spec, stack, read_pipeline(found[0]))

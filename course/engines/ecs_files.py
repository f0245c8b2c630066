"""Reads the templates and task definitions of a folder, and puts in them what an emulated account has.

An image and its command become those of a stand-in, a secret's ARN that of a secret which is there. What the emulator
has no resource for is left out, and named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from checker.cloudformation import is_template
from checker.cloudformation.linting import decoded
from checker.ecs.task import is_task_definition
from checker.errors import Verdict
from course.engines.found import EngineTrouble

# What ministack 1.5.33 answers with "Unrecognized resource types".
NOT_THERE = ("AWS::ApplicationAutoScaling::",)
SECRET = re.compile(r"^arn:[\w-]+:secretsmanager:[^:]*:[^:]*:secret:([^:]+?)(?:-\w{6})?(?::([^:]*):[^:]*:[^:]*)?$")
PSEUDO = {"${AWS::Region}": "us-east-1", "${AWS::AccountId}": "123456789012", "${AWS::Partition}": "aws"}
SecretOf = Callable[[str, str], str]


@dataclass
class Files:
    """What the folder holds: templates by name, task definitions, and the ids that were left out."""

    templates: dict[str, dict[str, Any]] = field(default_factory=dict)
    tasks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def resources(self, kind: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """Each resource of a type, with the template that it stands in."""
        for template in self.templates.values():
            for one in template["Resources"].values():
                if isinstance(one, dict) and one.get("Type") == kind:
                    yield template, one.setdefault("Properties", {})

    def in_order(self) -> list[tuple[str, dict[str, Any]]]:
        """The templates, one that imports what another exports after it."""
        return sorted(self.templates.items(), key=lambda one: json.dumps(one[1]).count("Fn::ImportValue"))


def read_files(folder: Path) -> Files:
    """The files of a folder. EngineTrouble for one that cannot be read."""
    found = Files()
    for path in sorted(folder.iterdir()):
        if path.suffix not in (".json", ".yaml", ".yml") or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        try:
            if is_template(text):
                found.templates[path.name] = json.loads(json.dumps(decoded(path.name, text), default=str))
            elif path.suffix == ".json" and is_task_definition(value := json.loads(text)):
                found.tasks.append(value)
        except ValueError as error:
            raise EngineTrouble(f"{path.name} cannot be read: {error}.", "checker check 6 --task 1") from None
        except Verdict as verdict:
            raise EngineTrouble(f"{path.name} cannot be read: {verdict.finding.seen}.", "checker check 6") from None
    for template in found.templates.values():
        found.left_out += _without_unknown(template)
    return found


def _without_unknown(template: dict[str, Any]) -> list[str]:
    """Take out what the emulator does not know; the ids."""
    resources = template["Resources"]
    gone = [key for key, one in resources.items() if isinstance(one, dict) and _is_unknown(one.get("Type"))]
    for key in gone:
        del resources[key]
    return gone


def _is_unknown(kind: Any) -> bool:
    return isinstance(kind, str) and kind.startswith(NOT_THERE)


def stand_in(containers: Any, image: str, command: list[str], secret_of: SecretOf) -> None:
    """Put image, command and secrets that are there into container definitions, in either spelling."""
    for one in containers if isinstance(containers, list) else []:
        upper = any(key[:1].isupper() for key in one)
        keys = {
            key: key[:1].upper() + key[1:] if upper else key for key in ("image", "command", "secrets", "valueFrom")
        }
        one[keys["image"]], one[keys["command"]] = image, command
        for secret in one.get(keys["secrets"]) or []:
            known = SECRET.match(_plain(secret.get(keys["valueFrom"])))
            if known:
                secret[keys["valueFrom"]] = secret_of(known[1], known[2] or "")
            # From a template ministack 1.5.33 takes the entries as they are, and looks for the API's spelling in them.
            secret |= {f"{key[:1].lower()}{key[1:]}": value for key, value in secret.items()}


def _plain(value: Any) -> str:
    """The text of a value, with what a Fn::Sub of account and region becomes."""
    text = value.get("Fn::Sub", "") if isinstance(value, dict) else value
    text = text if isinstance(text, str) else ""
    for name, known in PSEUDO.items():
        text = text.replace(name, known)
    return text


def parameters(template: Mapping[str, Any], values: Mapping[str, str], other: str) -> list[dict[str, str]]:
    """A value for each parameter without a default: by its type, else `other`."""
    given = []
    for name, one in (template.get("Parameters") or {}).items():
        if "Default" not in one:
            kind = re.sub(r"^List<(.*)>$", r"\1", str(one.get("Type", "")))
            given.append({"ParameterKey": name, "ParameterValue": values.get(kind, other)})
    return given

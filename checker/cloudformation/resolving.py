"""Works out what a template's functions give, as far as that is known before it is deployed.

cfn-lint resolves too, but into all the values that are possible, and only while it lints. A check wants to know
what one deployment with the defaults is, and which resource a property refers to.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from checker.cloudformation.values import Call, GetAtt, Ref, Text, joined, said

VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")
# A hand-written template nests a handful of functions; conditions or exports that go in circles nest for ever.
MAX_NESTED = 60
# Substitutions inside substitutions multiply: a small file can ask for more text than there is memory.
MAX_STEPS = 100_000


class _NoValue:
    """AWS::NoValue: the key it stands behind is left out."""


NO_VALUE = _NoValue()


class Resolver:
    """One template's functions. `exports` is shared by the templates of a stack: name -> (resolver, value)."""

    def __init__(self, file: str, template: dict[str, Any], exports: dict[str, tuple[Resolver, Any]]) -> None:
        self.file, self._exports, self._nested, self._steps = file, exports, 0, 0
        self._parameters = _table(template, "Parameters")
        self._mappings = _table(template, "Mappings")
        self._conditions = _table(template, "Conditions")

    def value(self, node: Any) -> Any:
        """The value of a node of the template, with all that is known put in."""
        self._steps += 1
        if self._nested > MAX_NESTED or self._steps > MAX_STEPS:
            return Call("too deep", None)
        self._nested += 1
        try:
            return self._value(node)
        finally:
            self._nested -= 1

    def _value(self, node: Any) -> Any:
        if isinstance(node, dict):
            function = _function(node)
            if function:
                return self._apply(*function)
            pairs = {str(key): self.value(item) for key, item in node.items()}
            return {key: item for key, item in pairs.items() if item is not NO_VALUE}
        if isinstance(node, list):
            return [item for item in map(self.value, node) if item is not NO_VALUE]
        if isinstance(node, str):
            return str(node)
        # Version: 2012-10-17 without quotes is a date to YAML and a text to CloudFormation.
        return node.isoformat() if isinstance(node, datetime.date) else node

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds with the defaults; None when that is not known."""
        if condition not in self._conditions or self._nested > MAX_NESTED:
            return None
        self._nested += 1
        try:
            return self._truth(self._conditions[condition])
        finally:
            self._nested -= 1

    def _truth(self, node: Any) -> bool | None:
        if not isinstance(node, dict) or len(node) != 1:
            return None
        name, argument = next(iter(node.items()))
        if name == "Condition":
            return self.holds(str(argument))
        items = argument if isinstance(argument, list) else [argument]
        if name == "Fn::Equals" and len(items) == 2:
            left, right = map(self.value, items)
            return None if _is_open(left) or _is_open(right) else said(left) == said(right)
        truths = [self._truth(item) for item in items]
        if name == "Fn::Not" and truths:
            return None if truths[0] is None else not truths[0]
        # One false decides an And, one true an Or, whatever the others are.
        decides = {"Fn::And": False, "Fn::Or": True}.get(name)
        if decides is None:
            return None
        return decides if decides in truths else None if None in truths else not decides

    def _apply(self, name: str, argument: Any) -> Any:
        if name == "Ref":
            return self._ref(str(argument))
        if name == "Fn::Sub":
            return self._sub(argument)
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            holds = self.holds(str(argument[0]))
            if holds is not None:
                return self.value(argument[1 if holds else 2])
        if name == "Fn::GetAtt":
            parts = argument if isinstance(argument, list) else str(argument).split(".", 1)
            target, *attribute = [said(self.value(part)) for part in parts] or [""]
            return GetAtt(target, ".".join(attribute), self.file)
        return self._known(name, self.value(argument))

    def _known(self, name: str, argument: Any) -> Any:
        """What a function of a resolved argument gives, or the open call."""
        if name == "Fn::ImportValue" and said(argument) in self._exports:
            resolver, value = self._exports[said(argument)]
            return resolver.value(value)
        found = self._of_list(name, argument) if isinstance(argument, list) and argument else None
        return Call(name, argument) if found is None else found

    def _ref(self, target: str) -> Any:
        if target == "AWS::NoValue":
            return NO_VALUE
        parameter = self._parameters.get(target)
        if not isinstance(parameter, dict) or "Default" not in parameter:
            return Ref(target, self.file)
        default, kind = self._value(parameter["Default"]), str(parameter.get("Type", "String"))
        if kind.startswith(("List<", "CommaDelimitedList")):
            return [item.strip() for item in said(default).split(",")]
        if kind == "Number" and re.fullmatch("-?[0-9]{1,15}", said(default)):
            return int(said(default))
        return default

    def _sub(self, argument: Any) -> Any:
        text, given = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
            text, given = argument
        if not isinstance(text, str):
            return Call("Fn::Sub", self.value(argument))
        parts: list[Any] = []
        done = 0
        for match in VARIABLE.finditer(text):
            parts += [text[done : match.start()], self._variable(match, given)]
            done = match.end()
        return joined([*parts, str(text[done:])])

    def _variable(self, match: re.Match[str], given: dict[str, Any]) -> Any:
        literal, name = match[1], match[2].strip()
        if literal:
            return f"${{{name}}}"
        if name in given:
            value = self.value(given[name])
            return Call("Fn::Sub", value) if isinstance(value, dict | list) else value
        if "." in name:
            target, attribute = name.split(".", 1)
            return GetAtt(target, attribute, self.file)
        return self._ref(name)

    def _of_list(self, name: str, items: list[Any]) -> Any:
        """What a function of a list gives; None when it needs something that is not known."""
        if name == "Fn::Join" and len(items) == 2 and isinstance(items[1], list) and not _is_open(items[0]):
            parts = [piece for item in items[1] for piece in (items[0], item)][1:]
            return None if any(isinstance(part, dict | list) for part in parts) else joined(parts)
        if name == "Fn::Split" and len(items) == 2 and isinstance(items[1], str) and items[0]:
            return list(items[1].split(said(items[0])))
        if (
            name == "Fn::Select"
            and len(items) == 2
            and isinstance(items[1], list)
            and re.fullmatch("[0-9]{1,4}", said(items[0]))
        ):
            at = int(said(items[0]))
            return items[1][at] if at < len(items[1]) else None
        if name == "Fn::FindInMap" and len(items) >= 3 and not _is_open(items[:3]):
            table = self._mappings.get(said(items[0]))
            row = table.get(said(items[1])) if isinstance(table, dict) else None
            return self._value(row[said(items[2])]) if isinstance(row, dict) and said(items[2]) in row else None
        return None


def _function(node: dict[Any, Any]) -> tuple[str, Any] | None:
    if len(node) != 1:
        return None
    name, argument = next(iter(node.items()))
    return (str(name), argument) if name == "Ref" or str(name).startswith("Fn::") else None


def _is_open(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_is_open, value))
    return isinstance(value, Ref | GetAtt | Call | Text)


def _table(template: dict[str, Any], key: str) -> dict[str, Any]:
    found = template.get(key)
    return found if isinstance(found, dict) else {}

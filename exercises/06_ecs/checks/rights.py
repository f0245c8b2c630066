"""What each of the two roles may do, held against what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checker.cloudformation.arns import arn_of, concrete
from checker.iam import Statement, allowed, boundary, denied_by_the_thing, undecided
from checker.iam_conditions import OF_A_ROLE, Request, holds

OTHER = {"execution": "task", "task": "execution"}
# What to ask oneself when the other role is the wrong one.
WHO = "Was the container running when this was refused? What may the {other} role do without need?"
INSIDE = "How does the table of TODO 2 end the ARN of {}?"
# What holds the things that a role is asked for: what its own ARN is called, what is in it, and the words of the table.
HOLDERS = {
    "logs": ("the group itself", "a stream of it", "a log group, with its streams"),
    "s3": ("the bucket itself", "a file in it", "the files of a bucket"),
}
DENIES = "A denial wins over every right. Which requests is this one meant for, and whose does it refuse as well?"
WHICH = "Hold the ARN of this statement against the one that was asked for: where do they part?"
PASSWORD = "What does a registry ask for before it shows its first image, and whose is it?"
WHEN = "Under which conditions is this allowed, and which of them holds when ECS or the code asks?"
LIMIT = "A boundary only takes rights away: which of the five does this one let through?"
BOTH = "A bucket or a secret may have a policy of its own. Whom does this one deny, and what?"


@dataclass(frozen=True)
class Denied:
    """What is wrong about one of the five, where it stands, and what to ask."""

    seen: str
    where: str
    next: str


def unsorted(handed_in: Any, contract: Any) -> Iterator[tuple[str, Denied]]:
    """Each of the five that goes wrong, with what goes wrong."""
    for what, asked, pairs in contract.ASKED:
        found = _fault(handed_in, asked, [(action, _named(handed_in, thing)) for action, thing in pairs])
        if found:
            yield what, found


def _named(handed_in: Any, thing: str) -> str:
    prefix = handed_in.api.log_options.get("awslogs-stream-prefix")
    return thing.format(prefix if isinstance(prefix, str) else "api", handed_in.api.name or "api")


def _fault(handed_in: Any, asked: str, pairs: list[tuple[str, str]]) -> Denied | None:
    other = OTHER[asked]
    for pair in pairs:
        told = refusal(handed_in, asked, *pair)
        if told:
            return told
    too = next((one for one in handed_in.may(other) if one.allows and one.meets(*pairs[0])), None)
    if too and _gets_through(handed_in, other, *pairs[0]):
        return Denied(f"the {other} role may do it too", too.where, WHO.format(other=other))
    return None


def refusal(handed_in: Any, asked: str, action: str, thing: str) -> Denied | None:
    """Why a role may not do this on that thing; None when it may."""
    if not allowed(handed_in.may(asked), action, thing, _request(handed_in, asked)):
        return _denied(handed_in, asked, action, thing)
    return _withheld(handed_in, asked, action, thing) or _unsure(handed_in, asked, action, thing)


def _request(handed_in: Any, name: str) -> Request:
    """What is known of a request of this role."""
    return {**OF_A_ROLE, "aws:principalarn": arn_of(handed_in.stack, handed_in.roles[name])}


def _gets_through(handed_in: Any, name: str, action: str, thing: str) -> bool:
    allows = allowed(handed_in.may(name), action, thing, _request(handed_in, name))
    return allows and _withheld(handed_in, name, action, thing) is None


def _withheld(handed_in: Any, asked: str, action: str, thing: str) -> Denied | None:
    """What keeps from a role what its policies allow: the policy of the thing itself, or a permissions boundary."""
    role, request = handed_in.roles[asked], _request(handed_in, asked)
    against = denied_by_the_thing(handed_in.stack, role, action, thing, request)
    if against:
        seen = f"the {asked} role ({role.id}) may do {action}, but the policy of the thing itself denies it"
        return Denied(seen, against.where, BOTH)
    limit = boundary(handed_in.stack, role)
    if limit is None or allowed(limit, action, thing, request):
        return None
    name = concrete(handed_in.stack, role.get("PermissionsBoundary"))
    why = f"its permissions boundary {name} " + ("does not let it" if limit else "is not in your files")
    return Denied(f"the {asked} role ({role.id}) may do {action}, but {why}", role.at("PermissionsBoundary"), LIMIT)


def _unsure(handed_in: Any, asked: str, action: str, thing: str) -> Denied | None:
    """A right that hangs on something of which the contract says nothing."""
    keys = undecided(handed_in.may(asked), action, thing, _request(handed_in, asked))
    if not keys:
        return None
    meant = next(one for one in handed_in.may(asked) if one.allows and one.meets(action, thing))
    who = f"the {asked} role ({handed_in.roles[asked].id})"
    seen = f"{who} may do {action} under a condition on {keys[0]}, of which the contract says nothing"
    return Denied(seen, meant.where, WHEN)


def _denied(handed_in: Any, asked: str, action: str, thing: str) -> Denied:
    """Why a role may not: a denial, a condition, another thing, or the action is not its at all."""
    request = _request(handed_in, asked)
    named = [one for one in handed_in.may(asked) if one.names(action)]
    meeting = [one for one in named if one.meets(action, thing)]
    against = next((one for one in meeting if not one.allows and holds(one.condition, request) is True), None)
    meant = next((one for one in meeting if one.allows), None)
    elsewhere = next((one for one in named if one.allows), None)
    who = f"the {asked} role ({handed_in.roles[asked].id})"
    if meant and against:
        seen = f"{who} is denied {action} by a statement with the effect Deny{_because(against.condition, request)}"
        return Denied(seen, against.where, DENIES)
    if meant:
        return Denied(f"{who} may do {action} under a condition that does not hold", meant.where, WHEN)
    if elsewhere:
        told, question = _parts(elsewhere, thing)
        return Denied(f"{who} may do {action} on this:\n{_on(elsewhere)}\n{told}", elsewhere.where, question)
    question = PASSWORD if thing == "*" else WHO.format(other=OTHER[asked])
    instead = f"; the {OTHER[asked]} role may" if _gets_through(handed_in, OTHER[asked], action, thing) else ""
    return Denied(f"{who} may not do {action}{instead}", handed_in.roles[asked].at("Policies"), question)


def _because(condition: Any, request: Request) -> str:
    """Which part of the request fulfills the condition of a denial."""
    operators = condition.values() if isinstance(condition, dict) else ()
    keys = [str(key) for one in operators if isinstance(one, dict) for key in one]
    is_so = [f"{key} is {known}" if (known := request[key.lower()]) else f"there is no {key}" for key in keys]
    return f", whose condition holds: {' and '.join(is_so)}" if is_so else ", which has no condition"


def _parts(statement: Statement, thing: str) -> tuple[str, str]:
    """Where the things of a statement and the one that was asked for part, and what to ask oneself."""
    if thing == "*":
        return "the password belongs to no repository, and AWS asks for `*`", PASSWORD
    itself, inside, words = HOLDERS.get(f"{thing}:::".split(":")[2], ("", "", ""))
    if itself and any(thing.startswith((f"{one}:", f"{one}/")) for one in statement.resources):
        return f"which is {itself}; asked was {inside}", INSIDE.format(words)
    return f"asked was:\n{thing}", WHICH


def _on(statement: Statement) -> str:
    """The things of a statement; an ARN has a line of its own, since it is too long for the rest of one."""
    return "\n".join(statement.resources) or "all but some things"


def too_wide(statement: Statement, contract: Any) -> str:
    """What is too wide about a statement, or nothing."""
    if not statement.allows or statement.managed == contract.STANDARD:
        return ""
    star = next((one for one in statement.actions if "*" in one or "?" in one), "")
    if star or statement.not_actions:
        return f"it may do {star or 'all but a few things'}: more than the five things"
    needed = {action.lower() for _, _, pairs in contract.ASKED for action, _ in pairs}
    known = needed | {one.lower() for one in contract.HARMLESS}
    for action in statement.actions:
        if action.lower() not in known:
            return f"it may do {action}, which nobody asks for"
        for service, thing, whose in contract.FOREIGN:
            asked_on_all = action.lower() == contract.LOGIN.lower()
            if action.lower().startswith(f"{service}:") and statement.meets(action, thing) and not asked_on_all:
                return f"it may do {action} on {whose} too, by:\n{_on(statement)}"
    return next((f"it {says}" for action, thing, says in contract.OURS if statement.meets(action, thing)), "")

"""Task 6: the key comes from outside, and no file holds it."""

from __future__ import annotations

from checker import check, expect, read_hints, sibling
from checker.cloudformation.arns import concrete

HINTS = read_hints(__file__)
KEPT, LINT = (sibling(__file__, name) for name in ("kept", "lint"))


@check(
    id="secrets",
    task=6,
    points=1,
    tier="full",
    after=("image",),
    hints=HINTS["secrets"],
    why="Whoever may read a task definition reads its environment; a secret is a name there.",
)
def test_key_is_in_no_file(handed_in, contract):
    """The container gets the key from the secret store, and no file holds it."""
    task, api = handed_in.task, handed_in.api
    path = ("containerDefinitions", api.number)
    LINT.judge_part(handed_in, "secrets")
    written = next(KEPT.written(handed_in, contract.KEY, contract.SECRET), None)
    expect(
        written is None,
        tried="read all files, and the task definition as anybody with the right to describe it can",
        seen=written.seen if written else "",
        expected=written.expected if written else "",
        where=written.where if written else "",
        next=written.next if written else "",
    )
    secrets = {
        str(one.get("name")): (place, one) for place, one in enumerate(KEPT.entries(api.properties.get("secrets")))
    }
    place, given = secrets.get(contract.KEY, (0, {}))
    where = task.at(*path, "secrets", place) if secrets else task.at(*path)
    expect(
        contract.KEY in secrets,
        tried="started the container and looked for its key",
        seen=f"there is no {contract.KEY}: the service does not start",
        expected=f"the variable `{contract.KEY}`, from the secret of the contract",
        where=where,
        next="How does a container say that a variable comes from elsewhere?",
    )
    text = concrete(handed_in.readable, given.get("valueFrom") or "")
    fault = KEPT.lookup_fault(text, contract.SECRET)
    expect(
        not fault,
        tried="let ECS look up the secret",
        seen=fault,
        expected="the whole ARN of the contract's secret",
        where=where,
        next="Letter by letter: which part is not of the contract's ARN, and which one is missing?",
    )
    for service in handed_in.services:
        fault = KEPT.too_old(service.get("PlatformVersion"), text)
        expect(
            not fault,
            tried="let ECS look up the secret",
            seen=fault,
            expected="a platform version that can look it up, such as LATEST, which is taken when nothing is said",
            where=service.at("PlatformVersion"),
            next="Since which version of Fargate's platform can a task get what its `valueFrom` asks for?",
        )

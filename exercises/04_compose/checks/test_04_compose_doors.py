"""The checks of tasks 5 and 6: what is open, who knows the secret, and what development may change."""

from __future__ import annotations

from checker import check, expect, read_hints

HINTS = read_hints(__file__)


# -- task 5 -------------------------------------------------------------------------------------------------------
@check(
    id="published",
    task=5,
    points=2,
    tier="full",
    after=("parts", "grafana"),
    hints=HINTS["published"],
    why="A published port is open on every address of the machine, past most firewalls, unless an address is named.",
)
def test_only_what_must_be_is_open(stack, hold, rules):
    """The API is open to this machine alone, and Redis is not open at all."""
    hold(rules.doors.port_fault(stack.base("dashboards"), stack.texts))


@check(
    id="secret",
    task=5,
    points=1,
    tier="full",
    after=("parts",),
    hints=HINTS["secret"],
    why="What is committed once stays in the history, for everybody who may read the repository.",
)
def test_no_secret_travels(stack, hold, rules):
    """The token reaches the API, and stands in no file that travels."""
    hold(rules.secret.secret_fault(stack, stack.base()))


# -- task 6 -------------------------------------------------------------------------------------------------------
@check(
    id="edits",
    task=6,
    points=1,
    tier="full",
    after=("parts",),
    hints=HINTS["edits"],
    why="An image holds the code of the moment of its build; in development that is always too old.",
)
def test_edits_reach_development_only(submission, stack, hold, rules):
    """With the override the API runs the edited files; without it, those of its image."""
    submission.text("compose.override.yaml")
    hold(rules.stack.refusal(stack.both, "docker compose config", "compose.override.yaml"))
    hold(rules.develop.edits_fault(stack.base(), stack.both()))


@check(
    id="still-holds",
    task=6,
    points=1,
    tier="full",
    after=("finds-redis", "gated", "keeps-data", "target", "published", "secret", "edits"),
    hints=HINTS["still-holds"],
    why="An override adds to lists and replaces single values; what it repeats, it may undo.",
)
def test_override_breaks_nothing(stack, rules, hold):
    """All that compose.yaml promises holds with the override too."""
    hold(rules.stack.refusal(lambda: stack.both("dashboards"), "docker compose config", "compose.override.yaml"))
    both, texts = stack.both("dashboards"), stack.texts
    faults = [
        rules.parts.missing_part(both),
        rules.names.redis_fault(both, texts),
        rules.health.health_fault(both, texts),
        rules.health.gate_fault(both, texts),
        rules.data.data_fault(both, texts),
        rules.names.target_fault(both, texts),
        rules.doors.port_fault(both, texts),
        rules.secret.secret_fault(stack, both),
    ]
    fault = next((one for one in faults if one), None)
    expect(
        fault is None,
        tried="laid compose.override.yaml over compose.yaml, and asked again what tasks 1 to 5 ask",
        seen=fault.seen if fault else "",
        expected=f"as without the override: {fault.expected}" if fault else "",
        where=fault.where if fault else "compose.override.yaml",
        next="What does Compose do with a part that stands in both files: replace it, or add to it?",
    )

"""The checks of exercise 4: what Compose makes of the files, never how they are written.

Guards and tasks 1 to 4. Tasks 5 and 6 stand beside it: test_04_compose_doors.
"""

from __future__ import annotations

from checker import check, expect, partial, read_hints

HINTS = read_hints(__file__)


# -- what the starter does already ----------------------------------------------------------------------------------
@check(id="reads", task=1, tier="room", why="A file that Compose refuses starts nothing.")
def test_compose_reads_the_files(submission, stack, rules, hold):
    """Compose accepts compose.yaml."""
    submission.text("compose.yaml")
    hold(rules.stack.refusal(stack.base, "docker compose -f compose.yaml config", "compose.yaml"))


@check(id="parts", task=1, tier="room", after=("reads",), why="The others find these services by their names.")
def test_parts_are_there(stack, hold, rules):
    """The stack has the services api, redis and prometheus, each with its own program."""
    hold(rules.parts.missing_part(stack.base()))


@check(id="grafana", task=1, tier="room", after=("reads",), why="Who does not ask for dashboards need not fetch them.")
def test_grafana_has_its_profile(stack, hold, rules):
    """Grafana starts with the profile dashboards, and without it it does not."""
    hold(rules.stack.profile_fault(stack))


# -- task 1 -------------------------------------------------------------------------------------------------------
@check(
    id="asked",
    task=1,
    points=1,
    tier="room",
    hints=HINTS["asked"],
    why="A refused connection says that somebody was there; it does not say who.",
)
def test_log_is_read(submission, rules):
    """The answer names who was asked in the line of the log."""
    asked = submission.answers().get("asked", str)
    expect(
        asked == rules.answers.answers(submission.seed, {})["asked"],
        tried="asked your question of python questions.py log",
        seen=f"asked = {asked!r}",
        expected="the service whose container was asked in this line, or nobody",
        where="answers.toml, asked",
        next="Who wrote this line, and who is localhost for the one who wrote it?",
    )


@check(
    id="finds-redis",
    task=1,
    points=2,
    tier="room",
    after=("parts",),
    hints=HINTS["finds-redis"],
    why="Each container has a localhost of its own; between containers names lead the way.",
)
def test_api_finds_redis(stack, hold, rules):
    """The API asks the container of redis, at the port on which Redis listens there."""
    hold(rules.names.redis_fault(stack.base(), stack.texts))


# -- task 2 -------------------------------------------------------------------------------------------------------
@check(
    id="redis-health",
    task=2,
    points=2,
    tier="room",
    after=("parts",),
    hints=HINTS["redis-health"],
    why="A condition can ask for health only where somebody measures it.",
)
def test_redis_has_a_healthcheck(stack, hold, rules):
    """The healthcheck of redis asks Redis itself, inside its container."""
    hold(rules.health.health_fault(stack.base(), stack.texts))


@check(
    id="gated",
    task=2,
    points=1,
    tier="room",
    after=("redis-health",),
    hints=HINTS["gated"],
    why="A container exists long before the program in it answers.",
)
def test_api_waits_for_redis(stack, hold, rules):
    """The API starts after the healthcheck of redis has passed."""
    hold(rules.health.gate_fault(stack.base(), stack.texts))


# -- task 3 -------------------------------------------------------------------------------------------------------
@check(
    id="keeps-data",
    task=3,
    points=2,
    tier="full",
    after=("parts",),
    hints=HINTS["keeps-data"],
    why="A container is thrown away at every down; only what is mounted from outside stays.",
)
def test_likes_survive(stack, hold, rules):
    """The likes are there again after docker compose down and up."""
    hold(rules.data.data_fault(stack.base(), stack.texts))


@check(
    id="left",
    task=3,
    points=2,
    tier="full",
    hints=HINTS["left"],
    why="Three commands sound alike, and one of them deletes volumes.",
)
def test_likes_are_counted(submission, rules):
    """Both numbers of likes at the end of the story are right."""
    answers = submission.answers()
    due = rules.answers.answers(submission.seed, {})
    given = {key: answers.get(key, int) for key in ("left_before", "left_after")}
    wrong = [key for key, value in given.items() if value != due[key]]
    finding = {
        "tried": "followed your story of python questions.py story, command by command",
        "seen": ", ".join(f"{key} = {given[key]}" for key in wrong),
        "expected": "the likes since the last command that emptied /data, for each of the two",
        "where": f"answers.toml, {' and '.join(wrong)}",
        "next": "Which of these commands loses a volume without a name, and which one loses a named volume too?",
    }
    if len(wrong) == 1:
        partial(1, **finding)
    expect(not wrong, **finding)


# -- task 4 -------------------------------------------------------------------------------------------------------
@check(
    id="target",
    task=4,
    points=2,
    tier="full",
    after=("parts",),
    hints=HINTS["target"],
    why="Prometheus asks from inside its own container, where the ports of the machine do not exist.",
)
def test_prometheus_reaches_the_api(stack, hold, rules):
    """Prometheus asks the API for its metrics, and each of its targets answers."""
    hold(rules.names.target_fault(stack.base(), stack.texts))

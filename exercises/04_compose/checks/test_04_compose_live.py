"""Live rows: the stack on a real engine. No points; they show that what the others compute is so."""

from __future__ import annotations

from checker import check, expect


@check(id="live-starts", task=2, after=("reads", "parts"), why="The same start, on this machine, by Docker itself.")
def test_stack_starts(submission, stack, rules):
    """docker compose up --wait ends well, and the API finds Redis by its name."""
    running = rules.running.Running.of(submission, stack)
    running.start()
    ready = running.ask("GET", "http://localhost:8000/health/ready")
    expect(
        "ready" in ready,
        tried="asked the running API for /health/ready, which asks Redis",
        seen=ready or "no answer",
        expected='{"status": "ready"}',
        where="compose.yaml, api",
        next="Which address of Redis does the API use?",
    )


@check(id="live-keeps", task=3, after=("reads", "parts"), why="The same three commands, by Docker itself.")
def test_likes_survive_down(submission, stack, rules):
    """Three likes are there again after docker compose down and up."""
    running = rules.running.Running.of(submission, stack)
    running.start()
    for _ in range(3):
        running.likes("POST")
    before = running.likes()
    running.compose("down", "--timeout", "5")
    running.start()
    after = running.likes()
    expect(
        (before, after) == (3, 3),
        tried="added three likes, ran docker compose down and docker compose up on a real engine",
        seen=f"{before} before, {after} afterwards",
        expected="3 before and 3 afterwards",
        where="compose.yaml, redis",
        next="What stands at /data in the container of redis?",
    )


@check(id="live-target", task=4, after=("reads", "parts"), why="Prometheus' own word on its targets.")
def test_prometheus_sees_its_target(submission, stack, rules):
    """Prometheus says that its target is up."""
    running = rules.running.Running.of(submission, stack)
    running.start()
    targets = running.until_target()
    down = [f"{one['scrapeUrl']}: {one['lastError'] or one['health']}" for one in targets if one["health"] != "up"]
    expect(
        bool(targets) and not down,
        tried="asked the running Prometheus for its targets",
        seen="; ".join(down) or "nobody could ask it: the container of the API does not run",
        expected="each target is up",
        where="prometheus.yml",
        next="Which name and which port did it ask?",
    )

"""Prints what the team's first nights on ECS left behind. Given; nothing here is recorded from a real account.

    python night.py denied        five requests that AWS refused, and how they were reported
    python night.py a             a service that starts and stops tasks for ever; `b` is another one
    python night.py deployment    a deployment whose tasks never turned healthy, minute by minute

The tickets and the deployment are drawn from the seed of your copy: yours differ from your neighbor's.
"""

import json
import math
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ACCOUNT = "123456789012"
DENIED = """\
1  the task stopped before its container started
   CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref
   {account}.dkr.ecr.us-east-1.amazonaws.com/movie-service: access denied to ecr:BatchGetImage

2  the container ran for 8 seconds; its log ends with
   ClientError: An error occurred (AccessDenied) when calling the GetObject operation
   on s3://movie-models/1.0.0/model.txt

3  the task stopped before its container started
   ResourceInitializationError: unable to pull secrets or registry auth: access denied to
   secretsmanager:GetSecretValue on movie/pseudonym-key

4  the container ran for 3 minutes; its log ends with
   ClientError: An error occurred (AccessDenied) when calling the PutObject operation
   on s3://movie-predictions/day=2026-11-20/0001.json

5  the task stopped before its container started
   ResourceInitializationError: failed to validate logger args: access denied to logs:CreateLogStream
   on /ecs/movie-service

Your question: who asked? ECS, which had yet to start the container, or the code inside it?"""
STEADY = "(service {name}) has started 1 tasks: (task {task})."
AGAIN = "(service {name}) has stopped 1 running tasks: (task {task})."
UNHEALTHY = "(service {name}) (port {port}) is unhealthy in (target-group {name}) due to (reason {reason})."
CODES = "Health checks failed with these codes: [{code}]"
# What a ticket shows: the event between start and stop, the task's own health, why it was stopped, its log.
TICKETS = {
    "container": {
        "event": "(service {name}) (task {task}) failed container health checks.",
        "health": "UNHEALTHY",
        "stopped": "Task failed container health checks",
        "log": ["Uvicorn running on http://0.0.0.0:8000", "model loaded", "GET /health/ready 200"],
        "more": "the check's own output: /bin/sh: 1: curl: not found",
    },
    "path": {
        "event": UNHEALTHY.replace("{port}", "8000").replace("{reason}", CODES.replace("{code}", "404")),
        "health": "HEALTHY",
        "stopped": "Task failed ELB health checks",
        "log": ["Uvicorn running on http://0.0.0.0:8000", "model loaded", "GET / 404"],
        "more": "the balancer asks every 10 seconds; the grace period is 300 seconds",
    },
    "port": {
        "event": UNHEALTHY.replace("{port}", "80").replace("{reason}", "Request timed out"),
        "health": "HEALTHY",
        "stopped": "Task failed ELB health checks",
        "log": ["Uvicorn running on http://0.0.0.0:8000", "model loaded"],
        "more": "the balancer asks every 10 seconds; the grace period is 300 seconds",
    },
    "patience": {
        "event": UNHEALTHY.replace("{port}", "8000").replace("{reason}", CODES.replace("{code}", "503")),
        "health": "HEALTHY",
        "stopped": "Task failed ELB health checks",
        "log": ["Uvicorn running on http://0.0.0.0:8000", "loading the model", "GET /health/ready 503"],
        "more": "the balancer asks every 10 seconds; the grace period is 0 seconds",
    },
}


def seed():
    """The seed of your copy of the exercise; 1, and a line that says so, where there is none yet."""
    state = HERE / ".checker.json"
    if not state.is_file():
        print("There is no .checker.json in this folder: what follows is the same for everybody, and not your draw.")
        print("try: checker start\n")
        return 1
    return json.loads(state.read_text("utf-8")).get("seed", 1)


def tickets(your_seed):
    """The causes of the two tickets."""
    return dict(zip("ab", random.Random(your_seed).sample(sorted(TICKETS), 2), strict=True))


def drawn(your_seed):
    """A service of your own: its tasks, and how many of them must stay and may be there."""
    draw = random.Random(your_seed + 1)
    service = None
    # Two numbers are asked for: where they are the same, nobody can tell which of them was read.
    while service is None or failures(service) == service["lowest"]:
        desired = draw.randrange(8, 21, 2)
        lowest = math.ceil(desired * draw.choice((65, 75, 80)) / 100)
        service = {"desired": desired, "lowest": lowest, "highest": desired, "minute": draw.randint(100, 130)}
    return service


def failures(service):
    """How many new tasks have failed when the circuit breaker ends it: they start some at a time, up to its limit."""
    at_once = service["highest"] - service["lowest"]
    limit = min(max(3, math.ceil(service["desired"] / 2)), 200)
    return math.ceil(limit / at_once) * at_once


def deployment(your_seed):
    """(minute, old tasks, new tasks that start, new tasks that failed, state), one row for each half minute."""
    service = drawn(your_seed)
    desired, old, at_once = service["desired"], service["lowest"], service["highest"] - service["lowest"]
    last = failures(service)
    rows = [(0, desired, 0, 0, "COMPLETED"), (1, old, at_once, 0, "IN_PROGRESS")]
    for failed in range(at_once, last + 1, at_once):
        state, starting = ("IN_PROGRESS", at_once) if failed < last else ("FAILED", 0)
        rows.append((len(rows), old, starting, failed, state))
    rows.append((len(rows), desired, 0, last, "COMPLETED"))
    return rows


def show_ticket(letter):
    your_seed = seed()
    cause = tickets(your_seed)[letter]
    told = TICKETS[cause]
    draw = random.Random(f"{your_seed} {letter}")
    name = {"a": "movie-kiosk", "b": "movie-phone"}[letter]
    task = f"{draw.getrandbits(48):012x}"
    minute = draw.randint(3, 40)
    print(f"Ticket {letter}: {name} starts and stops tasks for ever\n")
    print("events of the service, oldest first")
    for later, line in ((0, STEADY), (1, told["event"]), (2, AGAIN)):
        print(f"  02:{minute + later:02}  {line.format(name=name, task=task)}".replace(") (", ")\n         ("))
    print(f"\nthe task {task}\n  health of the container: {told['health']}\n  stopped: {told['stopped']}\n")
    print("log of the container")
    for line in told["log"]:
        print(f"  {line}")
    print(f"\nbesides\n  {told['more']}\n\nYour question: which cause is it? The brief has the four words.")


def show_deployment():
    your_seed = seed()
    service = drawn(your_seed)
    print(
        f"{service['desired']} tasks wanted, at least {service['lowest']} healthy, at most {service['highest']} there"
    )
    print("The new version never turns healthy. The circuit breaker is on, with rollback.\n")
    print("  time   old  new  failed  state of the deployment")
    for row, old, new, failed, state in deployment(your_seed):
        minute, second = divmod(service["minute"] * 60 + row * 30, 60)
        print(f"  {minute // 60:02}:{minute % 60:02}:{second:02}  {old:3}  {new:3}  {failed:6}  {state}")
    print("\nOnly old tasks serve here: those of the new version start, fail, and start again.")
    print("Your questions: how many tasks had failed when the deployment failed? How many served at least?")


def main(words):
    """Show one thing; anything else is a mistake at the keyboard."""
    if words == ["denied"]:
        print(DENIED.format(account=ACCOUNT))
    elif words in (["a"], ["b"]):
        show_ticket(words[0])
    elif words == ["deployment"]:
        show_deployment()
    else:
        sys.exit("error: night.py knows the words denied, a, b and deployment.\ntry: python night.py denied")


if __name__ == "__main__":
    main(sys.argv[1:])

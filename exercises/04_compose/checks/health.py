"""When the API starts: what the healthcheck of Redis asks, and what the API waits for."""

from __future__ import annotations

from checker import sibling
from checker.compose import Project, Service
from checker.compose.asking import Question, outcome, programs, question, redis_command
from checker.compose.model import Healthcheck
from checker.compose.network import is_local, reached
from checker.compose.order import HEALTHY, STARTED, waits_for
from checker.compose.values import as_text, seconds
from checker.errors import Finding

listens = sibling(__file__, "stack").listens
# What the image of Redis does not have; the Alpine one has wget and nc.
ABSENT = {"curl", "python", "python3", "wget", "nc", "telnet"}
IN_ALPINE = {"wget", "nc"}
# What somebody may ask; Redis has more commands, and none of them is for a healthcheck.
COMMANDS = {
    "PING", "ECHO", "INFO", "GET", "SET", "INCR", "EXISTS", "DBSIZE", "ROLE", "TIME", "KEYS", "TYPE", "TTL", "DEL",
    "RANDOMKEY", "CLIENT", "CONFIG", "LASTSAVE", "HELLO", "COMMAND", "MEMORY", "EVAL", "LLEN", "STRLEN", "SELECT",
}  # fmt: skip
# A container needs longer than this to start any program; and nobody waits longer than that for the first answer.
SHORTEST, LONGEST = 0.05, 300.0


def health_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why nobody knows whether Redis answers."""
    redis = project.services["redis"]
    check = redis.healthcheck
    if check is None or (not check.test and not check.disabled):
        where = redis.place("healthcheck") if check else redis.table.here
        return _told("redis has no healthcheck, and its image brings none", where)
    if check.disabled:
        return _told("the healthcheck of redis is switched off", check.where)
    absent = ABSENT - (IN_ALPINE if "alpine" in redis.image else set())
    seen = _wrong(project, redis, [question(words) for words in programs(check, absent)], absent)
    if seen:
        return _told(seen, redis.place("healthcheck", "test"))
    seen = _decides(check, absent)
    if seen:
        return _told(seen, redis.place("healthcheck", "test"), "Which program's exit code is that of this whole line?")
    return _in_time(redis)


ASKED = "Where does this program run, which programs has the image, and what does Redis itself bring along?"


def _told(seen: str, where: str, next: str = ASKED) -> Finding:
    return Finding(
        tried="followed the healthcheck of redis inside its container",
        seen=seen,
        expected="a program of the image that asks Redis at port 6379 and fails when it does not answer",
        where=where,
        next=next,
    )


def _decides(check: Healthcheck, absent: set[str]) -> str:
    """What is wrong with the exit code of the whole test, once while Redis answers and once while it does not."""
    there = outcome(check, answers=True, absent=absent).code
    gone = outcome(check, answers=False, absent=absent).code
    if there:
        return f"while Redis answers, the whole test ends with exit code {there}: redis is never healthy"
    return "while Redis does not answer, the whole test ends with exit code 0 all the same" if gone == 0 else ""


def _in_time(redis: Service) -> Finding | None:
    """Whether the times of the healthcheck let it succeed while somebody is still waiting."""
    times = {key: as_text(value) for key, value in redis.table["healthcheck"].items() if key != "test"}
    timeout, interval = seconds(times.get("timeout", "")), seconds(times.get("interval", ""))
    if 0 < timeout < SHORTEST:
        seen = f"timeout is {times['timeout']}: no program in a container is ready by then, so the test fails for ever"
        return _told(seen, redis.place("healthcheck", "timeout"), "How long does a container need to start a program?")
    if interval > LONGEST and not seconds(times.get("start_period", "")):
        seen = f"interval is {times['interval']}: the first test comes after this time, and the API waits for it"
        return _told(seen, redis.place("healthcheck", "interval"), "When is Redis asked for the first time?")
    return None


def _wrong(project: Project, redis: Service, asked: list[Question], absent: set[str]) -> str:
    if not asked or not asked[0].words:
        return "the test names no program"
    program = asked[0].program
    if " " in program or program in ("CMD", "CMD-SHELL"):
        return f"there is no program named {program!r}, so the test fails for ever"
    if program in absent:
        return f"the image {redis.image} has no {program}, so the test fails for ever"
    reaching = next((one for one in asked if one.port), None)
    if reaching is None:
        return f"{' '.join(asked[0].words)[:50]!r} does not ask Redis at all"
    return _astray(project, redis, reaching)


def _astray(project: Project, redis: Service, one: Question) -> str:
    """What is wrong with the address that is asked, or with the question."""
    who = redis.name if not one.host or is_local(one.host) else reached(project, "redis", one.host).service
    words = redis_command(one.words) if one.program == "redis-cli" else ()
    if words and words[0].upper() not in COMMANDS:
        return f"Redis has no command {words[0]!r}: it answers with an error, whatever its state"
    if one.path:
        return f"{one.program} speaks HTTP, and Redis does not"
    if who != redis.name:
        return f"it asks {one.host}, and that is {who or 'nobody'}"
    if one.port != listens(redis):
        return f"it asks port {one.port} in the container, where nobody listens, so the test fails for ever"
    return ""


def gate_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why the API may start before Redis answers."""
    api = project.services["api"]
    condition, own = waits_for(project, "api", "redis"), api.waits.get("redis")
    optional = own is not None and own.condition == HEALTHY and not own.required
    if condition == HEALTHY and not optional:
        return None
    restart = str(api.table.get("restart") or "no")
    seen = "nothing makes the API wait for redis: both start at the same time"
    if condition == STARTED:
        seen = "the API starts as soon as the container of redis exists; whether Redis answers is not asked"
    elif optional:
        seen = "required is false: when redis does not get healthy, Compose warns and starts the API all the same"
    elif condition:
        seen = f"the API waits until redis has ended ({condition}), and Redis never ends"
    if restart != "no":
        seen += f"; restart: {restart} tries again after a crash, it waits for nobody"
    return Finding(
        tried="worked out what has happened when the API starts",
        seen=seen,
        expected="the API starts after the healthcheck of redis has passed",
        where=api.place("depends_on", "redis", "required" if optional else "condition"),
        next="Which condition of a dependency asks the healthcheck, and which asks only for a container?",
    )

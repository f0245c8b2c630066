"""When the API starts: what the healthcheck of Redis asks, and what the API waits for."""

from __future__ import annotations

from checks_04_compose.stack import listens

from checker.compose import Project, Service
from checker.compose.asking import Question, always_passes, commands, question
from checker.compose.network import is_local, reached
from checker.compose.order import HEALTHY, STARTED, waits_for
from checker.errors import Finding

SHELLS = ("sh", "bash", "ash")
# What the image of Redis does not have; the Alpine one has wget and nc.
ABSENT = {"curl", "python", "python3", "wget", "nc", "telnet"}
IN_ALPINE = {"wget", "nc"}


def health_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why nobody knows whether Redis answers."""
    redis = project.services["redis"]
    check = redis.healthcheck
    if check is None or (not check.test and not check.disabled):
        where = redis.place("healthcheck") if check else redis.table.here
        return _told("redis has no healthcheck, and its image brings none", where)
    if check.disabled:
        return _told("the healthcheck of redis is switched off", check.where)
    found, _ = commands(check)
    seen = _wrong(project, redis, [question(words) for words in found])
    if not seen and always_passes(check):
        seen = "the test says yes whatever Redis answers"
    return _told(seen, redis.place("healthcheck", "test")) if seen else None


def _told(seen: str, where: str) -> Finding:
    return Finding(
        tried="followed the healthcheck of redis inside its container",
        seen=seen,
        expected="a program of the image that asks Redis at port 6379 and fails when it does not answer",
        where=where,
        next="Where does this program run, which programs has the image, and what does Redis itself bring along?",
    )


def _wrong(project: Project, redis: Service, asked: list[Question]) -> str:
    if not asked or not asked[0].words:
        return "the test names no program"
    program = asked[0].program
    if " " in program or program in ("CMD", "CMD-SHELL"):
        return f"there is no program named {program!r}, so the test fails for ever"
    if program in ABSENT - (IN_ALPINE if "alpine" in redis.image else set()):
        return f"the image {redis.image} has no {program}, so the test fails for ever"
    reaching = next((one for one in asked if one.port), None)
    if reaching is None:
        return f"{' '.join(asked[0].words)[:50]!r} does not ask Redis at all"
    return _astray(project, redis, reaching)


def _astray(project: Project, redis: Service, one: Question) -> str:
    """What is wrong with the address that is asked, or with the question."""
    who = redis.name if not one.host or is_local(one.host) else reached(project, "redis", one.host).service
    if one.path:
        return f"{one.program} speaks HTTP, and Redis does not"
    if who != redis.name:
        return f"it asks {one.host}, and that is {who or 'nobody'}"
    if one.port != listens(redis):
        return f"it asks port {one.port} in the container, where nobody listens, so the test fails for ever"
    if one.program == "redis-cli" and not _asks(one):
        return "redis-cli is given no command that asks Redis anything"
    return ""


def _asks(one: Question) -> bool:
    """Whether a command stands behind the options of redis-cli."""
    words = list(one.words[1:])
    while words and words[0].startswith("-"):
        words = words[2 if words[0] in ("-h", "-p", "-a", "-u", "-n", "--user", "--pass") else 1 :]
    return bool(words) and words[0].lower() in ("ping", "get", "info", "set", "exists", "echo", "role", "dbsize")


def gate_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why the API may start before Redis answers."""
    api = project.services["api"]
    condition = waits_for(project, "api", "redis")
    if condition == HEALTHY:
        return None
    restart = str(api.table.get("restart") or "no")
    seen = "nothing makes the API wait for redis: both start at the same time"
    if condition == STARTED:
        seen = "the API starts as soon as the container of redis exists; whether Redis answers is not asked"
    elif condition:
        seen = f"the API waits until redis has ended ({condition}), and Redis never ends"
    if restart != "no":
        seen += f"; restart: {restart} tries again after a crash, it waits for nobody"
    return Finding(
        tried="worked out what has happened when the API starts",
        seen=seen,
        expected="the API starts after the healthcheck of redis has passed",
        where=api.place("depends_on", "redis", "condition"),
        next="Which condition of a dependency asks the healthcheck, and which asks only for a container?",
    )

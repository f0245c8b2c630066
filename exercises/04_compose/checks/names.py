"""Who asks whom: the API's way to Redis, and Prometheus' way to the API."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from checker import sibling
from checker.compose import Project, Service
from checker.compose.network import reached
from checker.errors import Finding

stack = sibling(__file__, "stack")
beside, listens, parsed = stack.beside, stack.listens, stack.parsed

URL, DEFAULT_URL = "REDIS_URL", "redis://localhost:6379/0"
# Redis numbers its databases.
DATABASE = re.compile(r"(/\d*)?")
CONFIG = "/etc/prometheus/prometheus.yml"
TIME = re.compile(r"(\d+(ms|s|m|h|d|w|y))+")
DNS_TYPES = {"A", "AAAA"}


def redis_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why the API does not find Redis."""
    api, redis = project.services["api"], project.services["redis"]
    variable = api.environment.get(URL)
    url = (variable.value if variable else None) or DEFAULT_URL
    where = variable.where if variable else api.place("environment")
    next_ = "Who is localhost inside a container, and by which name do the containers of one network find each other?"
    host, port = _address(url)
    found = reached(project, "api", host)
    if not host:
        seen = f"{URL} is {url!r}, which is no redis://HOST:PORT/0"
    elif found.service != "redis":
        who = "leaves the stack" if found.host else f"asks {found.service or 'nobody'}"
        seen = f"{url} {who}: {found.why}" if variable else f"{URL} is not set: the API takes {url} and {who}"
    elif port != listens(redis):
        seen = f"{url} reaches the container of redis at port {port}, where Redis does not listen"
    elif stack.hears_itself_only(redis):
        seen = (
            f"{url} reaches the container of redis, where Redis listens for itself alone: {' '.join(redis.command())}"
        )
        where = redis.place("command")
        next_ = "Each container has a 127.0.0.1 of its own. Who reaches a program that is bound to it?"
    elif (password := _password(redis)) and urlsplit(url).password != password:
        brought = "another" if urlsplit(url).password else "none"
        seen = f"redis asks for a password, by --requirepass of its command, and {URL} brings {brought}"
        next_ = "Where in redis://:PASSWORD@HOST:PORT/0 does the password stand?"
    else:
        return None
    return Finding(
        tried=f"followed {URL} from inside the container of api",
        seen=seen,
        expected="it leads to the container of redis, to port 6379 in it, where Redis listens for the others",
        where=where,
        next=next_,
    )


def _password(redis: Service) -> str:
    """What redis asks for before it answers, where its command says so; "" for nothing."""
    return next((value for option, value in pairwise(redis.command()) if option == "--requirepass"), "")


def _address(url: str) -> tuple[str, int]:
    """Host and port of the URL; nothing where it is none."""
    try:
        parts = urlsplit(url)
        whole = parts.scheme == "redis" and DATABASE.fullmatch(parts.path)
        return (parts.hostname or "localhost", parts.port or 6379) if whole else ("", 0)
    except ValueError:
        return "", 0


def target_fault(project: Project, texts: dict[str, str]) -> Finding | None:
    """Why Prometheus does not get the metrics of the API."""
    prometheus = project.services["prometheus"]
    name, text = _config(prometheus, project, texts)
    if text is None:
        return _told(f"at {CONFIG} stands {name}", "prometheus.yml is mounted there", prometheus.place("volumes"))
    content = parsed(name, text)
    refused = _refused(content)
    if refused:
        return _told(refused, "settings that Prometheus starts with", _line(name, text))
    jobs = list(_jobs(content))
    faults = [fault for job in jobs if (fault := _target_fault(project, *job))]
    asked = [reached(project, "prometheus", address.rpartition(":")[0]).service for address, _, _ in jobs]
    if not faults and "api" not in asked:
        faults = ["no target is the API"]
    return _told(faults[0], "every target answers, and the API is one of them", _line(name, text)) if faults else None


def _told(seen: str, expected: str, where: str) -> Finding:
    return Finding(
        tried="followed each target of Prometheus from inside its container",
        seen=seen,
        expected=expected,
        where=where,
        next="From where does Prometheus ask, and which of the two ports in `8080:8000` exists there?",
    )


def _config(prometheus: Service, project: Project, texts: dict[str, str]) -> tuple[str, str | None]:
    """The name and text of the file that Prometheus reads."""
    words = prometheus.command()
    path = next((one.partition("=")[2] for one in words if one.startswith("--config.file=")), CONFIG)
    for source, target in prometheus.configs.items():
        if target == path:
            found = project.section("configs").get(source) or {}
            name = beside(str(found.get("file") or "compose.yaml"))
            return name, found.get("content") or texts.get(name)
    for mount in prometheus.mounts:
        if mount.kind == "bind" and (path == mount.target or path.startswith(mount.target + "/")):
            rest = posixpath.relpath(path, mount.target)
            name = beside(mount.source if rest == "." else f"{mount.source}/{rest}")
            return (name, texts[name]) if name in texts else (f"{name}, which is not there", None)
    return "the file of the image, which asks only Prometheus itself", None


def _jobs(content: Any) -> Iterator[tuple[str, str, str]]:
    """Address, path and scheme of each target that can be known from the file."""
    found = content.get("scrape_configs") if isinstance(content, dict) else None
    for job in found if isinstance(found, list) else ():
        if not isinstance(job, dict):
            continue
        path, scheme = str(job.get("metrics_path", "/metrics")), str(job.get("scheme", "http"))
        for group in _list(job.get("static_configs")):
            for target in _list(group.get("targets")) if isinstance(group, dict) else ():
                yield str(target), path, scheme
        for group in _list(job.get("dns_sd_configs")):
            if isinstance(group, dict) and group.get("type") in DNS_TYPES:
                for name in _list(group.get("names")):
                    yield f"{name}:{group.get('port')}", path, scheme


def _refused(content: Any) -> str:
    """Why Prometheus would not start with these settings; what it refuses most often."""
    if not isinstance(content, dict) or not isinstance(content.get("scrape_configs"), list):
        return "it has no list scrape_configs"
    for job in content["scrape_configs"]:
        if not isinstance(job, dict) or not job.get("job_name"):
            return "a job has no job_name, and Prometheus does not start"
        groups = _list(job.get("static_configs"))
        if any(not isinstance(group, dict) or not isinstance(group.get("targets"), list) for group in groups):
            return "targets is no list, and Prometheus does not start"
    blocks = [content.get("global") or {}, *content["scrape_configs"]]
    times = [one.get("scrape_interval") for one in blocks if isinstance(one, dict)]
    wrong = [str(one) for one in times if one is not None and not TIME.fullmatch(str(one))]
    return f"scrape_interval is {wrong[0]!r}, and Prometheus does not start" if wrong else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _target_fault(project: Project, address: str, path: str, scheme: str) -> str | None:
    """What is wrong with one target; nothing is known of services that somebody added."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or "/" in host:
        return f"the target {address!r} is no name and port"
    found = reached(project, "prometheus", host.removeprefix("tasks."))
    if not found.service:
        return f"{address} asks nobody: {found.why}"
    if found.host:
        return f"{address} leaves the stack: {found.why}"
    known = listens(project.services[found.service])
    if known and int(port) != known:
        itself = ", that is itself" if found.service == "prometheus" else ""
        return f"{address} asks {found.service}{itself}, at port {port}, where nobody listens"
    if found.service == "api" and (path != "/metrics" or scheme != "http"):
        return f"{address} is asked for {scheme}://…{path}, and the API answers http at /metrics"
    unheard = f"{address} asks redis, which speaks no HTTP and has no metrics: this target is down for ever"
    return unheard if found.service == "redis" else None


def _line(name: str, text: str) -> str:
    lines = text.split("\n")
    number = next((n for n, line in enumerate(lines, 1) if "targets" in line or "names" in line), 1)
    return f"{name}:{number}"

"""The three parts of the stack: whether each is there, from its own image, and runs its own program."""

from __future__ import annotations

from checker import sibling
from checker.compose import Project, Service
from checker.errors import Finding
from checker.script import reached_programs

beside = sibling(__file__, "stack").beside
IMAGES = {"redis": ("redis", "valkey"), "prometheus": ("prometheus",)}
# What each image starts by itself, and by which name it is known.
OWN = {"api": "app.py", "redis": "redis-server", "prometheus": "prometheus"}
PROGRAMS = {"redis": ("redis-server", "valkey-server"), "prometheus": ("prometheus",)}


def missing_part(project: Project) -> Finding | None:
    """Which of the three parts is not there, or is another program."""
    for name, own in OWN.items():
        service = project.services.get(name)
        if service is None:
            there = ", ".join(project.services) or "none"
            seen = f"no service {name!r} starts; there are {there}"
            return _part(seen, project.place("services"), "Was a service renamed, taken out, or given a profile?")
        if not service.scale:
            where = service.place("scale") if "scale" in service.table else service.place("deploy", "replicas")
            seen = f"{name} is scaled to 0, so no container of it starts"
            return _part(seen, where, "How many containers does a service without this key have?")
        fault = _other_image(service)
        if fault:
            next_ = "From which folder or image does the brief want this service, and with which version?"
            return _part(fault, service.place("build" if service.build else "image"), next_)
        if not _runs_its_own(service):
            words = (*service.entrypoint(), *service.command())
            seen = f"the container of {name} runs {' '.join(words)[:50]!r}, and not {own}"
            where = service.place("command" if service.command() else "entrypoint")
            return _part(seen, where, "What does this image start when the file gives it no command?")
    return None


def _other_image(service: Service) -> str:
    if service.name == "api":
        context = beside(str((service.build or {}).get("context", "")))
        return "" if service.build and context == "api" else "api is not built from the folder api"
    repository = service.image.partition("@")[0].partition(":")[0].rpartition("/")[2]
    tag = service.image.rpartition("/")[2].partition(":")[2]
    if service.build or repository not in IMAGES[service.name]:
        return f"the image of {service.name} is {service.image or 'built here'}"
    return "" if tag and tag != "latest" else f"the image {service.image} has no version, so it changes by itself"


def _runs_its_own(service: Service) -> bool:
    """Whether command and entrypoint, where the file has them, still come to the program of the image."""
    words, own = service.command(), service.entrypoint()
    # Options alone go to the image's entrypoint, which puts the program in front of them.
    if not own and (not words or words[0].startswith("-") or words[0].endswith(".conf")):
        return True
    if own[:1] and own[0].endswith("docker-entrypoint.sh"):
        own = own[1:] or (OWN[service.name],)
    reached = reached_programs((*own, *words))
    if service.name == "api":
        return any("python" in call[0] and _names_app(call[1:]) for call in reached)
    return any(call[0].rpartition("/")[2] in PROGRAMS[service.name] for call in reached)


def _names_app(words: tuple[str, ...]) -> bool:
    return any(word in ("app.py", "./app.py", "/app/app.py") for word in words) or words[-2:] == ("-m", "app")


def _part(seen: str, where: str, next: str) -> Finding:
    return Finding(
        tried="looked for the three parts of the stack",
        seen=seen,
        expected="api from the folder api, redis and prometheus from their images with a version, under these names, "
        "each with its own program",
        where=where,
        next=next,
    )

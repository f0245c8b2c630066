"""Keeps a folder equal to a registry elsewhere: the serving process reads that folder, and starts without a network."""

import logging
import time

from movie_service.bundle import MANIFEST
from movie_service.registry.catalog import ALIASES, NAMES, VERSIONS, Registry, RegistryError
from movie_service.registry.outside import explained
from movie_service.registry.places import Changed, Folder

_log = logging.getLogger("movie_service.registry")


# --8<-- [start:pull]
def pull(registry: Registry, folder: Folder) -> None:
    """The versions first, the aliases last: a name never points to what is not there yet.

    A champion that is not there, or not as its manifest says, is refused, and the folder stays as it is.
    """
    aliases, tag = registry.aliases()
    if not tag:
        return
    for name in NAMES:
        version = getattr(aliases, name)
        try:
            if version is not None:
                _copy(registry, folder, version)
        except RegistryError as error:
            if name == "champion":
                raise RegistryError(f"The champion {version!r} is refused. {error}") from None
            _log.warning("the %s %r is left out. %s", name, version, error)
            aliases = aliases.model_copy(update={name: None})
    _name(folder, aliases.model_dump_json(indent=1).encode())


def _copy(registry: Registry, folder: Folder, version: str) -> None:
    """The manifest comes last, so a version that has one is whole."""
    if (folder.path / VERSIONS / version / MANIFEST).exists():
        return
    for name, content in registry.files(version).items():
        try:
            folder.add(f"{VERSIONS}{version}/{name}", content)
        except Changed:
            # Of a copy that was interrupted.
            continue


# --8<-- [end:pull]


def _name(folder: Folder, content: bytes) -> None:
    try:
        found, tag = folder.read(ALIASES)
    except FileNotFoundError:
        found, tag = b"", ""
    if found != content:
        folder.change(ALIASES, content, tag)
        _log.info("champion is %s", Registry(folder).aliases()[0].champion)


def keep_pulling(registry: Registry, folder: Folder, every: float) -> None:
    """Until the process ends. What cannot be reached or is refused gets a line, once, and another try."""
    told = ""
    while True:
        try:
            pull(registry, folder)
            told = ""
        except Exception as error:
            text = explained(registry.place.name, error)
            if text is None:
                raise
            if text != told:
                _log.error("%s The folder stays as it is; the next look is in %g s.", text, every)
            told = text
        time.sleep(every)

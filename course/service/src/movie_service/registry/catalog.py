"""What can be done with a registry: add a version, point a name at one, go back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from movie_service.bundle import MANIFEST, MODEL, ONLINE, Manifest, fault, read_bundle
from movie_service.errors import ServiceError
from movie_service.registry.places import Changed, Place

ALIASES: Final = "aliases.json"
VERSIONS: Final = "versions/"
NAMES: Final = ("champion", "challenger", "previous")
_HISTORY: Final = 50
_TRIES: Final = 5


class RegistryError(ServiceError):
    """The registry cannot do what it was asked; the text says why."""


class Change(BaseModel):
    """A line of the history."""

    time: str
    what: Literal["promote", "rollback", "challenger"]
    version: str


class Aliases(BaseModel):
    """The names, and what happened to them lately."""

    model_config = ConfigDict(extra="ignore")

    champion: str | None = None
    challenger: str | None = None
    previous: str | None = None
    history: Annotated[list[Change], Field(max_length=_HISTORY)] = []


@dataclass(frozen=True)
class Version:
    """A version and the names that point to it."""

    version: str
    aliases: tuple[str, ...]
    sha256: str


class Registry:
    """A registry at a place."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def add(self, folder: Path) -> str:
        """Copy a bundle into the registry, verified; its version."""
        bundle = read_bundle(folder)
        version = bundle.manifest.version
        # The manifest comes last: a version without it is not there, whenever this is interrupted.
        for name, content in (
            (MODEL, bundle.model),
            (ONLINE, bundle.online),
            (MANIFEST, (folder / MANIFEST).read_bytes()),
        ):
            self._add(version, name, content)
        return version

    def _add(self, version: str, name: str, content: bytes) -> None:
        key = f"{VERSIONS}{version}/{name}"
        try:
            self.place.add(key, content)
        except Changed:
            if self.place.read(key)[0] != content:
                raise RegistryError(
                    f"Version {version!r} is in the registry with another {name}. A version never changes: "
                    "give the new model a new version."
                ) from None

    def versions(self) -> list[Version]:
        """All versions that are whole."""
        aliases = self.aliases()[0]
        names = {name: getattr(aliases, name) for name in NAMES}
        found = []
        for version in self.place.folders(VERSIONS):
            try:
                manifest = self._manifest(version)
            except RegistryError:
                continue
            pointing = tuple(name for name, target in names.items() if target == version)
            found.append(Version(version, pointing, manifest.files[MODEL].sha256))
        return found

    def content(self) -> dict[str, Any]:
        """Versions and names, as the command line and the admin's routes show them."""
        found = [{"version": one.version, "aliases": one.aliases, "sha256": one.sha256} for one in self.versions()]
        return {"versions": found, "aliases": self.aliases()[0].model_dump(exclude={"history"})}

    def files(self, version: str) -> dict[str, bytes]:
        """The files of a version, each as its manifest vouches for it, and last the manifest."""
        manifest = self._manifest(version)
        if manifest.version != version:
            raise RegistryError(f"{self.place.name}: the manifest of {version!r} is that of {manifest.version!r}.")
        found = {}
        for name in (MODEL, ONLINE):
            key = f"{VERSIONS}{version}/{name}"
            try:
                found[name] = self.place.read(key)[0]
                problem = fault(name, found[name], manifest)
            except FileNotFoundError:
                problem = "the file is missing"
            if problem:
                raise RegistryError(
                    f"{self.place.name}: {key}: {problem}. Add the bundle again, as a new version, and promote that."
                )
        return found | {MANIFEST: self.place.read(f"{VERSIONS}{version}/{MANIFEST}")[0]}

    def aliases(self) -> tuple[Aliases, str]:
        """The names and the tag of the file that holds them."""
        try:
            content, tag = self.place.read(ALIASES)
            return Aliases.model_validate_json(content), tag
        except FileNotFoundError:
            return Aliases(), ""
        except ValidationError:
            raise RegistryError(f"{self.place.name}: {ALIASES} cannot be read. Restore it from a backup.") from None

    # --8<-- [start:promote]
    def promote(self, version: str) -> Aliases:
        """Let this version answer, if its files are whole; the one before is kept as `previous`."""
        self.files(version)

        def change(now: Aliases) -> Aliases:
            if now.champion == version:
                return now
            challenger = None if now.challenger == version else now.challenger
            return now.model_copy(update={"champion": version, "previous": now.champion, "challenger": challenger})

        return self._change("promote", change)

    def rollback(self) -> Aliases:
        """Let the version before answer again."""

        def change(now: Aliases) -> Aliases:
            if now.previous is None:
                raise RegistryError("There is no previous version to go back to. Promote one: promote VERSION.")
            return now.model_copy(update={"champion": now.previous, "previous": now.champion})

        return self._change("rollback", change)

    # --8<-- [end:promote]

    def challenge(self, version: str) -> Aliases:
        """Name the version that is tried next."""
        self._manifest(version)
        return self._change("challenger", lambda now: now.model_copy(update={"challenger": version}))

    def _change(
        self, what: Literal["promote", "rollback", "challenger"], change: Callable[[Aliases], Aliases]
    ) -> Aliases:
        for _ in range(_TRIES):
            now, tag = self.aliases()
            wanted = change(now)
            if wanted == now:
                return now
            version = wanted.challenger if what == "challenger" else wanted.champion
            line = Change(time=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", what=what, version=str(version))
            wanted.history = [line, *now.history][:_HISTORY]
            try:
                self.place.change(ALIASES, wanted.model_dump_json(indent=1).encode(), tag)
                return wanted
            except Changed:
                # Somebody else was first: look again at what there is now.
                continue
        raise RegistryError("Somebody else keeps changing the registry. Try again.")

    def _manifest(self, version: str) -> Manifest:
        try:
            return Manifest.model_validate_json(self.place.read(f"{VERSIONS}{version}/{MANIFEST}")[0])
        except (OSError, ValueError, ValidationError):
            known = ", ".join(self.place.folders(VERSIONS)) or "none"
            raise RegistryError(f"There is no version {version!r}. There are: {known}.") from None

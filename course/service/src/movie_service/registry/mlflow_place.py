"""A registry in MLflow: a SQLite file, or a tracking server.

    our version     a model version with the tag movie_service.version; its files are artifacts of a run
    our names       MLflow's aliases of the registered model, so its own tools show and move them
    our history     a tag of the registered model

MLflow numbers versions itself, checks no digest, and has no condition on a change of an alias.
"""

import hashlib
import importlib.util
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from pydantic import TypeAdapter, ValidationError

from movie_service.bundle import MANIFEST, Manifest
from movie_service.registry.catalog import ALIASES, NAMES, VERSIONS, Aliases, Change, RegistryError
from movie_service.registry.places import Changed

_MODEL: Final = "likes-it"
_FOLDER: Final = "bundle"
_VERSION: Final = "movie_service.version"
_DIGEST: Final = "movie_service.manifest_sha256"
_HISTORY: Final = "movie_service.history"
# A tag of a registered model has room for 5,000 characters in MLflow's tables.
_LINES: Final = 20
# How a number is called that holds no bundle of ours. No bundle can be called so.
_FOREIGN: Final = "mlflow:"
_CHANGES: Final = TypeAdapter(list[Change])

# MLflow tells its makers how it is used unless this is set before it is imported, and waits four minutes for a server
# that does not answer.
_ALWAYS: Final = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}
_UNLESS_SET: Final = {
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "20",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
}


class MlflowPlace:
    """The same as a folder, as far as MLflow goes."""

    def __init__(self, client: Any, address: str, *, model: str, artifacts: str | None) -> None:
        self._client = client
        self._address = address
        self._model = model
        self._artifacts = artifacts
        # Runs that this process fills; a version is registered when its manifest, the last file, is there.
        self._runs: dict[str, Any] = {}
        self.name = f"{address}#{model}"

    @classmethod
    def at(cls, url: str, *, new: bool = False) -> Self:
        """The registry at sqlite:///PATH or http://HOST:PORT; `#NAME` behind it names another registered model."""
        address, _, model = url.partition("#")
        if not re.fullmatch(r"[\w.+-]{0,64}", model):
            raise ValueError(f"{model!r} is no name of a registered model. Use letters, digits, '.', '_' and '-'.")
        path = _database(address, new=new) if address.startswith("sqlite:") else None
        if path is None and "@" in address:
            raise ValueError(
                "A password in the address is seen by whoever sees the processes or the log. "
                "Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD."
            )
        _refuse_missing(("mlflow", "sqlalchemy", "alembic") if path else ("mlflow",))
        os.environ.update(_ALWAYS)
        for name, value in _UNLESS_SET.items():
            os.environ.setdefault(name, value)
        from mlflow import MlflowClient

        artifacts = path.with_name(f"{path.stem}-artifacts").as_uri() if path else None
        return cls(MlflowClient(address, address), address, model=model or _MODEL, artifacts=artifacts)

    def read(self, key: str) -> tuple[bytes, str]:
        """Content and tag."""
        with self._asking():
            content = self._names() if key == ALIASES else self._file(*_parts(key))
        return content, hashlib.sha256(content).hexdigest()

    # --8<-- [start:add]
    def add(self, key: str, content: bytes) -> None:
        """Write a file of a version that is not registered yet; its manifest registers it.

        Each attempt has a run of its own, so none writes over another's files. MLflow numbers versions one after the
        other: of two processes that register the same one, the lower number has it and the other one gives way.
        """
        version, name = _parts(key)
        with self._asking():
            if version in self._versions():
                raise Changed(key)
            run = self._runs.get(version) or self._new_run(version)
            self._upload(run, name, content)
            if name != MANIFEST:
                return
            tags = {_VERSION: version, _DIGEST: hashlib.sha256(content).hexdigest()}
            source = f"{run.info.artifact_uri}/{_FOLDER}"
            made = self._client.create_model_version(self._model, source, run.info.run_id, tags=tags)
            self._client.set_terminated(run.info.run_id)
            if int(self._versions()[version].version) != int(made.version):
                self._client.delete_model_version(self._model, made.version)
                raise Changed(key)

    # --8<-- [end:add]

    # --8<-- [start:change]
    def change(self, key: str, content: bytes, tag: str) -> None:
        """Point the aliases. MLflow moves one at a time and on no condition: what others do in between is lost."""
        wanted = Aliases.model_validate_json(content)
        with self._asking():
            try:
                now, found = self._now()
            except FileNotFoundError:
                now, found = Aliases(), ""
            if found != tag:
                raise Changed(key)
            numbers = {version: str(one.version) for version, one in self._versions().items()}
            for name in _order(now, wanted):
                self._point(name, getattr(wanted, name), numbers)
            lines = _CHANGES.dump_json(wanted.history[:_LINES]).decode()
            self._client.set_registered_model_tag(self._model, _HISTORY, lines)

    # --8<-- [end:change]

    def folders(self, below: str) -> list[str]:
        """The versions; there is nothing else below."""
        with self._asking():
            return sorted(self._versions()) if below == VERSIONS else []

    def _now(self) -> tuple[Aliases, str]:
        content = self._names()
        return Aliases.model_validate_json(content), hashlib.sha256(content).hexdigest()

    def _names(self) -> bytes:
        """What aliases.json would say; FileNotFoundError when no name points anywhere and none ever did."""
        model = self._registered()
        if model is None or not (model.tags.get(_HISTORY) or set(model.aliases) & set(NAMES)):
            raise FileNotFoundError(ALIASES)
        versions = {str(one.version): version for version, one in self._versions().items()}
        pointing = {
            name: versions.get(str(model.aliases[name]), f"{_FOREIGN}{model.aliases[name]}")
            for name in NAMES
            if name in model.aliases
        }
        try:
            history = _CHANGES.validate_json(model.tags.get(_HISTORY, "[]"))
        except ValidationError:
            # Somebody else's tag; the names matter more.
            history = []
        return Aliases(**pointing, history=history).model_dump_json(indent=1).encode()

    def _point(self, name: str, version: str | None, numbers: Mapping[str, str]) -> None:
        if version is None:
            self._client.delete_registered_model_alias(self._model, name)
        else:
            number = numbers.get(version, version.removeprefix(_FOREIGN))
            self._client.set_registered_model_alias(self._model, name, number)

    def _file(self, version: str, name: str) -> bytes:
        one = self._versions().get(version)
        path = f"{_FOLDER}/{name}"
        if one is None or path not in {file.path for file in self._client.list_artifacts(one.run_id, _FOLDER)}:
            raise FileNotFoundError(f"{VERSIONS}{version}/{name}")
        with tempfile.TemporaryDirectory() as folder:
            content = Path(self._client.download_artifacts(one.run_id, path, folder)).read_bytes()
        # The digest is in the database, so whoever can write artifacts only cannot vouch for them.
        if name == MANIFEST and hashlib.sha256(content).hexdigest() != one.tags.get(_DIGEST):
            raise RegistryError(
                f"{self.name}: {VERSIONS}{version}/{name}: the file is not the one that was registered. "
                "Add the bundle again, as a new version, and promote that."
            )
        return content

    def _versions(self) -> dict[str, Any]:
        """MLflow's version of each of ours."""
        found: list[Any] = []
        token: str | None = ""
        while token is not None:
            page = self._client.search_model_versions(f"name = '{self._model}'", page_token=token or None)
            found += page
            token = page.token or None
        found.sort(key=lambda one: int(one.version), reverse=True)
        return {one.tags[_VERSION]: one for one in found if _VERSION in one.tags}

    def _registered(self) -> Any:
        """The registered model, or None."""
        found = self._client.search_registered_models(f"name = '{self._model}'")
        return found[0] if found else None

    def _new_run(self, version: str) -> Any:
        experiment = self._client.get_experiment_by_name(self._model)
        if experiment is None:
            number = self._client.create_experiment(self._model, artifact_location=self._artifacts)
        else:
            number = experiment.experiment_id
        if self._registered() is None:
            self._client.create_registered_model(self._model)
        run = self._client.create_run(number, tags={_VERSION: version}, run_name=version)
        self._runs[version] = run
        return run

    def _upload(self, run: Any, name: str, content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(content)
            self._client.log_artifact(run.info.run_id, str(path), _FOLDER)
        if name == MANIFEST:
            self._describe(run.info.run_id, Manifest.model_validate_json(content))

    def _describe(self, run_id: str, manifest: Manifest) -> None:
        """What the training wrote, as the run's parameters and metrics: MLflow compares versions by them."""
        for key, value in manifest.training.items():
            self._client.log_param(run_id, key, value)
        for key, value in manifest.metrics.items():
            if isinstance(value, int | float):
                self._client.log_metric(run_id, key, value)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        from mlflow.exceptions import MlflowException
        from requests.exceptions import RequestException

        try:
            yield
        except MlflowException as error:
            if isinstance(error.__context__, RequestException):
                raise RegistryError(
                    f"{self._address} cannot be reached: no MLflow server answers there. Start it, or mend the address."
                ) from None
            raise


def _parts(key: str) -> tuple[str, str]:
    version, _, name = key.removeprefix(VERSIONS).rpartition("/")
    return version, name


def _order(now: Aliases, wanted: Aliases) -> list[str]:
    """The names that change, in an order that loses none when it is cut off in between.

    Going back, the champion moves first: it is urgent, and the version to go back to is named by `previous` only.
    Going on, it moves after `previous`, which would forget the version that answered.
    """
    back = wanted.champion is not None and wanted.champion == now.previous
    order = ("champion", "previous", "challenger") if back else ("previous", "champion", "challenger")
    return [name for name in order if getattr(now, name) != getattr(wanted, name)]


def _database(address: str, *, new: bool) -> Path:
    path = Path(address.removeprefix("sqlite:///"))
    if not address.startswith("sqlite:///") or not path.name:
        raise ValueError(f"{address!r} is no address of a database. Write sqlite:///PATH, such as sqlite:///mlflow.db.")
    if not new and not path.exists():
        raise RegistryError(f"There is no database {str(path)!r}. The first version makes it: add FOLDER.")
    return path.absolute()


def _refuse_missing(names: tuple[str, ...]) -> None:
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        raise RegistryError(
            f"A registry in MLflow needs the package {missing[0]!r}, which is not installed here. "
            "Install what it needs: pip install 'movie-service[mlflow]'."
        )

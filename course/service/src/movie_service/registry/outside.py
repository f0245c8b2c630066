"""Registries that are not a folder: which one an address names, and what their libraries say when they fail.

Their libraries are imported when an address asks for one: boto3 and MLflow are for the command line, never for the
serving process.
"""

from pathlib import Path
from typing import Final

from movie_service.errors import ServiceError
from movie_service.registry.places import Folder, Place

# Packages whose exceptions come from the other end, or from the way there.
_LIBRARIES: Final = ("boto3", "botocore", "mlflow", "requests", "sqlalchemy")
_MLFLOW: Final = ("sqlite", "http", "https")


def place_at(at: str, endpoint: str | None = None, *, new: bool = False) -> Place:
    """The place that an address names; `new` makes an MLflow database that is not there yet."""
    scheme, found, _ = at.partition("://")
    if not found:
        return Folder(Path(at))
    if scheme in _MLFLOW:
        from movie_service.registry.mlflow_place import MlflowPlace

        return MlflowPlace.at(at, new=new)
    from movie_service.registry.s3 import Bucket

    return Bucket.at(at, endpoint)


def explained(at: str, error: Exception) -> str | None:
    """What to say about an error; None for one of our own making, whose traceback is wanted."""
    if isinstance(error, ServiceError):
        return str(error)
    if type(error).__module__.partition(".")[0] in _LIBRARIES:
        first = str(error).strip().splitlines() or [type(error).__name__]
        return f"{at} cannot be used: {first[0]}"
    return None

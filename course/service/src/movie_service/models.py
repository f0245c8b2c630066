"""Several models behind one service: by name, and together as an ensemble.

MOVIE_SERVICE_MODELS=small=build/small,large=build/large,both=small+large
"""

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from movie_service.columns import Asked
from movie_service.errors import ModelUnavailable, SettingsError
from movie_service.predictor import LightGBMPredictor, load_predictor

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_log = logging.getLogger(__name__)

Named = dict[str, "LightGBMPredictor | Ensemble | ModelUnavailable"]


# --8<-- [start:ensemble]
class Ensemble:
    """Several models that answer as one: the score is the mean of theirs."""

    threshold = 0.5
    inline = True

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = tuple(members.values())
        # Whoever reads an answer, or a record of it, can tell which models made it.
        self.version = "+".join(f"{name}@{member.version}" for name, member in members.items())
        self.facts: Mapping[str, Any] = {"name": f"the mean of {' and '.join(members)}"}

    def knows(self, movie_id: int) -> bool:
        """Whether all of them know the movie: a mean of fewer would be another model."""
        return all(member.knows(movie_id) for member in self._members)

    def score(self, request: Asked) -> float:
        """The mean of all scores."""
        return fmean(member.score(request) for member in self._members)

    def score_many(self, requests: Sequence[Asked]) -> list[float]:
        """The same for many."""
        return list(map(fmean, zip(*(member.score_many(requests) for member in self._members), strict=True)))


# --8<-- [end:ensemble]


def load_models(text: str) -> Named:
    """The models that the setting names. A bundle that cannot be used costs its own address only."""
    found: Named = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, what = part.partition("=")
        if not _NAME.fullmatch(name) or not what:
            raise _wrong(text, f"{part!r} is not NAME=FOLDER or NAME=NAME+NAME")
        if name in found:
            raise _wrong(text, f"{name!r} stands there twice")
        members = what.split("+")
        found[name] = _together(name, members, found, text) if len(members) > 1 else _alone(name, Path(what))
    return found


def _alone(name: str, folder: Path) -> LightGBMPredictor | ModelUnavailable:
    try:
        return load_predictor(folder)
    except ModelUnavailable as error:
        _log.error("model %s cannot answer: %s", name, error)
        return error


def _together(name: str, members: Sequence[str], found: Named, text: str) -> Ensemble | ModelUnavailable:
    for member in members:
        if member not in found:
            raise _wrong(text, f"{name!r} is made of {member!r}, which does not stand before it")
        if isinstance(found[member], ModelUnavailable):
            return ModelUnavailable(f"{name} needs {member}, which cannot answer: {found[member]}")
    return Ensemble({member: found[member] for member in members})


def _wrong(text: str, reason: str) -> SettingsError:
    return SettingsError(
        f"MOVIE_SERVICE_MODELS is {text!r}, but {reason}.",
        "set MOVIE_SERVICE_MODELS=small=build/small,large=build/large,both=small+large",
    )

"""LightGBM's C library, asked directly.

`import lightgbm` costs 0.7 to 1.3 s of CPU (numpy, scipy, and scikit-learn when installed) and its `predict`
about 33 µs for one row. The library's own call for one row costs about 11 µs and needs none of these imports.
Results are bit-equal to `lightgbm.Booster.predict`.
"""

import ctypes
import importlib.util
from array import array
from functools import cache
from pathlib import Path
from typing import Final

from movie_service.errors import ModelUnavailable

# Constants of LightGBM's c_api.h.
_FLOAT64: Final = 1
_ROW_MAJOR: Final = 1
_PREDICT_NORMAL: Final = 0
_FIRST_TREE: Final = 0
_ALL_TREES: Final = -1

# One process per core: a second OpenMP thread would take its time from the neighbour.
_PARAMETERS: Final = b"num_threads=1 verbosity=-1"

_LIBRARY_FILES: Final = (
    "lib/lib_lightgbm.so",
    "lib/lib_lightgbm.dylib",
    "bin/lib_lightgbm.dll",
    "lib/lib_lightgbm.dll",
)

# LightGBM writes its remarks to stdout, where the access log is. Kept here: C holds no reference to it.
_DISCARD: Final = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda _message: None)


def find_library() -> Path:
    """Where the installed lightgbm keeps its C library; lightgbm itself is not imported."""
    spec = importlib.util.find_spec("lightgbm")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for name in _LIBRARY_FILES:
            path = Path(folder, name)
            if path.is_file():
                return path
    raise ModelUnavailable(
        "The package lightgbm, or the C library inside it, is not installed. "
        "Install it with 'pip install lightgbm', then restart the service."
    )


def open_library(path: Path) -> ctypes.CDLL:
    """Load the C library; a missing OpenMP runtime is explained."""
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise ModelUnavailable(_explain(path, str(error))) from None
    library.LGBM_GetLastError.restype = ctypes.c_char_p
    library.LGBM_RegisterLogCallback(_DISCARD)
    return library


def _explain(path: Path, reason: str) -> str:
    # Slim container images come without it: LightGBM links it, and no Python package brings it.
    if "gomp" in reason or "libomp" in reason:
        return (
            f"{path}: LightGBM needs the OpenMP runtime, which is not installed ({reason}). "
            "Install it with 'apt-get install libgomp1' on Debian or 'brew install libomp' on macOS, "
            "then restart the service."
        )
    return f"{path}: the library cannot be loaded ({reason}). Install lightgbm again, then restart the service."


@cache
def lightgbm_library() -> ctypes.CDLL:
    """The installed library, loaded once per process."""
    return open_library(find_library())


class Booster:
    """One loaded model, for one thread at a time.

    The buffers of the single-row call belong to the object, so two threads need two boosters. A model is
    about a megabyte: a second copy is cheaper than a lock on the way of every request.
    """

    def __init__(self, model_text: bytes, library: ctypes.CDLL | None = None) -> None:
        self._library = library or lightgbm_library()
        self._handle = ctypes.c_void_p()
        self._fast = ctypes.c_void_p()
        trees = ctypes.c_int()
        self._call("LGBM_BoosterLoadModelFromString", model_text, ctypes.byref(trees), ctypes.byref(self._handle))
        self.width = self._feature_count()
        self._prepare_single_row()

    def _feature_count(self) -> int:
        width = ctypes.c_int()
        self._call("LGBM_BoosterGetNumFeature", self._handle, ctypes.byref(width))
        return width.value

    def _prepare_single_row(self) -> None:
        """Let LightGBM read its parameters once; each call then brings only the row."""
        self._call(
            "LGBM_BoosterPredictForMatSingleRowFastInit",
            self._handle,
            ctypes.c_int(_PREDICT_NORMAL),
            ctypes.c_int(_FIRST_TREE),
            ctypes.c_int(_ALL_TREES),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(self.width),
            _PARAMETERS,
            ctypes.byref(self._fast),
        )
        self._score = ctypes.c_double()
        self._count = ctypes.c_int64()
        # Pointers made once: making them per call costs more than the first ten trees.
        self._score_at = ctypes.byref(self._score)
        self._count_at = ctypes.byref(self._count)
        self._single_row = self._library.LGBM_BoosterPredictForMatSingleRowFast
        self._void = ctypes.c_void_p

    def predict_row(self, row: "array[float]") -> float:
        """Score one row of `width` doubles."""
        address, length = row.buffer_info()
        if length != self.width:
            raise ValueError(f"A row has {length} values, the model takes {self.width}.")
        status = self._single_row(self._fast, self._void(address), self._count_at, self._score_at)
        if status != 0:
            raise RuntimeError(self._last_error())
        return self._score.value

    def predict_rows(self, rows: "array[float]") -> list[float]:
        """Score many rows that lie one after the other in `rows`."""
        address, length = rows.buffer_info()
        count, rest = divmod(length, self.width)
        if rest:
            raise ValueError(f"{length} values are no whole rows of {self.width}.")
        scores = array("d", bytes(8 * count))
        self._call(
            "LGBM_BoosterPredictForMat",
            self._handle,
            ctypes.c_void_p(address),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(count),
            ctypes.c_int32(self.width),
            ctypes.c_int(_ROW_MAJOR),
            ctypes.c_int(_PREDICT_NORMAL),
            ctypes.c_int(_FIRST_TREE),
            ctypes.c_int(_ALL_TREES),
            _PARAMETERS,
            self._count_at,
            ctypes.c_void_p(scores.buffer_info()[0]),
        )
        return scores.tolist()

    def _call(self, name: str, *arguments: object) -> None:
        if getattr(self._library, name)(*arguments) != 0:
            raise RuntimeError(self._last_error())

    def _last_error(self) -> str:
        message: bytes = self._library.LGBM_GetLastError()
        return f"LightGBM: {message.decode('utf-8', 'replace')}"

    def __del__(self) -> None:
        if getattr(self, "_fast", None):
            self._library.LGBM_FastConfigFree(self._fast)
        if getattr(self, "_handle", None):
            self._library.LGBM_BoosterFree(self._handle)

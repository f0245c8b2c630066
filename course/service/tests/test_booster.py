"""LightGBM's C library: found without importing lightgbm, loaded once, its faults explained."""

import gc
import subprocess
import sys
from array import array

import pytest
from movie_service import booster
from movie_service.errors import ModelUnavailable


@pytest.fixture
def model(bundle):
    return booster.Booster((bundle / "model.txt").read_bytes())


def test_missing_openmp_runtime_is_explained(tmp_path):
    """A copy of the real library that asks for a libgomp which no machine has."""
    library = tmp_path / "lib_lightgbm.so"
    library.write_bytes(booster.find_library().read_bytes().replace(b"libgomp.so.1", b"libgomp.so.7"))

    with pytest.raises(ModelUnavailable) as refused:
        booster.open_library(library)

    assert str(refused.value) == (
        f"{library}: LightGBM needs the OpenMP runtime, which is not installed (libgomp.so.7: cannot open "
        "shared object file: No such file or directory). Install it with 'apt-get install libgomp1' on Debian "
        "or 'brew install libomp' on macOS, then restart the service."
    )


def test_library_that_is_none_is_explained(tmp_path):
    library = tmp_path / "lib_lightgbm.so"
    library.write_bytes(b"")

    with pytest.raises(ModelUnavailable) as refused:
        booster.open_library(library)

    assert str(refused.value) == (
        f"{library}: the library cannot be loaded ({library}: file too short). "
        "Install lightgbm again, then restart the service."
    )


def test_missing_lightgbm_is_explained(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.delitem(sys.modules, "lightgbm", raising=False)

    with pytest.raises(ModelUnavailable) as refused:
        booster.find_library()

    assert str(refused.value) == (
        "The package lightgbm, or the C library inside it, is not installed. "
        "Install it with 'pip install lightgbm', then restart the service."
    )


def test_row_of_wrong_length_is_refused(model):
    with pytest.raises(ValueError, match=r"^A row has 3 values, the model takes 28\.$"):
        model.predict_row(array("d", [1, 2, 3]))
    with pytest.raises(ValueError, match=r"^29 values are no whole rows of 28\.$"):
        model.predict_rows(array("d", [0.0] * 29))


def test_no_rows_have_no_scores(model):
    assert model.predict_rows(array("d")) == []


@pytest.mark.slow
def test_model_that_lightgbm_refuses():
    with pytest.raises(RuntimeError, match=r"^LightGBM: Model file doesn't specify the number of classes$"):
        booster.Booster(b"nonsense")

    gc.collect()  # the half-made object frees what it holds, and nothing else


@pytest.mark.slow
def test_serving_imports_no_heavy_package(bundle):
    """Each of these would cost more start-up time than the whole service."""
    code = (
        "import sys; from pathlib import Path; from movie_service.app import create_app; "
        "from movie_service.settings import Settings; "
        "app = create_app(settings=Settings(model_dir=Path(sys.argv[1]), access_log='off')); "
        "assert app.state.service.model.version == '1.0.0'; "
        "print([n for n in ('lightgbm', 'numpy', 'scipy', 'pandas', 'sklearn', 'boto3') if n in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code, str(bundle)], capture_output=True, text=True, check=False)

    assert (done.stdout, done.stderr) == ("[]\n", "")

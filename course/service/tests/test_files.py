"""A file of requests becomes a file of predictions: nothing lost, nothing twice, whenever it is killed."""

import csv
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from movie_service.errors import SettingsError
from movie_service.files import __main__ as command
from movie_service.files import job
from movie_service.files.formats import FIELDS, format_of
from pyarrow import parquet

# Ends itself as `kill -9` would, in the middle of the piece that it is told.
KILLED = """
import os, sys
from movie_service.files import __main__ as command, job
left = int(sys.argv.pop(1))
real = job.scored
def scored(rows, model):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), 9)
    return real(rows, model)
job.scored = scored
sys.exit(command.main(sys.argv[1:]))
"""
PEAK = """
import resource, sys
from movie_service.files.__main__ import main
main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _requests(asked):
    return [{"id": f"r{number}", **one.model_dump()} for number, one in enumerate(asked)]


def _write_csv(path, rows):
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def _write(path, rows):
    if path.suffix == ".csv":
        return _write_csv(path, rows)
    parquet.write_table(pa.Table.from_pylist(rows), path)
    return path


def _read(path):
    if path.suffix == ".parquet":
        return parquet.read_table(path).to_pylist()
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def _score(source, target, bundle, *more):
    return command.main(["score", str(source), str(target), "--model", str(bundle), "--piece", "100", *more])


@pytest.mark.parametrize("source", ["in.csv", "in.parquet"])
@pytest.mark.parametrize("target", ["out.csv", "out.parquet"])
def test_rows_keep_their_order_and_get_the_scores_of_the_service(tmp_path, bundle, predictor, asked, source, target):  # noqa: PLR0917
    rows = _requests(asked)

    assert _score(_write(tmp_path / source, rows), tmp_path / target, bundle) == 0

    found = _read(tmp_path / target)
    assert [one["id"] for one in found] == [one["id"] for one in rows]
    assert [float(one["prediction"]) for one in found] == [predictor.score(one) for one in asked]
    assert {str(one["model_version"]) for one in found} == {"1.0.0"}
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source, target])


def test_wrong_rows_get_a_sentence_and_stay_where_they_are(tmp_path, bundle, asked, capsys):
    rows = _requests(asked[:250])
    rows[3]["age"], rows[5]["age"], rows[120]["movie_id"], rows[249]["gender"] = "old", -1, 99999, "X"

    assert _score(_write_csv(tmp_path / "in.csv", rows), tmp_path / "out.csv", bundle) == 1

    found = _read(tmp_path / "out.csv")
    assert {one["id"]: one["error"] for one in found if one["error"]} == {
        "r3": "age: Input should be a valid integer.",
        "r5": "age: Input should be greater than or equal to 1.",
        "r120": "Movie 99999 is not in the model's catalogue.",
        "r249": "gender: Input should be 'F' or 'M'.",
    }
    assert [one["prediction"] == "" for one in found].count(True) == 4
    told = capsys.readouterr()
    assert told.out == (f"{tmp_path / 'out.csv'}: 250 rows by model 1.0.0; 4 were refused, column 'error' says why\n")
    assert told.err == ""


def test_progress_says_share_rows_and_time_left(monkeypatch, capsys):
    now = iter([0.0, 1.0, 6.0, 7.0])
    monkeypatch.setattr(command, "monotonic", lambda: next(now))
    shown = command.Shown()

    for rows, share in ((1000, 0.1), (4000, 0.4), (5000, 0.5)):
        shown(rows, share)

    assert capsys.readouterr().err == " 40%         4,000 rows       9 s left\n"


@pytest.mark.slow
@pytest.mark.parametrize("killed_in", [0, 1, 4, 9])
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_killed_and_started_again_it_gives_the_same_file(tmp_path, bundle, asked, killed_in, ending, capsys):  # noqa: PLR0917
    source, target, whole = (tmp_path / f"{name}.{ending}" for name in ("in", "out", "whole"))
    _write(source, _requests(asked))
    _score(source, whole, bundle)
    words = ["score", str(source), str(target), "--model", str(bundle), "--piece", "100"]

    died = subprocess.run([sys.executable, "-c", KILLED, str(killed_in), *words], capture_output=True, check=False)
    there = target.exists()
    capsys.readouterr()
    code = _score(source, target, bundle)

    assert (died.returncode, there, code) == (-9, False, 0)
    assert target.read_bytes() == whole.read_bytes()
    earlier = f", {killed_in * 100} of them by an earlier start" if killed_in else ""
    assert capsys.readouterr().out == f"{target}: 1,000 rows by model 1.0.0{earlier}\n"


@pytest.mark.slow
def test_pieces_of_another_job_are_not_mixed_in(tmp_path, bundle, second_bundle, asked, capsys):
    source, target = _write_csv(tmp_path / "in.csv", _requests(asked)), tmp_path / "out.csv"
    words = ["score", str(source), str(target), "--model", str(bundle), "--piece", "100"]
    subprocess.run([sys.executable, "-c", KILLED, "2", *words], capture_output=True, check=False)
    folder = tmp_path / "out.csv.pieces"

    assert _score(source, target, second_bundle) == 2

    assert capsys.readouterr().err == (
        f"error: {folder} was begun with another file, model or size of pieces.\n"
        f"try: go on with those, or start anew: rm -r {folder}\n"
    )


def test_two_processes_never_write_one_target(tmp_path, bundle, predictor, asked):
    source, target = _write_csv(tmp_path / "in.csv", _requests(asked)), tmp_path / "out.csv"

    with job._folder(source, target, predictor, 100), pytest.raises(SettingsError) as refused:
        job.score(source, target, predictor, size=100, progress=print)

    assert str(refused.value) == f"{target} is being written by another process."


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"user_id": 1}], "has no column 'movie_id'."),
        ([{**dict.fromkeys(FIELDS, 1), "error": ""}], "has a column 'error' already."),
    ],
)
def test_file_with_other_columns_is_refused(tmp_path, bundle, rows, said, capsys):
    source = _write_csv(tmp_path / "in.csv", rows)

    assert _score(source, tmp_path / "out.csv", bundle) == 2
    assert capsys.readouterr().err.startswith(f"error: {source} {said}\n")


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("in.csv", "out.txt", "'out.txt' is neither .csv nor .parquet."),
        ("in.csv", "in.csv", "{folder}/in.csv would take the place of what it is made from."),
        ("none.csv", "out.csv", "{folder}/none.csv cannot be read (No such file or directory)."),
        ("empty.csv", "out.csv", "{folder}/empty.csv has no rows."),
    ],
)
def test_misuse_is_told_in_one_sentence(tmp_path, bundle, asked, source, target, said, capsys):  # noqa: PLR0917
    _write_csv(tmp_path / "in.csv", _requests(asked[:2]))
    (tmp_path / "empty.csv").write_text(",".join(FIELDS) + "\n")

    assert _score(tmp_path / source, tmp_path / target, bundle) == 2
    assert capsys.readouterr().err.splitlines()[0] == "error: " + said.format(folder=tmp_path)


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(SettingsError) as refused:
        format_of(Path("a.parquet"))

    assert str(refused.value) == "Parquet needs the package pyarrow."
    assert refused.value.advice == "pip install 'movie-service[ship]', or use .csv"


def test_without_a_model_nothing_is_begun(tmp_path, asked):
    source = _write_csv(tmp_path / "in.csv", _requests(asked[:2]))

    assert _score(source, tmp_path / "out.csv", tmp_path / "none") == 3
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory has another unit elsewhere")
def test_memory_does_not_grow_with_the_file(tmp_path, bundle, asked):
    peaks = []
    for times in (2, 40):
        source = _write_csv(tmp_path / f"in{times}.csv", _requests(asked) * times)
        words = ["score", str(source), str(tmp_path / f"out{times}.csv"), "--model", str(bundle), "--piece", "1000"]
        done = subprocess.run([sys.executable, "-c", PEAK, *words], capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout.splitlines()[-1]))

    # In kilobytes; all rows of the larger file would take thirty megabytes.
    assert peaks[1] - peaks[0] < 8_000

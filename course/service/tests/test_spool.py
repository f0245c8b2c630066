"""The files of the prediction log: what is appended stays, what is half never counts."""

import json
import os
import resource
import signal
import subprocess
import sys

import pytest
from movie_service.prediction_log.spool import Spool
from movie_service.uploader import segments

FULL = """
import os, resource, signal, sys
from pathlib import Path
from movie_service.prediction_log.spool import Spool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
spool = Spool(Path(sys.argv[1]), segment_bytes=10**9, segment_seconds=60)
line = b'{"kind":"x","text":"' + b"x" * 977 + b'"}\\n'
spool.append(line)
size = next(Path(sys.argv[1]).glob("*.open")).stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 1500, resource.RLIM_INFINITY))
kept = 1
for _ in range(3):
    try:
        spool.append(line)
        kept += 1
    except OSError:
        pass
print(kept)
spool.close()
"""


def _spool(folder, *, segment_bytes=10**9, segment_seconds=60.0):
    return Spool(folder, segment_bytes=segment_bytes, segment_seconds=segment_seconds)


def _line(number):
    return b'{"kind":"test","number":%d}\n' % number


def _numbers(paths):
    return [one["number"] for path in paths for one in segments.read(path).records if one["kind"] == "test"]


def test_what_is_appended_is_read_back(tmp_path):
    spool = _spool(tmp_path)
    for number in range(5):
        spool.append(_line(number))
    spool.close()

    (path,) = segments.closed(tmp_path)
    assert _numbers([path]) == [0, 1, 2, 3, 4]
    assert segments.read(path).records[0] == {"kind": "segment", "name": path.stem, "schema": 1}


def test_open_file_of_a_living_writer_is_left_alone(tmp_path):
    spool = _spool(tmp_path)
    spool.append(_line(1))

    assert segments.closed(tmp_path) == []
    spool.close()
    assert len(segments.closed(tmp_path)) == 1


@pytest.mark.slow
def test_file_of_a_killed_writer_is_taken_over(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from movie_service.prediction_log.spool import Spool; "
        "spool = Spool(Path(sys.argv[1]), segment_bytes=10**9, segment_seconds=60); "
        """spool.append(b'{"kind":"test","number":7}\\n'); os.kill(os.getpid(), 9)"""
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)

    assert done.returncode == -signal.SIGKILL
    assert _numbers(segments.closed(tmp_path)) == [7]


def test_half_a_last_line_is_left_out(tmp_path):
    spool = _spool(tmp_path)
    spool.append(_line(1))
    spool.append(b'{"kind":"test","numb')
    spool.close()

    assert _numbers(segments.closed(tmp_path)) == [1]


def test_size_and_age_close_a_segment(tmp_path):
    large = _spool(tmp_path, segment_bytes=200)
    for number in range(10):
        large.rotate_when_due()
        large.append(_line(number))
    large.close()
    old = _spool(tmp_path, segment_seconds=1e-9)
    old.append(_line(10))
    old.rotate_when_due()

    paths = segments.closed(tmp_path)
    assert _numbers(paths) == list(range(11))
    assert len(paths) > 2


def test_wall_clock_that_jumps_back_changes_nothing(tmp_path, monkeypatch):
    """Names would sort differently; no file is reused, closed or kept open because of it."""
    spool = _spool(tmp_path, segment_bytes=100)
    for number, now in enumerate((2_000, 1_000, 3_000)):
        monkeypatch.setattr("movie_service.prediction_log.spool.time_ns", lambda now=now: now)
        spool.append(_line(number) * 4)
        spool.rotate_when_due()

    paths = segments.closed(tmp_path)
    assert sorted(set(_numbers(paths))) == [0, 1, 2]
    assert len(paths) == 3


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="this system has no limit for file sizes")
def test_full_disk_keeps_whole_lines_only(tmp_path):
    """The limit of a file's size stands for the disk: it too takes a part of a write, then refuses."""
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)

    (path,) = segments.closed(tmp_path)
    kept = [one for one in segments.read(path).records if one["kind"] == "x"]
    assert len(kept) == int(done.stdout) == 2
    assert path.read_bytes().endswith(b"\n")


def test_folder_that_cannot_be_made_is_an_error_of_the_append(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(NotADirectoryError):
        _spool(tmp_path / "file" / "spool").append(_line(1))


def test_two_spools_never_share_a_file(tmp_path):
    spools = [_spool(tmp_path) for _ in range(3)]
    for number, spool in enumerate(spools):
        spool.append(_line(number))

    assert len(list(tmp_path.glob("*.open"))) == 3
    for spool in spools:
        spool.close()


def test_lines_are_json_for_other_tools(tmp_path):
    spool = _spool(tmp_path)
    spool.append(_line(1))
    spool.close()

    (path,) = tmp_path.glob("*.ready")
    assert [json.loads(line)["kind"] for line in path.read_text().splitlines()] == ["segment", "test"]
    assert os.stat(path).st_mode & 0o007 == 0

"""The spool's files become Parquet in a bucket, once, and can be forgotten."""

import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pyarrow.parquet as pq
import pytest
from movie_service.prediction_log import SpoolJournal
from movie_service.prediction_log.journal import Answered
from movie_service.prediction_log.records import Pseudonyms
from movie_service.prediction_log.spool import Spool
from movie_service.uploader import erase, segments, tables
from movie_service.uploader.__main__ import main
from movie_service.uploader.ship import ship
from movie_service.uploader.store import Store

pytestmark = pytest.mark.slow

KEY = bytes(32)
USER = Pseudonyms(KEY).of(259)


@pytest.fixture
def store(bucket):
    return Store.at(bucket)


@pytest.fixture
def log(tmp_path, predictor, asked):
    """Writes predictions of the first requests into a closed segment."""

    def write(count=3, *, version="1.0.0", names=None, prefix="r"):
        journal = SpoolJournal(Spool(tmp_path, segment_bytes=10**9, segment_seconds=60), Pseudonyms(KEY), required=True)
        some = asked[:count]
        rows = predictor.rows(some)
        names = names or predictor.feature_names
        for number, one in enumerate(some):
            row = rows[number * len(names) : (number + 1) * len(names)]
            journal.predictions(Answered(f"{prefix}{number}", (one,), (0.6,), 0.5, version, names, row))
        journal.feedback({"request_id": f"{prefix}0", "item": 0, "label": 1, "verdict": None})
        journal.close()

    return write


def _rows(store, table):
    found = [store.get(key) for key in store.keys(f"{table}/")]
    return tables.unified(found).to_pylist() if found else []


def test_records_arrive_in_hive_partitions(log, store, tmp_path, asked):
    log(3)

    shipped = ship(tmp_path, store)

    today = datetime.now(UTC).strftime("%Y-%m-%d")
    (key,) = store.keys("predictions/")
    assert key.startswith(f"predictions/dt={today}/") and key.endswith(".parquet")
    rows = _rows(store, "predictions")
    assert [row["request_id"] for row in rows] == ["r0", "r1", "r2"]
    assert [row["feature_age"] for row in rows] == [one.age for one in asked[:3]]
    assert [row["label"] for row in _rows(store, "feedback")] == [1]
    assert shipped == 6 and segments.closed(tmp_path) == []


def test_repeated_upload_is_no_duplicate(log, store, tmp_path):
    """Killed between upload and removal, the uploader meets the segment again."""
    log(3)
    (path,) = segments.closed(tmp_path)
    content = path.read_bytes()
    ship(tmp_path, store)
    path.write_bytes(content)

    ship(tmp_path, store)

    assert len(_rows(store, "predictions")) == 3


def test_records_of_two_days_go_to_two_partitions(store, tmp_path):
    day = 86_400_000_000
    lines = [
        b'{"kind":"feedback","request_id":"a","item":0,"time":%d,"label":1,"verdict":null}\n' % (20_000 * day + step)
        for step in (-1, 0)
    ]
    (tmp_path / "x.ready").write_bytes(b"".join(lines))

    ship(tmp_path, store)

    assert [key.split("/")[1] for key in store.keys("feedback/")] == ["dt=2024-10-03", "dt=2024-10-04"]


def test_schema_grows(log, store, tmp_path, predictor):
    """A new feature is a new column, null in older files; an unknown field is kept."""
    log(1, prefix="old")
    names = ["feature_new" if name == "age" else name for name in predictor.feature_names]
    log(1, version="2.0.0", names=names, prefix="new")
    line = b'{"kind":"feedback","request_id":"z","item":0,"time":1,"label":1,"verdict":null,"stars":5}\n'
    (tmp_path / "z.ready").write_bytes(line)

    ship(tmp_path, store)

    old, new = sorted(_rows(store, "predictions"), key=lambda row: row["model_version"])
    assert (old["feature_feature_new"], new["feature_age"]) == (None, None)
    assert old["feature_age"] == new["feature_feature_new"]
    assert [row["more"] for row in _rows(store, "feedback") if row["more"]] == ['{"stars":5}']


def test_outage_keeps_everything_for_the_next_round(log, bucket, tmp_path, caplog):
    log(2)
    words = ["ship", "--spool", str(tmp_path), "--to", bucket, "--once"]

    assert main([*words, "--endpoint", "http://127.0.0.1:9"]) == 1
    assert "the bucket cannot be used, trying again later" in caplog.text
    assert main(words) == 0
    assert len(_rows(Store.at(bucket), "predictions")) == 2


def test_unreadable_file_does_not_stop_the_others(log, store, tmp_path, caplog):
    (tmp_path / "0-broken.ready").write_bytes(b"\0\0\0\n")
    log(1)

    ship(tmp_path, store)

    assert len(_rows(store, "predictions")) == 1
    assert (tmp_path / "0-broken.bad").exists()
    assert "is kept as *.bad. Mend the line, rename it to *.ready, and it goes out." in caplog.text


def test_user_is_erased_everywhere(log, store, tmp_path, asked):
    """In the bucket, on the way there, and in the feedback about the answers."""
    user = Pseudonyms(KEY).of(asked[0].user_id)
    others = sum(one.user_id != asked[0].user_id for one in asked[:20])
    log(20, prefix="stored")
    ship(tmp_path, store)
    log(20, prefix="waiting")

    erase.mark(store, user)
    rows, _ = erase.sweep(store)
    ship(tmp_path, store)

    assert rows == (20 - others) + 1
    left = _rows(store, "predictions")
    assert len(left) == 2 * others
    assert user not in {row["user"] for row in left}
    assert _rows(store, "feedback") == []


def test_late_repetition_brings_nothing_back(log, store, tmp_path, asked):
    log(1)
    (path,) = segments.closed(tmp_path)
    content = path.read_bytes()
    ship(tmp_path, store)
    erase.mark(store, Pseudonyms(KEY).of(asked[0].user_id))
    erase.sweep(store)
    path.write_bytes(content)

    ship(tmp_path, store)

    assert _rows(store, "predictions") == []


def test_user_who_comes_back_is_kept(log, store, tmp_path, asked):
    erase.mark(store, Pseudonyms(KEY).of(asked[0].user_id))
    log(1)

    ship(tmp_path, store)
    erase.sweep(store)

    assert len(_rows(store, "predictions")) == 1


def test_retention_removes_old_days_only(store):
    today = datetime.now(UTC)
    for age in (0, 29, 31, 400):
        store.replace(f"predictions/dt={today - timedelta(days=age):%Y-%m-%d}/x.parquet", b"")

    _, removed = erase.sweep(store, keep_days=30)

    assert removed == 2
    assert len(list(store.keys("predictions/"))) == 2


def test_erase_by_command_line(log, bucket, tmp_path, asked, capsys):
    log(5)
    (tmp_path / "key").write_text(KEY.hex())
    user = str(asked[0].user_id)
    main(["ship", "--spool", str(tmp_path), "--to", bucket, "--once"])

    status = main(["erase", "--user", user, "--key", str(tmp_path / "key"), "--to", bucket])

    assert status == 0
    count = sum(one.user_id == asked[0].user_id for one in asked[:5]) + 1
    assert capsys.readouterr().out == f"erased {count} rows, removed 0 objects that were too old\n"


def test_second_uploader_on_one_spool_is_refused(bucket, tmp_path, capsys):
    with segments.alone(tmp_path):
        status = main(["ship", "--spool", str(tmp_path), "--to", bucket, "--once"])

    assert status == 2
    assert capsys.readouterr().err == (
        f"error: Another uploader works on {str(tmp_path)!r}.\ntry: stop that one first\n"
    )


def test_wrong_address_is_refused(capsys):
    assert main(["sweep", "--to", "bucket/prefix"]) == 2
    assert capsys.readouterr().err == (
        "error: 'bucket/prefix' is not an address such as 's3://bucket/prefix'.\n"
        "try: python -m movie_service.uploader --help\n"
    )


def test_parquet_is_compressed_and_typed(log, store, tmp_path):
    log(2)
    ship(tmp_path, store)
    (key,) = store.keys("predictions/")

    file = pq.ParquetFile(io.BytesIO(store.get(key)))

    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert str(file.schema_arrow.field("time").type) == "timestamp[us, tz=UTC]"


def test_serving_process_imports_neither_boto3_nor_pyarrow(bundle, tmp_path):
    code = (
        "import sys; from pathlib import Path; from movie_service.app import create_app; "
        "from movie_service.settings import Settings; "
        "create_app(settings=Settings(model_dir=Path(sys.argv[1]), prediction_log='required', "
        "spool_dir=Path(sys.argv[2]))); "
        "print([n for n in ('boto3', 'botocore', 'pyarrow', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(bundle), str(tmp_path)], capture_output=True, text=True, check=False
    )

    assert (done.stdout, done.stderr) == ("[]\n", "")

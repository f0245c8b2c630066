"""POST /predict and POST /feedback leave records; what happens when they cannot."""

import errno
import math
import os

import pytest
from movie_service.app import Parts
from movie_service.errors import SettingsError
from movie_service.prediction_log import SpoolJournal, open_journal
from movie_service.prediction_log.records import Pseudonyms, read_key
from movie_service.prediction_log.spool import Spool
from movie_service.settings import Settings
from movie_service.uploader import segments

KEY = bytes(32)
FEEDBACK = {"request_id": "abc-1", "label": 1}


class FullSpool(Spool):
    """A spool on a disk without room."""

    def append(self, lines):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _journal(folder, *, required=True, kind=Spool):
    return SpoolJournal(kind(folder, segment_bytes=10**9, segment_seconds=60), Pseudonyms(KEY), required=required)


@pytest.fixture
def logged(tmp_path, client_of, predictor):
    """A client, and a function that closes the log and reads it."""
    journal = _journal(tmp_path)

    def read():
        journal.close()
        return [one for path in segments.closed(tmp_path) for one in segments.read(path).records]

    return client_of(predictor, parts=Parts(journal=journal)), read


def test_record_has_question_answer_and_features(logged, example, predictor):
    client, read = logged

    reply = client.post("/predict", json=example, headers={"x-request-id": "abc-1"})

    _, model, record = read()
    assert model == {"kind": "model", "model_version": "1.0.0", "features": list(predictor.feature_names)}
    assert record.pop("time") > 1.7e15
    values = record.pop("features")
    assert len(values) == len(predictor.feature_names)
    assert values[0] == example["age"]
    assert record == {
        "kind": "prediction",
        "request_id": "abc-1",
        "item": 0,
        "user": Pseudonyms(KEY).of(259),
        "movie_id": 298,
        "age": 21,
        "gender": "M",
        "occupation": "student",
        "prediction": reply.json()["prediction"],
        "prediction_class": reply.json()["prediction_class"],
        "model_version": "1.0.0",
    }


def test_missing_feature_is_null_not_zero(logged, example, predictor):
    client, read = logged

    client.post("/predict", json={**example, "movie_id": 7})

    *_, record = read()
    assert record["features"][predictor.feature_names.index("year")] is None


def test_batch_has_a_record_per_item_and_names_the_model_once(logged, example):
    client, read = logged
    movies = [298, 7, 8]

    reply = client.post("/predict/batch", json={"requests": [{**example, "movie_id": movie} for movie in movies]})

    records = read()
    assert [one["kind"] for one in records] == ["segment", "model", *["prediction"] * 3]
    assert [(one["item"], one["movie_id"]) for one in records[2:]] == [(0, 298), (1, 7), (2, 8)]
    assert len({one["request_id"] for one in records[2:]}) == 1
    assert [one["prediction"] for one in records[2:]] == [one["prediction"] for one in reply.json()["predictions"]]


def test_refused_request_leaves_no_record(logged, example):
    client, read = logged

    client.post("/predict", json={**example, "age": 0})
    client.post("/predict", json={**example, "movie_id": 10**9})

    assert read() == []


def test_model_without_features_is_logged_too(tmp_path, client_of, stub, example):
    journal = _journal(tmp_path)

    client_of(stub, parts=Parts(journal=journal)).post("/predict", json=example)
    journal.close()

    *_, record = segments.read(segments.closed(tmp_path)[0]).records
    assert (record["features"], record["prediction"]) == (None, 21 / 200)


def test_required_log_on_a_full_disk_answers_503(tmp_path, client_of, predictor, example):
    client = client_of(predictor, parts=Parts(journal=_journal(tmp_path, kind=FullSpool)))

    reply = client.post("/predict", json=example)

    assert reply.status_code == 503
    assert reply.headers["retry-after"] == "5"
    assert reply.json() == {
        "type": "urn:movie-service:log-unavailable",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "The answer cannot be kept in the prediction log (No space left on device), and it is required here.",
        "errors": [],
    }


def test_best_effort_log_on_a_full_disk_answers_and_counts(tmp_path, client_of, predictor, example):
    journal = _journal(tmp_path, required=False, kind=FullSpool)
    client = client_of(predictor, parts=Parts(journal=journal))

    statuses = [client.post("/predict", json=example).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert "movie_service_prediction_log_dropped_total 3.0" in client.get("/metrics").text


def test_model_is_named_again_after_a_failed_append(tmp_path, client_of, predictor, example):
    """The line that names the features was lost with the record; without it the next one could not be read."""
    journal = _journal(tmp_path, required=False)
    client = client_of(predictor, parts=Parts(journal=journal))
    whole, journal._spool.append = journal._spool.append, FullSpool.append.__get__(journal._spool)
    client.post("/predict", json=example)
    journal._spool.append = whole

    client.post("/predict", json=example)
    journal.close()

    assert [one["kind"] for one in segments.read(segments.closed(tmp_path)[0]).records] == [
        "segment", "model", "prediction",
    ]  # fmt: skip


def test_feedback_is_kept(logged):
    client, read = logged

    reply = client.post("/feedback", json={**FEEDBACK, "verdict": "wrong", "item": 2})

    assert (reply.status_code, reply.json()) == (202, {"status": "kept"})
    record = read()[-1]
    assert record.pop("time") > 1.7e15
    assert record == {"kind": "feedback", "request_id": "abc-1", "item": 2, "label": 1, "verdict": "wrong"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"request_id": "abc"}, "Give 'label' or 'verdict', or both."),
        ({"request_id": "", "label": 1}, "String should match pattern '^[A-Za-z0-9._:-]{1,64}$'."),
        ({"request_id": "abc", "label": 2}, "Input should be less than or equal to 1."),
        ({"request_id": "abc", "label": False}, "Input should be a valid integer."),
        ({"request_id": "abc", "label": None}, "Input should be a valid integer."),
        ({"request_id": "abc", "verdict": "so-so"}, "Input should be 'right' or 'wrong'."),
        ({"request_id": "abc", "label": 1, "item": -1}, "Input should be greater than or equal to 0."),
    ],
)
def test_wrong_feedback_is_refused(logged, body, message):
    client, read = logged

    reply = client.post("/feedback", json=body)

    assert (reply.status_code, reply.json()["errors"][0]["message"]) == (422, message)
    assert read() == []


def test_feedback_that_nobody_would_keep_is_refused(client):
    reply = client.post("/feedback", json=FEEDBACK)

    assert (reply.status_code, reply.json()["detail"]) == (
        503,
        "Feedback is not kept here: the prediction log is off. Set MOVIE_SERVICE_PREDICTION_LOG.",
    )


def test_feedback_on_a_full_disk_is_refused_even_with_best_effort(tmp_path, client_of, predictor):
    client = client_of(predictor, parts=Parts(journal=_journal(tmp_path, required=False, kind=FullSpool)))

    assert client.post("/feedback", json=FEEDBACK).json()["type"] == "urn:movie-service:log-unavailable"


def test_key_is_made_once_and_private(tmp_path):
    path = tmp_path / "spool" / "pseudonym.key"

    first, second = read_key(path), read_key(path)

    assert first == second and len(first) == 32
    assert path.stat().st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]


def test_wrong_key_says_what_to_do(tmp_path):
    path = tmp_path / "key"
    path.write_text("secret")

    with pytest.raises(SettingsError) as refused:
        open_journal(Settings(prediction_log="required", spool_dir=tmp_path, pseudonym_key_file=str(path)))

    assert str(refused.value) == (
        f"MOVIE_SERVICE_PSEUDONYM_KEY_FILE is {str(path)!r}, but that file does not hold 64 hexadecimal digits."
    )
    assert refused.value.advice == f"make a key with: python -c 'import secrets; print(secrets.token_hex())' > {path}"


def test_key_that_cannot_be_made_says_what_to_do(tmp_path):
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "key"

    with pytest.raises(SettingsError) as refused:
        read_key(path / "below")

    assert str(refused.value) == (
        f"MOVIE_SERVICE_PSEUDONYM_KEY_FILE is {str(path / 'below')!r}, "
        "but there is no key and none can be made (Not a directory)."
    )


def test_pseudonyms_depend_on_the_key_and_nothing_else():
    one, other = Pseudonyms(KEY), Pseudonyms(b"k" * 32)

    assert one.of(259) == Pseudonyms(KEY).of(259)
    assert one.of(259) != one.of(260)
    assert one.of(259) != other.of(259)
    assert not math.isnan(int(one.of(259), 16))


def test_off_writes_nothing(tmp_path, client_of, predictor, example):
    client_of(predictor, spool_dir=tmp_path / "spool").post("/predict", json=example)

    assert not (tmp_path / "spool").exists()

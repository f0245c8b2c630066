"""A service that follows the champion of a registry, and changes it for whoever may, without a failed request."""

import concurrent.futures
import http.client
import itertools
import json
import threading

import pytest
from movie_service.predictor import load_predictor
from movie_service.registry.catalog import Registry
from movie_service.registry.places import Folder
from movie_service.security import keys


def test_without_a_champion_the_service_is_not_ready(tmp_path, client_of):
    reply = client_of(None, registry_dir=str(tmp_path)).get("/health/ready")

    assert reply.status_code == 503
    assert reply.json()["detail"] == (
        f"No model is loaded. {tmp_path}: no version is champion. "
        f"python -m movie_service.registry --at {tmp_path} promote VERSION."
    )


@pytest.fixture
def admin(folder, tmp_path, client_of):
    """A client with the scope admin, and one with predict."""
    path = tmp_path / "keys.json"
    made = {name: {"X-API-Key": keys.new(path, name, [name])} for name in ("admin", "predict")}
    client = client_of(None, registry_dir=str(folder), auth="on", api_keys_file=str(path))
    return client, made


def test_admin_lists_promotes_and_rolls_back(admin):
    client, made = admin
    headers = made["admin"]

    listed = client.get("/admin/models", headers=headers).json()
    promoted = client.post("/admin/models/promote", json={"version": "2.0.0"}, headers=headers).json()
    back = client.post("/admin/models/rollback", headers=headers).json()

    assert listed["aliases"] == {"champion": "1.0.0", "challenger": None, "previous": None}
    assert promoted["aliases"] == {"champion": "2.0.0", "challenger": None, "previous": "1.0.0"}
    assert back["aliases"]["champion"] == "1.0.0"


def test_admin_says_what_cannot_be(admin):
    client, made = admin
    headers = made["admin"]

    unknown = client.post("/admin/models/promote", json={"version": "9"}, headers=headers)
    path = client.post("/admin/models/promote", json={"version": "../../etc"}, headers=headers)

    assert (unknown.status_code, unknown.json()["detail"]) == (409, "There is no version '9'. There are: 1.0.0, 2.0.0.")
    assert path.status_code == 422


def test_only_the_scope_admin_administers(admin, client_of, folder):
    client, made = admin

    assert client.get("/admin/models", headers=made["predict"]).json()["detail"] == (
        "This needs the scope 'admin', which 'predict' has not."
    )
    assert client.post("/admin/models/rollback").status_code == 401
    # Without authentication nobody administers, not even on loopback.
    assert client_of(None, registry_dir=str(folder)).post("/admin/models/rollback").status_code == 403


@pytest.mark.slow
def test_champion_that_cannot_be_loaded_changes_nothing(serve, folder, wait_for):
    process, url = serve(registry_dir=folder)
    (folder / "versions" / "2.0.0" / "model.txt").write_bytes(b"tree\n")

    # By hand: `promote` would refuse it.
    _, tag = Folder(folder).read("aliases.json")
    Folder(folder).change("aliases.json", b'{"champion": "2.0.0"}', tag)
    said = next(line for line in map(json.loads, process.stderr) if line["level"] == "error")

    assert said["message"].startswith("the new champion cannot be used, the model before it goes on answering: ")
    wait_for(url, "1.0.0")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("swaps", [pytest.param(2, marks=pytest.mark.slow), pytest.param(20, marks=pytest.mark.full)])
def test_swaps_under_load_fail_no_request(serve, folder, bundle, second_bundle, asked, *, wait_for, swaps):
    """500 requests a swap. None fails, and each answer is the whole answer of the version that it names."""
    _, url = serve(registry_dir=folder, access_log="off", prediction_log="required", spool_dir=folder / "spool")
    some = asked[:200]
    expected = {
        predictor.version: [predictor.score(one) for one in some]
        for predictor in (load_predictor(bundle), load_predictor(second_bundle))
    }
    bodies = [one.model_dump_json() for one in some]
    swapped, wrong, seen, count = threading.Event(), [], set(), itertools.count()

    def ask():
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
        done = 0
        while not swapped.is_set() or done < swaps * 125:
            number = next(count) % len(bodies)
            connection.request("POST", "/predict", bodies[number], {"Content-Type": "application/json"})
            reply = connection.getresponse()
            body = json.load(reply)
            version = body.get("model_version")
            seen.add(version)
            if reply.status != 200 or body["prediction"] != expected[version][number]:
                wrong.append((reply.status, body))
            done += 1
        connection.close()
        return done

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for number in range(swaps):
            version = "2.0.0" if number % 2 == 0 else "1.0.0"
            Registry(Folder(folder)).promote(version)
            wait_for(url, version)
        swapped.set()
        answered = sum(one.result() for one in asking)

    assert wrong == []
    assert answered >= swaps * 500
    assert seen == {"1.0.0", "2.0.0"}

"""The parts of the node that need no cluster: its files, its pause image, the doors between namespaces."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import subprocess
import tarfile

import pytest
import yaml

from course.engines import doors, kubernetes, kubernetes_build, node_files
from course.engines.found import EngineTrouble, missing
from course.engines.pause_image import TAG, write_image


@pytest.fixture
def folders(tmp_path):
    return node_files.Folders(tmp_path / "state", tmp_path / "data", tmp_path / "programs")


def test_the_pause_image_is_the_same_bytes_every_time(tmp_path):
    program = tmp_path / "pause"
    program.write_bytes(b"\x7fELF" + bytes(14) + b"\x3e\x00" + b"program")

    write_image(program, tmp_path / "one.tar")
    write_image(program, tmp_path / "two.tar")

    assert (tmp_path / "one.tar").read_bytes() == (tmp_path / "two.tar").read_bytes()
    with tarfile.open(tmp_path / "one.tar") as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
        config = json.load(tar.extractfile(manifest[0]["Config"]))
    assert manifest[0]["RepoTags"] == [TAG]
    assert (config["architecture"], config["config"]["Entrypoint"]) == ("amd64", ["/pause"])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl on the PATH")
def test_every_certificate_is_signed_by_the_one_authority(folders):
    node_files.write_certificates(folders)

    signed = [str(folders.pki / f"{name}.crt") for name in node_files.CERTIFICATES]
    done = subprocess.run(
        ["openssl", "verify", "-CAfile", str(folders.pki / "ca.crt"), *signed], capture_output=True, check=True
    )
    assert done.stdout.decode().count(": OK") == len(signed)
    admin = json.loads((folders.pki / "admin.conf").read_text())
    assert admin["clusters"][0]["cluster"]["server"] == "https://127.0.0.1:6443"


def test_nothing_of_the_node_is_reachable_from_outside_its_namespaces():
    assert all(port > 1024 for port in doors.PORTS)
    assert "127.0.0.1" in doors.serve.__code__.co_consts


def test_the_settings_are_files_that_their_readers_can_read(folders):
    folders.state.mkdir()
    node_files.write_settings(folders)

    assert json.loads((folders.state / "kubelet.json").read_text())["cgroupDriver"] == "cgroupfs"
    assert json.loads((folders.state / "cni" / "10-course.conflist").read_text())["plugins"][0]["type"] == "bridge"
    kinds = [one["kind"] for one in yaml.safe_load_all((kubernetes_build.SOURCES / "addons.yaml").read_text())]
    assert kinds == ["Service", "EndpointSlice", "Service", "EndpointSlice", "APIService"]


async def _through_two_doors(folder, text):
    """A server, a socket before it as inside, a port before that as outside; the answer to `text`."""

    async def shout(reader, writer):
        text = await reader.read()
        # Both ends of the way have nothing more to read: only who holds them keeps them.
        gc.collect()
        writer.write(text.upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    inner = await asyncio.start_unix_server(
        doors._relay(lambda: asyncio.open_connection("127.0.0.1", port)), path=folder / "door"
    )
    outer = await asyncio.start_server(doors._relay(doors._unix(folder / "door")), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", outer.sockets[0].getsockname()[1])
    writer.write(text)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    for one in (outer, inner, server):
        one.close()
    return answer


@pytest.mark.parametrize("size", [1, 3_000_000])
def test_a_door_passes_on_everything_and_then_the_end(tmp_path, size):
    assert asyncio.run(_through_two_doors(tmp_path, b"a" * size)) == b"A" * size


async def _behind_a_closed_door(folder):
    outer = await asyncio.start_server(doors._relay(doors._unix(folder / "none")), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection("127.0.0.1", outer.sockets[0].getsockname()[1])
    answer = await reader.read()
    writer.close()
    outer.close()
    return answer


def test_nobody_behind_a_door_is_a_closed_connection(tmp_path):
    assert asyncio.run(_behind_a_closed_door(tmp_path)) == b""


@pytest.mark.parametrize(("length", "over"), [(200, 134), (67, 1)])
def test_a_cache_folder_too_deep_for_the_sockets_of_kubelet_is_refused_at_once(monkeypatch, length, over):
    folder = "/" + "x" * (length - 1)
    monkeypatch.setenv("COURSE_ENGINES_CACHE", folder)
    monkeypatch.setattr(kubernetes, "find", lambda: missing("kubernetes", "", **kubernetes.WAYS))
    monkeypatch.setattr(kubernetes, "can_bring_up", lambda: True)
    monkeypatch.setattr(kubernetes.install, "apt", lambda *_, **__: pytest.fail("it goes on"))

    with pytest.raises(EngineTrouble) as trouble:
        kubernetes.up(print)

    assert str(trouble.value) == (
        f"The cache folder {folder!r} has a path too long for the sockets of kubelet, by {over} characters."
    )
    assert trouble.value.next_step == "COURSE_ENGINES_CACHE=/var/tmp/engines make infra"

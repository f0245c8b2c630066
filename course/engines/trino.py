"""Trino, the engine that Athena's version 3 comes from, over moto's S3: tables in a bucket, asked in Athena's SQL.

It needs a JDK of 24 or newer, which is looked for and never installed. The server itself comes from Maven.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from pathlib import Path

from course.engines import install, moto_server
from course.engines.emulators import ACCOUNT, REGION
from course.engines.found import EngineTrouble, NotHere, Say
from course.engines.install import Part
from course.engines.places import cache
from course.engines.running import must
from course.engines.servers import Server
from course.engines.table import Pin, pins

PORT = 18080
OLDEST_JAVA = 24
GET_JAVA = "unpack one below /opt or name it by JAVA_HOME, then make infra"
JAVA_PLACES = ("/usr/lib/jvm", "/opt", "/Library/Java/JavaVirtualMachines", "/opt/homebrew/opt/openjdk")
# The archive's other plugins are nine tenths of it.
PLUGINS = ("hive", "memory")
# For short questions on a small machine: with the first compiler alone and the serial collector it starts with half of
# the CPU time and idles with a third.
JVM = """-server
-Xmx1G
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:+ExitOnOutOfMemoryError
-Djdk.attach.allowAttachSelf=true
--enable-native-access=ALL-UNNAMED
--sun-misc-unsafe-memory-access=allow
"""
# It would listen on every address without `bind-ip`.
NODE = """node.environment=course
node.id=course
node.data-dir={data}
node.bind-ip=127.0.0.1
"""
CONFIG = """coordinator=true
node-scheduler.include-coordinator=true
http-server.http.port={port}
discovery.uri=http://127.0.0.1:{port}
node.internal-address=127.0.0.1
"""
# Tables are remembered in files of its own; what they hold lies in buckets of the emulator.
HIVE = """connector.name=hive
hive.metastore=file
hive.metastore.catalog.dir=local:///tables
fs.native-local.enabled=true
local.location={data}
fs.native-s3.enabled=true
s3.endpoint=http://127.0.0.1:{s3}
s3.region={region}
s3.path-style-access=true
s3.aws-access-key={account}
s3.aws-secret-key=course
hive.non-managed-table-writes-enabled=true
"""


class Trino(Server):
    def version_in(self, text: str, headers: Message) -> str | None:
        """Until it is ready it says that it is starting."""
        table = json.loads(text)
        return str(table["nodeVersion"]["version"]) if table.get("starting") is False else None

    def reached(self) -> tuple[Mapping[str, str], Mapping[str, str]]:
        return {}, {"catalog": "hive", "account": ACCOUNT}

    def ways(self) -> dict[str, str]:
        """A Trino that was started by hand would not know the emulator's buckets."""
        debian = "Bring it up: make infra." if java_home() else no_java_and_how()
        return {"debian": debian, "linux": "On Debian as root, make infra brings it up."}

    def install(self, say: Say) -> None:
        if java_home() is None:
            raise NotHere(no_java(), GET_JAVA)
        if shutil.which("mvn") is None:
            install.apt("trino", say=say)
        pin = pins()["trino"]
        install.kept("java", "trino", _inputs(pin), lambda folder: _unpack(pin, folder), say=say)

    def parts(self) -> list[Part]:
        return [Part(_kept(), self.install)] if java_home() else []

    def command(self) -> tuple[Sequence[str], Mapping[str, str]]:
        home, settings, data = java_home(), self.folder / "etc", self._data()
        data.mkdir(parents=True)
        (settings / "catalog").mkdir(parents=True)
        (settings / "jvm.config").write_text(JVM)
        (settings / "node.properties").write_text(NODE.format(data=data))
        (settings / "config.properties").write_text(CONFIG.format(port=self.port))
        hive = HIVE.format(data=data, s3=moto_server.PORT, region=REGION, account=ACCOUNT)
        (settings / "catalog" / "hive.properties").write_text(hive)
        (settings / "catalog" / "memory.properties").write_text("connector.name=memory\n")
        server = _kept() / "server"
        path = f"{home}/bin{os.pathsep}{os.environ['PATH']}"
        # The launcher becomes Java from a thread that has lost the word to end with its parent: a shell keeps it.
        keeper = ["sh", "-c", '"$@"; exit $?', "sh"]
        argv = [*keeper, str(server / "bin" / "launcher"), "run", "--etc-dir", str(settings)]
        return argv, {"JAVA_HOME": str(home), "PATH": path}

    def clean(self) -> None:
        shutil.rmtree(self._data(), ignore_errors=True)

    def _data(self) -> Path:
        return cache() / "trino-data"


def java_home() -> Path | None:
    """The newest JDK of this machine that is new enough, by what each says of itself in its `release` file."""
    found = [(major, home) for home in _homes() if (major := _major(home)) >= OLDEST_JAVA]
    return max(found)[1] if found else None


def no_java() -> str:
    """Why there is no Trino here: no JDK, or one that is too old."""
    newest = max(map(_major, _homes()), default=0)
    there = f"the newest here is {newest}" if newest else "there is none here"
    return f"It needs a JDK of {OLDEST_JAVA} or newer, and {there}."


def no_java_and_how() -> str:
    return f"{no_java()} {GET_JAVA[0].upper()}{GET_JAVA[1:]}."


def _homes() -> Iterator[Path]:
    named, java = os.environ.get("JAVA_HOME"), shutil.which("java")
    if named:
        yield Path(named)
    if java:
        yield Path(java).resolve().parent.parent
    for place in map(Path, JAVA_PLACES):
        yield from (place, *sorted(place.glob("*")), *sorted(place.glob("*/Contents/Home")))


def _major(home: Path) -> int:
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"), re.MULTILINE)
    except (OSError, UnicodeDecodeError):
        return 0
    return int(found[1]) if found and (home / "bin" / "java").exists() else 0


def _inputs(pin: Pin) -> tuple[str, ...]:
    return (pin.version, pin.sha256, *PLUGINS)


def _kept() -> Path:
    return install.kept_at("java", "trino", _inputs(pins()["trino"]))


def _unpack(pin: Pin, folder: Path) -> None:
    """Fetch the archive with Maven, see that it is the one that is meant, unpack it, keep the plugins of use."""
    copy = f"org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact={pin.module}:{pin.version}:tar.gz"
    local = folder / "maven"
    words = ["mvn", "-q", "-B", f"-Dmaven.repo.local={local}", *copy.split(), f"-DoutputDirectory={folder}"]
    must([*install.GENTLY, *words], what="fetching trino", timeout=3000)
    archive = folder / f"trino-server-{pin.version}.tar.gz"
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != pin.sha256:
        raise EngineTrouble(f"The archive of Trino {pin.version} has the digest {digest}, not {pin.sha256}.")
    # Whole: files of one plugin are links to those of another.
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="tar")
    archive.unlink()
    shutil.rmtree(local)
    (folder / f"trino-server-{pin.version}").rename(folder / "server")
    for plugin in (folder / "server" / "plugin").iterdir():
        if plugin.name not in PLUGINS:
            shutil.rmtree(plugin)


TRINO = Trino(
    "trino", PORT, "/v1/info", "asking a lake's tables in Athena's own SQL (exercise 11)", "",
)  # fmt: skip

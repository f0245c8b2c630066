"""Makes the files that a reader of a page has already."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

from movie_service.registry.catalog import Registry
from movie_service.registry.places import Folder

from course import outline
from course.classroom.folder import Listed, Served, listing
from course.start.source import this_platform, this_python
from course.tests.project import final
from course.tests.walkthroughs.clone import Clone

# Exercises whose files are read and not run: a hand-in of them is judged in a moment.
READ = ("04", "05")
# Of the service and of what stands in for it, where Docker and the cluster are the machine's.
IMAGE, STAND_IN = "movie-service-pages:built", "movie-service-pages:stand-in"
PORT = 18480
# A check that only the instructor has.
HIDDEN = '''from checker import check, expect


@check(id="a-name", task=1, points=1)
def test_name(submission):
    """The Deployment has a name."""
    said = dict.fromkeys(("tried", "expected", "where", "next"), "secret")
    expect("name:" in submission.text("deployment.yaml"), seen="nothing", **said)
'''


def nothing(clone: Clone, page: str) -> None:
    """A clone is enough."""


def solved(clone: Clone, page: str) -> Path:
    """With settings that a trainee fills in beside the answer."""
    folder = clone.started(Path(page).parent.name, solved=True)
    for path in folder.glob("*.example"):
        shutil.copyfile(path, path.with_suffix(""))
    return folder


def all_started(clone: Clone, page: str) -> None:
    for exercise in clone.course.exercises:
        clone.started(exercise.slug)


def requests(clone: Clone, page: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    one = {"user_id": 259, "movie_id": 298, "age": 21, "gender": "M", "occupation": "student"}
    pq.write_table(pa.Table.from_pylist([one, one | {"user_id": 7}]), clone.root / "requests.parquet")


def codes(clone: Clone, page: str) -> None:
    """What nine people thought of the course, two of them in words."""
    paces = ["too slow", *6 * ["right"], *2 * ["too fast"]]
    # Two equal codes would count as one that was pasted twice.
    said = [{"pace": pace, "worst": f"minute {number}"} for number, pace in enumerate(paces)]
    said[0]["best"], said[1]["best"] = "wrong answers first", "the drill"
    lines = [base64.b64encode(json.dumps({"v": 1, "said": one}).encode()).decode() for one in said]
    (clone.root / "codes.txt").write_text("\n".join(lines), encoding="utf-8")


def two_models(clone: Clone, page: str) -> None:
    for name in ("small", "large"):
        shutil.copytree(clone.root / "build" / "model", clone.root / "build" / name)


def a_registry(clone: Clone, page: str) -> None:
    """The version before this one answers already."""
    before = clone.root.parent / "before"
    shutil.copytree(clone.root / "build" / "model", before, dirs_exist_ok=True)
    manifest = json.loads((before / "manifest.json").read_text())
    (before / "manifest.json").write_text(json.dumps(manifest | {"version": "0.9.0"}))
    (clone.root / "build" / "registry").mkdir()
    registry = Registry(Folder(clone.root / "build" / "registry"))
    registry.promote(registry.add(before))


def logged(clone: Clone, page: str) -> None:
    """A spool with the key of its pseudonyms and a closed segment, as the service leaves them."""
    spool = clone.root / "build" / "spool"
    spool.mkdir()
    (spool / "pseudonym.key").write_text("00" * 32)
    line = {
        "kind": "feedback",
        "request_id": "a",
        "item": 0,
        "time": 1_764_000_000_000_000,
        "label": 1,
        "verdict": None,
    }
    (spool / "1.ready").write_text(json.dumps(line) + "\n")


def a_class(clone: Clone, page: str) -> None:
    """Ada has solved two exercises, Ben has one of them as it was given; and a hidden check for one."""
    for name in READ:
        clone.started(name, solved=True)
    for person, wanted in (("ada", READ), ("ben", READ[:1])):
        for folder in ("submissions", "hand-ins"):
            for name in wanted:
                slug = clone.course.exercise(name).slug
                shutil.copytree(clone.root / "work" / slug, clone.root / folder / person / slug)
    shutil.rmtree(clone.root / "work")
    (clone.root / "work").mkdir()
    hidden = clone.root / "my-checks" / "05_kubernetes" / "test_05_kubernetes.py"
    hidden.parent.mkdir(parents=True)
    hidden.write_text(HIDDEN)


def an_account(clone: Clone, page: str) -> None:
    """What a page shows as files of the reader's, and the template of a stack."""
    for name in ("budget.json", "notify.json"):
        shutil.copy(clone.root / "course" / "examples" / "account" / name, clone.root)
    tags = [{"Key": "course", "Value": "deployment"}]
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"Tags": tags}}
    (clone.root / "stack.json").write_text(json.dumps({"Resources": {"Predictions": bucket}}))


def patient(clone: Clone, page: str, folder: Path | None = None) -> None:
    """`curl` asks again, as a reader does whose service is still starting."""
    (folder or clone.root).joinpath(".curlrc").write_text("retry = 120\nretry-delay = 1\nretry-all-errors\n")


def a_stack(clone: Clone, page: str) -> Path:
    """With the token filled in, and on ports that nobody else has."""
    folder = solved(clone, page)
    compose = folder / "compose.yaml"
    text = compose.read_text().replace("127.0.0.1:8080:", f"127.0.0.1:{PORT}:")
    text = text.replace("127.0.0.1:9090:", f"127.0.0.1:{PORT + 1}:")
    # A volume without a name, as the image has it, would be nobody's after `docker compose down`.
    text = re.sub(r"( +- )\./prometheus\.yml:.*\n", r"\g<0>\1measured:/prometheus\n", text)
    compose.write_text(text.replace("\nvolumes:\n", "\nvolumes:\n  measured:\n"))
    (folder / "api.env").write_text("ADMIN_TOKEN=try-this\n")
    patient(clone, page, folder)
    return folder


def on_a_cluster(clone: Clone, page: str) -> Path:
    folder = solved(clone, page)
    deployment = folder / "deployment.yaml"
    deployment.write_text(deployment.read_text().replace("movie-service:1.0.0", STAND_IN))
    return folder


def solved_5(clone: Clone, page: str) -> None:
    clone.started("05", solved=True)


def manifests(clone: Clone, page: str) -> None:
    """The service's manifests in `build/`, with an image that no registry has, and patient with a busy machine."""
    made = clone.root / "build" / "kubernetes"
    shutil.copytree(clone.root / "course" / "service" / "deploy" / "kubernetes", made)
    name, tag = IMAGE.split(":")
    cloud = made / "overlays" / "cloud" / "kustomization.yaml"
    text = re.sub(r"newName: \S+", f"newName: {name}", cloud.read_text())
    cloud.write_text(re.sub(r"digest: \S+", f"newTag: {tag}", text))
    laptop = made / "overlays" / "laptop" / "kustomization.yaml"
    laptop.write_text(laptop.read_text().replace('newTag: "1"', f"newName: {name}, newTag: {tag}"))
    base = made / "base" / "deployment.yaml"
    base.write_text(base.read_text().replace("progressDeadlineSeconds: 60", "progressDeadlineSeconds: 470"))


def a_classroom(clone: Clone, page: str) -> None:
    """A classroom of one file, in build/ and on a stick."""
    for folder in (clone.root / "build" / "classroom", clone.root / "stick" / "classroom"):
        folder.mkdir(parents=True)
        (folder / "README.html").write_text("page")
        served = Served(this_platform(), this_python(), 0, 0)
        Listed({"learn.txt": "x"}, (served,), listing(folder)).write(folder)


def work_for_a_certificate(clone: Clone, page: str) -> None:
    """The exercises of the shortest profile, solved; the same as a hand-in; and the secret of a release."""
    for number in outline.load().profiles["six-hours"].exercises:
        clone.started(f"{number:02}", solved=True)
    shutil.copytree(clone.root / "work", clone.root / "hand-ins" / "ada")
    (clone.root / "build" / "release").mkdir()
    (clone.root / "build" / "release" / "secret.txt").write_text("hmp1-2j4d\n")


def an_answer(clone: Clone, page: str) -> None:
    clone.started("04", solved=True)


def an_exchange(clone: Clone, page: str) -> None:
    """What nbgrader's `submit` leaves: Ada solved all but what is observed, Ben handed in what he was given."""
    slug = clone.course.exercise("01").slug
    inbound = clone.root / "build" / "exchange" / "course" / "inbound"
    for person, solved in (("ada", True), ("ben", False)):
        given, time = clone.started(slug), "2026-11-26 10:00:00.000000 UTC"
        if solved:
            open_answers = (given / "answers.toml").read_bytes()
            given = clone.started(slug, solved=True)
            (given / "answers.toml").write_bytes(open_answers)
        shutil.copytree(given, inbound / f"{person}+{slug}+{time}")
        (inbound / f"{person}+{slug}+{time}" / "timestamp.txt").write_text(time)
        shutil.rmtree(given)


def a_presenter(clone: Clone, page: str) -> None:
    (clone.root.parent / "me.toml").write_text('presenter = "Ada Lovelace"\n')


def a_wrong_answer(clone: Clone, page: str) -> None:
    """The solution of exercise 1 with the files of one mistake laid over it."""
    folder = clone.started("01", solved=True)
    shutil.copytree(folder, clone.root / "my_wrong_answer")
    mistake = next(iter(sorted((clone.course.exercise("01").folder / "wrong").iterdir())))
    shutil.copytree(mistake, clone.root / "my_wrong_answer", dirs_exist_ok=True)


def jwt_key(clone: Clone, page: str) -> None:
    (clone.root / "jwt.key").write_text("0f" * 32)


def exercises_solved(clone: Clone, page: str) -> None:
    """Those whose files the project takes."""
    for name in sorted({file.exercise for file in clone.course.project.whole if file.exercise}):
        clone.started(name, solved=True)


def the_project(clone: Clone, page: str) -> None:
    """The reference in the place of a trainee's files, beside those that are given."""
    final.lay(clone.started("project"))


def measured(clone: Clone, page: str) -> None:
    """What whole runs of `make bench` and `make bench-peers` leave: the rows that were published last."""
    shutil.copy(clone.root / "course" / "benchmarks" / "published.json", clone.root / "build" / "bench.json")


def a_pack(clone: Clone, page: str) -> None:
    """A repository with one commit where `make release` puts the pack."""
    folder = clone.root / "build" / "release" / "pack"
    folder.mkdir(parents=True)
    told = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "--allow-empty", "-m", "pack"]
    for words in (["init"], told):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)

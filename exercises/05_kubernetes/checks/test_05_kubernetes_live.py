"""Live rows: a real server takes the files, and a real cluster runs them through an update and back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from checker import check, expect
from checker.errors import CouldNotCheck, Finding

STAND_IN = Path(__file__).parent / "stand_in"
TOLD = re.compile(r"answered (\d+), failed (\d+), release (\S+)(?: \((.*)\))?")
ENOUGH = 40
# A cluster on a laptop starts one pod after another, and each takes its time to be asked.
ROLLOUT = 300.0
NO_PLACE = re.compile(r"\d+/\d+ nodes are available: .*Insufficient (?:cpu|memory)")


@check(
    id="server-takes",
    task=6,
    tier="full",
    after=("accepted",),
    why="The server itself is asked, and stores nothing: a dry run.",
)
def test_a_real_server_takes_the_files(submission):
    """A real server takes all files in a dry run."""
    cluster = submission.engine("kubernetes")
    names = submission.files("*.yaml", "*.yml", "*.json")
    ran = cluster.run(["kubectl", "apply", "--dry-run=server", *(f"--filename={name}" for name in names)])
    expect(
        ran.exit_code == 0,
        tried="ran kubectl apply --dry-run=server on all your files",
        seen=ran.last(1),
        expected="exit code 0, and a line for each object",
        where=", ".join(names),
        next="Which file and which field does the server name?",
    )


@dataclass(frozen=True)
class Told:
    """The last line of the pod that asks."""

    answered: int
    failed: int
    release: str
    why: str


class Namespace:
    """A namespace of this check's own, with the Secret of the contract and a stand-in for the service's image."""

    def __init__(self, submission, contract):
        self.cluster, docker = submission.engine("kubernetes"), submission.engine("docker")
        self.name, self.image = self.cluster.unique("movies"), f"{docker.unique('movie-service')}:1"
        docker.at_end(["docker", "image", "rm", "--force", self.image])
        recipe, _ = docker.base_for((STAND_IN / "Dockerfile").read_text(encoding="utf-8"))
        build = ["docker", "build", "--quiet", "--tag", self.image, "--file", "-", str(STAND_IN)]
        self._must(docker.run(build, input=recipe, timeout=600))
        self._must(docker.run([*self.cluster.facts["load"].split(), self.image], timeout=300))
        self.cluster.at_end(["kubectl", "delete", "namespace", self.name, "--wait=false"])
        self._must(self.kubectl("create", "namespace", self.name))
        key = f"--from-literal={contract.KEY}=try-this"
        self._must(self.kubectl("create", "secret", "generic", contract.KEYS, key))

    def kubectl(self, *words, input="", timeout=120.0):
        return self.cluster.run(["kubectl", "--namespace", self.name, *words], input=input, timeout=timeout)

    def until_told(self, true):
        """Read the last line of the pod that asks, until it is true or a minute is over."""
        words = ["kubectl", "--namespace", self.name, "logs", "ask", "--tail=1"]
        return _told(self.cluster.until(words, lambda ran: true(_told(ran.output)), timeout=90).output)

    def rolled_out(self, deployment):
        """Wait for the rollout. A cluster without room for an update judges nothing."""
        ran = self.kubectl("rollout", "status", deployment, f"--timeout={ROLLOUT:.0f}s", timeout=ROLLOUT + 30)
        full = NO_PLACE.search(self.kubectl("get", "events", "--field-selector=reason=FailedScheduling").output)
        if ran.exit_code != 0 and full:
            raise CouldNotCheck(Finding(seen=f"This cluster has no place for all pods of an update: {full[0]}."))
        return ran

    def _must(self, ran):
        if ran.exit_code != 0:
            raise CouldNotCheck(Finding(seen=ran.last()))


def _told(output):
    found = TOLD.search(output)
    return Told(int(found[1]), int(found[2]), found[3], found[4] or "") if found else Told(0, 0, "none", "")


@check(
    id="updated-for-real",
    task=6,
    tier="full",
    after=("accepted",),
    why="Real pods, a real update under requests, and the way back: with a stand-in for the service's image.",
)
def test_an_update_and_its_undo_lose_no_request(submission, handed_in, contract):
    """On a real cluster an update and its undo lose no request."""
    deployment = f"deployment/{handed_in.deployment.name}"
    files = submission.files("*.yaml", "*.yml", "*.json")
    place = Namespace(submission, contract)
    # It begins with a mark of YAML: kubectl would take all for JSON when the first file is.
    text = "".join(f"---\n{submission.text(name)}\n" for name in files)
    applied = place.kubectl("apply", "--filename=-", input=contract.IMAGE.sub(place.image, text))
    expect(
        applied.exit_code == 0,
        tried="ran kubectl apply on all your files, in a namespace of its own",
        seen=applied.last(1),
        expected="exit code 0",
        where=", ".join(files),
        next="Which object does the server name, and which file of yours holds it?",
    )
    started = place.rolled_out(deployment)
    expect(
        started.exit_code == 0,
        tried="waited for the first rollout",
        seen=started.last(1),
        expected="all pods ready",
        where=handed_in.deployment.where("spec"),
        next="What would kubectl describe pod say of a pod that is not ready?",
    )
    url = f"http://{contract.SERVICE}:{contract.CLIENTS}/"
    place.kubectl("run", "ask", f"--image={place.image}", "--restart=Never", "--", "python3", "/app/ask.py", url)
    before = place.until_told(lambda told: told.answered >= ENOUGH and told.release == "1")
    expect(
        before.answered >= ENOUGH,
        tried=f"asked http://{contract.SERVICE} from another pod",
        seen=f"{before.answered} requests answered, {before.failed} failed {before.why}".strip(),
        expected="an answer to each",
        where=", ".join(files),
        next="Which pods does the Service find, and at which port?",
    )
    _moved(place, handed_in, "2", "set", "env", deployment, "RELEASE=2")
    _moved(place, handed_in, "1", "rollout", "undo", deployment)


def _moved(place, handed_in, release, *words):
    """The pods move to a release, and no request fails meanwhile."""
    place.kubectl(*words)
    ran = place.rolled_out(words[2])
    told = place.until_told(lambda told: told.release == release)
    lost = f"{told.failed} of {told.answered + told.failed} requests failed: {told.why}"
    expect(
        ran.exit_code == 0 and told.failed == 0 and told.release == release,
        tried=f"ran kubectl {' '.join(words)}, while another pod asked 40 times a second",
        seen=ran.last(1) if ran.exit_code else lost if told.failed else f"release {told.release} still answers",
        expected=f"no request fails, and release {release} answers at the end",
        where=handed_in.deployment.where("spec"),
        next="Which pods are asked while one of them starts, and while one of them ends?",
    )

"""What must be there before the commands of a page can be typed: one line of a table for each kind.

A block names its surrounding behind ```bash, as in run="service". docs/pages/authors/commands.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from course.tests.walkthroughs import given
from course.tests.walkthroughs.clone import Clone

BUCKET = "python -c \"import boto3; boto3.client('s3', region_name='us-east-1').create_bucket(Bucket='my-bucket')\""


@dataclass(frozen=True)
class Surrounding:
    """`prepare` gets the clone and the page, and says where the reader stands; nothing means the clone's root.

    `typed` are commands typed before the page's, with what those say that stay. `names` are put in place of words that
    stand for the reader's own. `full` is for `make test-full` only. `engines` are there while commands are typed, or
    nothing is; with Docker or a cluster the network is the machine's, and in a cluster the reader has a namespace of
    their own. `after` are commands that remove what is left, whatever became of the page.
    """

    says: str
    prepare: Callable[[Clone, str], Path | None] = given.nothing
    typed: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    full: bool = False
    # It changes files that are committed.
    alone: bool = False
    engines: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def shut_off(self) -> bool:
        """Whether it has a network of its own."""
        return not {"docker", "kubernetes"} & set(self.engines)


SERVICE = ("python -m movie_service", "listening on")
EMULATOR = ("moto_server --host 127.0.0.1 --port 5555", "Running on")
AWS = {
    "AWS_ENDPOINT_URL": "http://127.0.0.1:5555", "AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
}  # fmt: skip

# On a busy machine an emulator needs more than the minute after which `aws` asks again, and then all is made twice.
WAITING_AWS = ('aws() { command aws --cli-read-timeout 0 "$@"; }', "")
# Done by hand in an account: a stack, and its bucket with the tag that everything has.
STACK = "aws cloudformation create-stack --stack-name movie-service --template-body file://stack.json"
TAGGED = "aws resourcegroupstaggingapi get-resources --tag-filters Key=course,Values=deployment | grep arn:aws:s3"

# Where this machine's Docker and cluster are the reader's: nothing has a name or a port that others may have.
IMAGE = given.IMAGE
BUILT = (f"docker build --quiet --file course/service/deploy/Dockerfile --tag {IMAGE} .", "")
LOADED = (f"python -m course engines load {IMAGE}", "")
STAND_IN = f"docker build --quiet --tag {given.STAND_IN} ../../exercises/05_kubernetes/checks/stand_in"
REMOVED = f"docker image rm --force {IMAGE}"
MANIFESTS = {"course/service/deploy/kubernetes": "build/kubernetes"}
PATIENT = {"CURL_HOME": "."}
# An account of moto's own.
EKS = {"AWS_ACCESS_KEY_ID": "500000000001"}
ROLE = "arn:aws:iam::500000000001:role/eks"
CLUSTER = f"aws eks create-cluster --name movies --role-arn {ROLE} --resources-vpc-config subnetIds=a,b"
REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
PUSHED = f"127.0.0.1:5000/{IMAGE}"
# For whoever adds an exercise: the one that the tests of `checker new-exercise` have filled in.
FILLED = (
    "for room in drafts exercises; do cp -r checker/tests/new_exercise/data/12_retries $room; done; "
    "python -m course starter exercises/12_retries"
)

SURROUNDINGS: Mapping[str, Surrounding] = {
    "clone": Surrounding("the root of a clone after `make start`, `work/` empty; a page without `run=` has it"),
    "exercise": Surrounding("the exercise's folder in `work/`, solved; a brief has it", given.solved, full=True),
    "started": Surrounding("a clone whose `work/` holds every starter", given.all_started),
    "codes": Surrounding("a clone with `codes.txt`, what nine people thought of the course", given.codes),
    "service": Surrounding("a clone in which the sample service runs on port 8000", typed=(SERVICE,)),
    "bucket": Surrounding(
        "a clone, an emulator of AWS, and `s3://my-bucket` in it", given.logged, typed=(EMULATOR, (BUCKET, "")),
        env=AWS, full=True,
    ),
    "account": Surrounding(
        "a clone with the files of a budget, `aws`, and an emulator of AWS with the stack `movie-service`",
        given.an_account, typed=(EMULATOR, WAITING_AWS, (STACK, ""), (TAGGED, "")),
        names={"ACCOUNT": "123456789012"}, env=AWS, engines=("aws",),
    ),
    "compose": Surrounding(
        "exercise 4 in `work/`, solved, and Docker", given.a_stack, env={"COMPOSE_PROJECT_NAME": "pages", **PATIENT},
        names={"localhost:8080": f"localhost:{given.PORT}", "TOKEN": "try-this"}, engines=("docker",),
        after=("docker compose down --volumes --rmi local",),
    ),
    "cluster of exercise 5": Surrounding(
        "exercise 5 in `work/`, solved, and a cluster that has an image of its name", given.on_a_cluster,
        typed=((STAND_IN, ""), (f"(cd ../.. && python -m course engines load {given.STAND_IN})", "")),
        engines=("docker", "kubernetes"), after=(f"docker image rm --force {given.STAND_IN}",),
    ),
    "live rows": Surrounding(
        "a clone with exercise 5 solved, Docker and a cluster", given.solved_5, engines=("docker", "kubernetes"),
    ),
    "engines": Surrounding("a clone, Docker and a cluster", engines=("docker", "kubernetes")),
    "service on a cluster": Surrounding(
        "a clone, Docker and a cluster", given.manifests, engines=("docker", "kubernetes"), after=(REMOVED,),
        names={"movie-service:1": IMAGE, "8080:80": f"{given.PORT}:80", **MANIFESTS},
    ),
    "EKS": Surrounding(
        "a clone, an emulator in which the cluster `movies` is made, and this machine's cluster in its place",
        given.manifests,
        typed=(
            BUILT, LOADED, WAITING_AWS, (CLUSTER, ""),
            ("kubectl config rename-context $(kubectl config current-context) here", ""),
            # The address that the emulator gives is nobody's.
            ("kubectl() { command kubectl --context here \"$@\"; }", ""),
        ),
        names=MANIFESTS, env=EKS, engines=("aws", "moto", "docker", "kubernetes"),
        after=("aws eks delete-cluster --name movies", REMOVED),
    ),
    "ECR": Surrounding(
        "a clone with the service's image, an emulator of AWS, and the registry of this machine in place of ECR",
        given.patient, typed=(BUILT,), env={"DOCKER_CONFIG": "docker-config", **PATIENT},
        names={
            f"{REGISTRY}/movie-service:1.0.0": PUSHED, REGISTRY: "127.0.0.1:5000", "movie-service:1 ": f"{IMAGE} ",
            "127.0.0.1:8000": f"127.0.0.1:{given.PORT}",
        },
        engines=("aws", "moto", "docker", "registry"),
        after=(
            f"docker ps --all --quiet --filter ancestor={PUSHED} | xargs -r docker rm --force",
            f"docker image rm --force {PUSHED} {IMAGE}",
        ),
    ),
    "requests": Surrounding("a clone with `requests.parquet`", given.requests),
    "two models": Surrounding("a clone with the bundles `build/small` and `build/large`", given.two_models),
    "class": Surrounding(
        "a clone with `submissions/`, `hand-ins/` and `my-checks/` of a little class", given.a_class, full=True
    ),
    "graded": Surrounding(
        "the same class, graded into `build/grades/monday`", given.a_class,
        typed=(("checker grade submissions --out build/grades/monday || test $? = 1", ""),), full=True,
    ),
    "room": Surrounding(
        "a clone and a classroom on a stick, in a network where this machine has the address 192.168.1.5",
        given.a_classroom, addresses=("192.168.1.5",), names={"/media/stick": "stick"},
    ),
    "cluster": Surrounding(
        "a clone and a class, where the machine has the address 10.0.0.5", given.a_class, addresses=("10.0.0.5",),
        full=True,
    ),
    "wrong answer": Surrounding("a clone with `my_wrong_answer/` for exercise 1", given.a_wrong_answer, full=True),
    "exercises solved": Surrounding(
        "a clone whose `work/` holds the solutions of which the project takes files", given.exercises_solved, full=True
    ),
    "project": Surrounding(
        "a clone whose `work/12_project` holds the reference; the project's brief has it", given.the_project, full=True
    ),
    "measured": Surrounding("a clone with `build/bench.json` of whole runs", given.measured, alone=True),
    "certificate": Surrounding(
        "a clone in whose `work/` and `hand-ins/ada` the exercises of six hours are solved, and a secret",
        given.work_for_a_certificate, full=True,
    ),
    "own clone": Surrounding("a clone of one's own, whose files may change", alone=True, full=True),
    "filled exercise": Surrounding(
        "a clone of one's own with exercise 12 filled in, and the same as a draft without its starter",
        typed=(("checker new-exercise 12_retries --into drafts && rm -r drafts/12_retries", ""), (FILLED, "")),
        names={"12_tracing": "12_retries"}, alone=True, full=True,
    ),
    "answer": Surrounding("a clone in whose `work/` exercise 4 is solved", given.an_answer, full=True),
    "nbgrader": Surrounding(
        "a clone to whose exchange Ada and Ben will have handed in exercise 1", given.an_exchange, full=True
    ),
    "presenter": Surrounding("a clone, and `me.toml` beside it", given.a_presenter),
    "pack": Surrounding("a clone with a repository in `build/release/pack`", given.a_pack),
    "full": Surrounding("the root of a clone, for what takes many seconds", full=True),
    "registry": Surrounding("a clone whose registry `build/registry` has a champion, 0.9.0", given.a_registry),
    "registry in a bucket": Surrounding(
        "a clone, an emulator of AWS, and a registry in `s3://my-bucket`",
        typed=(
            EMULATOR, (BUCKET, ""),
            ("python -m movie_service.registry --at s3://my-bucket/registry add build/model", ""),
            ("python -m movie_service.registry --at s3://my-bucket/registry promote 1.0.0", ""),
        ),
        env=AWS,
        full=True,
    ),
    "tokens": Surrounding(
        "a service that issues tokens, and a key for it in KEY", given.jwt_key,
        typed=(
            ("python -m movie_service.security.keys new --name dashboard --scope predict --file keys.json > key", ""),
            SERVICE,
            ("KEY=$(cat key)", ""),
        ),
        env={
            "MOVIE_SERVICE_AUTH": "on", "MOVIE_SERVICE_API_KEYS_FILE": "keys.json",
            "MOVIE_SERVICE_JWT_KEY_FILE": "jwt.key",
        },
    ),
    "tracking server": Surrounding(
        "a clone, and MLflow's tracking server over `build/mlflow.db` on port 5000",
        typed=(("flask --app mlflow.server:app run --port 5000", "Running on"),),
        env={
            "_MLFLOW_SERVER_FILE_STORE": "sqlite:///build/mlflow.db", "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
            "_MLFLOW_SERVER_ARTIFACT_ROOT": "mlflow-artifacts:/", "MLFLOW_DISABLE_TELEMETRY": "true",
            "_MLFLOW_SERVER_ARTIFACT_DESTINATION": "build/artifacts",
        },
        full=True,
    ),
}  # fmt: skip

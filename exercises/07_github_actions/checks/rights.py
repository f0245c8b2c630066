"""What a job needs rights for, how it logs in, and which secrets it reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from checker.workflows.expressions import expressions_in, paths_in
from checker.workflows.reading import Job, Step
from checker.workflows.results import JobRun, StepRun

# A login that trades the run's identity token for rights that end with the run: action, then what it must be given.
AWS_LOGIN = "aws-actions/configure-aws-credentials"
OIDC_LOGINS = {
    AWS_LOGIN: "role-to-assume",
    "google-github-actions/auth": "workload_identity_provider",
    "azure/login": "client-id",
    "hashicorp/vault-action": "role",
}
OIDC_COMMANDS = ("assume-role-with-web-identity", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "--federated-token")
LOCAL_LOGIN = re.compile(r"^\./.*(?:log-?in|auth|cred|oidc|aws|gcp|azure|cloud)")
KEYS = re.compile(
    r"KEY|PASSWORD|PASSWD|SECRET|CREDENTIAL|CREDS?(?:_|$)|TOKEN$|_PAT$|^PAT$|_JSON$"
    r"|PASS(?:PHRASE)?(?:_|$)|PW(?:D)?(?:_|$)|KUBE_?CONFIG|SSH|PEM(?:_|$)|AUTH$",
    re.IGNORECASE,
)
# An input or a variable that takes a key, whatever the setting behind it is called.
TAKES_KEY = re.compile(
    r"secret|password|passwd|passphrase|credential|creds$|access.?key|private.?key|kubeconfig|token$", re.I
)
TAKES_ROLE = re.compile(r"role|region|account|registry|username|provider", re.IGNORECASE)
TYPED_KEY = re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")
# For which kinds of step a job may write: scope, and what its text must hold.
REASONS = {
    "id-token": r"attest|cosign|sigstore|pypi-publish",
    "packages": r"ghcr\.io|npm publish|pkg\.github\.com",
    "attestations": r"attest",
    "security-events": r"upload-sarif|codeql|zizmor",
    "pull-requests": r"gh pr|comment|labeler|github-script",
    "issues": r"gh issue|comment|labeler|github-script",
    "contents": r"gh release|action-gh-release|release-please|git push|github-script",
    "deployments": r"deployment|github-script",
    "checks": r"test-reporter|junit|github-script|check-run",
    "statuses": r"/statuses|commit-status|status-action|github-status|github-script",
    "pages": r"deploy-pages|configure-pages",
    "actions": r"gh (?:run|workflow|cache)|actions/cache|github-script",
}


def is_login(step: StepRun) -> bool:
    """Whether a step that ran logs in with the run's identity."""
    return step.ran and _asks_identity(step.step, step.given)


def _asks_identity(step: Step, given: Mapping[str, Any]) -> bool:
    needed = OIDC_LOGINS.get(step.action)
    # An action of the same repository was not handed in: its name is all there is, and that costs no point.
    if LOCAL_LOGIN.search(step.action):
        return True
    if needed:
        keyed = any("access-key" in key or key in ("creds", "credentials_json") for key in given)
        return bool(str(given.get(needed) or "")) and not keyed
    return any(sign in step.run for sign in OIDC_COMMANDS)


def logs_in(job: JobRun) -> bool:
    return any(is_login(step) for step in job.steps)


def unused_rights(job: JobRun) -> list[str]:
    """Scopes that the token may write to without any step that would."""
    # What the steps do, not what they are called.
    does = [(step.uses, step.run, step.given, step.env) for step in job.job.steps]
    text = json.dumps([does, job.job.raw.get("env"), job.workflow.raw.get("env")], default=str)
    # Also a login whose step this event skips: the rights are of the job. Any action of the repository may log in.
    identity = any(_asks_identity(step, step.given) or step.uses.startswith("./") for step in job.job.steps)
    found = []
    for scope, access in (job.permissions or {}).items():
        reason = REASONS.get(scope, r"(?!)")
        needed = (scope == "id-token" and identity) or re.search(reason, text)
        if access == "write" and not needed:
            found.append(scope)
    return found


def unused_says(job: JobRun) -> tuple[str, str] | None:
    """What to say of rights that no step uses, and a question of its own where a stored key is the reason."""
    unused, keys = unused_rights(job), keys_of(job.job, job.workflow.raw)
    if unused == ["id-token"] and keys:
        seen = f"{job.name} may ask for its identity (id-token), and no step does: its login still takes {keys[0]}"
        return seen, "What does this login take in place of a stored key?"
    return (f"the token of {job.name} may write {', '.join(unused)}, and no step of it does", "") if unused else None


def secrets_of(job: Job, workflow: Mapping[str, Any]) -> list[str]:
    """Names of the secrets that a job reads, itself or by the variables of its workflow."""
    texts = [*expressions_in(job.raw), *expressions_in(workflow.get("env"))]
    paths = [path for text in texts for path in paths_in(text)]
    names = [path.removeprefix("secrets.").upper() for path in paths if path.startswith("secrets.")]
    return [name for name in dict.fromkeys(names) if name != "GITHUB_TOKEN"]


def keys_of(job: Job, workflow: Mapping[str, Any]) -> list[str]:
    """Those secrets that open something by themselves: keys, passwords, tokens; and keys that stand in the file."""
    typed = TYPED_KEY.findall(json.dumps([job.raw, workflow.get("env")], default=str))
    named = [name for name in secrets_of(job, workflow) if KEYS.search(name)]
    return [*named, *_taken_for_keys([job.raw, workflow.get("env")]), *typed]


def _taken_for_keys(value: Any, key: str = "") -> list[str]:
    """Secrets and variables of the repository that stand where a key goes: behind `password:`, say."""
    if isinstance(value, Mapping):
        return [name for inner, one in value.items() for name in _taken_for_keys(one, str(inner))]
    if isinstance(value, list):
        return [name for one in value for name in _taken_for_keys(one)]
    if not TAKES_KEY.search(key) or TAKES_ROLE.search(key):
        return []
    paths = [path for text in expressions_in(value) for path in paths_in(text)]
    return [path.partition(".")[2].upper() for path in paths if re.match(r"(?:secrets|vars)\.(?!github_token$)", path)]


def uses_registry_token(job: JobRun) -> bool:
    """Whether the job's registry is GitHub's own, which takes the run's token and no cloud login."""
    return "ghcr.io" in json.dumps([job.job.raw, job.workflow.raw.get("env")], default=str)


def no_login(paper: Any, images: Any, outcome: Any) -> Any:
    """What keeps a job of a run from logging in before it pushes or deploys; None when nothing does."""
    for job, _, what in images.publishing(outcome):
        deploys = what.endswith("deployed")
        if not deploys and (uses_registry_token(job) or not images.pushes_in(job)):
            continue
        login = next((step for step in job.steps if is_login(step)), None)
        local = next((step for step in job.steps if step.ran and step.step.uses.startswith("./")), None)
        login = login or (local if job.may("id-token") == "write" else None)
        if login is None:
            return paper.Trouble(f"{job.name} has no login with the run's identity before {what}", job.at("steps"))
        place = job.workflow.at(*login.step.place)
        if job.may("id-token") != "write":
            seen = f"{job.name} asks for its identity and may not: the scope id-token is {job.may('id-token')!r}"
            return paper.Trouble(seen, place)
        if login.step.action == AWS_LOGIN and not login.given.get("aws-region"):
            return paper.Trouble(f"{job.name} logs in to no region, which this action asks for", place)
    return None


REGISTRY_LOGIN = re.compile(
    r"\blogin\b|configure-docker|docker-credential|credHelpers|\.docker/|config\.json|--(?:dest-)?creds\b|--authfile"
)
HOSTED = re.compile(r"^(?:ubuntu|windows|macos)-")
ENGINES = re.compile(r"\b(?:docker|podman|nerdctl|buildah)\b|docker/|redhat-actions/")


def no_registry(paper: Any, images: Any, outcome: Any) -> Any:
    """The first push, from a machine of GitHub's that has not logged in to the registry before it."""
    for job, step in images.pushes(outcome)[:1]:
        before = job.steps[: job.steps.index(step) + 1]
        text = " ".join([step.step.uses, step.step.run])
        # A machine of one's own may know the registry already; tools of a cloud bring their own login.
        if not HOSTED.match(str(job.job.raw.get("runs-on"))) or not ENGINES.search(text):
            continue
        if not any(one.ran and _knows_registry(one.step) for one in before):
            seen = f"{job.name} pushes to a registry without a login there, and the registry refuses it"
            where = job.workflow.at(*step.step.place)
            return paper.Trouble(seen, where, "The cloud knows this job by now. How does docker learn the password?")
    return None


def _knows_registry(step: Step) -> bool:
    action = "login" in step.action and step.action != "azure/login"
    return action or step.uses.startswith("./") or bool(REGISTRY_LOGIN.search(step.run))

"""The checks of exercise 5: three tickets, three repairs, and a Service that finds its pods.

Tasks 1 and 2. The others stand beside it: test_05_kubernetes_pods (tasks 3 and 4),
test_05_kubernetes_settings (task 5) and test_05_kubernetes_surroundings (tasks 6 and 7).
"""

from __future__ import annotations

from typing import Any

from checker import check, expect, partial, read_hints
from checker.kube import labels, policies, quantity
from checker.kube.pods import pod_labels
from checker.kube.probes import Probe
from checker.kube.services import OPENS, openings, others, takes, ways
from checker.kube.starting import hindrances, serves_nothing

HINTS = read_hints(__file__)
# What to look at again, by the cause that was missed.
LOOK = {
    "image": "Read the events, oldest first: which one is the first that failed, and what did it ask for?",
    "memory": "What does Last State say: reason and exit code? Which signal is the exit code less 128?",
    "probe": "The containers run, and READY says 0/1. Whom does the failing event ask, and who listens there?",
}

# Lines of a Service that send requests where nobody answers: key, value, what becomes of them.
MISSES = (
    ("publishNotReadyAddresses", True, "publishNotReadyAddresses: pods that are not ready yet get requests too"),
    ("internalTrafficPolicy", "Local", "internalTrafficPolicy Local: a client on a node without such a pod is refused"),
)


# -- task 1 -----------------------------------------------------------------------------------------------------
@check(id="accepted", task=1, why="What the server refuses at apply changes nothing in the cluster.")
def test_deployment_is_accepted(handed_in):
    """A server of each supported version takes the Deployment."""
    handed_in.taken(handed_in.deployment)


@check(
    id="tickets",
    task=1,
    points=3,
    hints=HINTS["tickets"],
    why="Pods tell why they do not serve in three places: status, last state and events.",
)
def test_tickets_are_diagnosed(submission, truth):
    """Each of the three tickets has its cause."""
    right = truth.causes(submission.seed)
    answers = submission.answers()
    given = {key: str(answers.values.get(key, "?")).strip().lower() for key in right}
    if set(given.values()) == {"?"}:
        answers.get("ticket_a", str)

    wrong = [key for key in right if given[key] != right[key]]
    if not wrong:
        return
    first = wrong[0]
    finding = {
        "tried": "compared your three answers with what the tickets show",
        "seen": f"{len(right) - len(wrong)} of 3 agree; {first} = {given[first]!r} does not",
        "expected": "for each ticket one of: image, probe, memory, cpu, selector, node",
        "where": f"answers.toml, {first}",
        "next": LOOK[right[first]],
    }
    if len(wrong) < len(right):
        partial(len(right) - len(wrong), **finding)
    expect(False, **finding)


@check(
    id="starts",
    task=1,
    points=2,
    after=("accepted",),
    hints=HINTS["starts"],
    why="A pod that cannot pull its image, or is killed at its start, never serves a request.",
)
def test_pods_start(handed_in, contract):
    """The pods can pull their image, and have the memory that they need."""
    api = handed_in.api
    image = str(api.get("image"))
    expect(
        contract.IMAGE.fullmatch(image),
        tried="looked up the image on the nodes, where the contract has it",
        seen=f"{image!r} is not there: every new pod ends in ImagePullBackOff",
        expected="an image and a tag of the brief's contract",
        where=api.where("image"),
        next="Letter by letter: which part of the name is not the contract's?",
    )
    found = next(hindrances(handed_in.deployment, handed_in.objects, contract.IMAGE), None)
    expect(
        found is None,
        tried="made the pods, and started their containers one after the other",
        seen=found and found.says,
        expected="pods that the cluster of the contract can make and start",
        where=found and api.owner.where(*found.path),
        next="What does the pod ask for that neither your files nor the contract have?",
    )
    expect(
        not serves_nothing(api.get("command")),
        tried="started the container with its command",
        seen=f"{' '.join(map(str, api.get('command') or []))!r} runs in place of the service, and answers nobody",
        expected="a container that runs the service",
        where=api.where("command"),
        next="What becomes of the program of the image when command is given?",
    )
    limit = api.amount("limits", "memory")
    least, most = contract.MEMORY_LIMIT
    expect(
        limit is not None and least <= limit <= most,
        tried="held the memory limit against what a pod needs",
        seen=_of_limit(limit, contract),
        expected="a limit from 128Mi to 512Mi",
        where=api.where("resources", "limits", "memory"),
        next="How many bytes is the limit as it is written, and how many does the service hold?",
    )


def _of_limit(limit: Any, contract: Any) -> str:
    if limit is None:
        return "there is no limit: one pod that leaks takes the memory of its whole node"
    told = quantity.memory_text(limit)
    if limit < contract.MEMORY_USED:
        return f"the limit is {told}, a pod holds 80Mi: it is killed with exit code 137, again and again"
    return f"the limit is {told}, and a pod holds 80Mi at most"


@check(
    id="readiness",
    task=1,
    points=1,
    after=("accepted",),
    hints=HINTS["readiness"],
    why="A Service sends requests to ready pods only, and a rollout goes on only when new pods are ready.",
)
def test_readiness_probe_hits(handed_in, contract):
    """The readiness probe asks where the service answers for it."""
    probe = Probe(handed_in.api, "readiness")
    expect(
        probe.asks(contract.READY, contract.LISTENS),
        tried="followed the readiness probe to the container",
        seen=_of_readiness(probe, contract),
        expected="GET /health/ready on the port that the service listens on, 8000",
        where=probe.where(probe.handler, next((one for one in ("host", "scheme") if _set(probe, one)), "port")),
        next="Who asks a probe, and how does the service speak on its port?"
        if _set(probe, "host") or _set(probe, "scheme")
        else "Which port does the container open, and which path tells that the model is loaded?",
    )
    late = probe.notices_after > contract.NOTICES
    expect(
        max(probe.notices_after, probe.trusts_after) <= contract.NOTICES,
        tried="let a pod lose its model, and counted the tries"
        if late
        else "started a pod, and counted the tries until it gets requests",
        seen=f"it gets requests for up to {probe.notices_after} seconds more, and cannot answer them"
        if late
        else f"it gets none for {probe.trusts_after} seconds, although it can answer",
        expected=f"at most {contract.NOTICES} seconds until the probe has noticed that a pod can answer, or cannot",
        where=probe.where("failureThreshold" if probe.get("failureThreshold") else "periodSeconds")
        if late
        else probe.where(),
        next="How far are the tries apart, and how many of them decide?",
    )


def _of_readiness(probe: Probe, contract: Any) -> str:
    if not probe.there:
        return "there is no readinessProbe: a pod gets requests before its model is loaded"
    why = "that says the process lives, and nothing of its model"
    if _set(probe, "host"):
        why = "the node asks, and goes to that host in place of the pod"
    elif _set(probe, "scheme"):
        why = "the service speaks plain HTTP there, so no pod ever turns ready"
    elif probe.port != contract.LISTENS:
        why = "nobody listens there, so no pod ever turns ready"
    return f"it asks for {probe.told()}; {why}"


def _set(probe: Probe, field: str) -> bool:
    """Whether the probe names a host, or another scheme than HTTP."""
    return probe.get("httpGet", field) not in (None, "", "HTTP")


# -- task 2 -----------------------------------------------------------------------------------------------------
@check(
    id="selector",
    task=2,
    points=2,
    after=("accepted",),
    hints=HINTS["selector"],
    why="A Service knows its pods by their labels alone; with none, it refuses every request.",
)
def test_service_selects_the_pods(handed_in, contract):
    """The Service selects the pods of the Deployment."""
    service = handed_in.objects.one(
        "Service",
        name=contract.SERVICE,
        where="service.yaml",
        next="What must it know: which pods, which port of theirs, and which port of its own?",
    )
    handed_in.taken(service)
    expect(
        service.name == contract.SERVICE,
        tried="asked the cluster's DNS for movie-service",
        seen=f"your Service is called {service.name!r}",
        expected="a Service 'movie-service'",
        where=service.where("metadata", "name"),
        next="By which name do the clients of the brief call it?",
    )
    kind = service.get("spec", "type") or "ClusterIP"
    expect(
        kind == "ClusterIP",
        tried="asked who may reach the Service",
        seen=f"a Service of type {kind} {OPENS.get(kind, 'is something else')}",
        expected="a Service inside the cluster, of the type that it has by default",
        where=service.where("spec", "type"),
        next="Who may reach it: pods of the cluster only, or others too?",
    )
    deployment, pods = handed_in.deployment, handed_in.replicas
    selector = service.get("spec", "selector") or {}
    carried = labels.text(pod_labels(deployment))
    expect(
        service.namespace == deployment.namespace,
        tried="looked for pods where the Service looks for them",
        seen=f"it looks in namespace {service.namespace}, the pods are in {deployment.namespace}: none is found",
        expected="the Service in the namespace of the pods",
        where=service.where("metadata", "namespace"),
        next="How far does a Service look: in all namespaces, or in its own?",
    )
    expect(
        takes(service, deployment),
        tried="matched the Service's selector with the labels of the pods",
        seen=f"selector {labels.text(selector)}, pods carry {carried}: "
        f"0 of {pods} pods match, so requests are refused although all pods run",
        expected="a selector that the pods match",
        where=service.where("spec", "selector"),
        next="Compare with the labels under the template. What part does the Deployment's own name play?",
    )
    opening = next(openings(deployment, handed_in.objects), None)
    expect(
        opening is None,
        tried="asked who may reach the pods, through all objects of your files",
        seen=opening and opening.says,
        expected="a way to the pods from inside the cluster only",
        where=opening and opening.by.where(*opening.path),
        next="Who are the clients of the contract, and which of your objects lets in others?",
    )
    more = others(service, deployment, handed_in.objects)
    expect(
        not more,
        tried="looked for all pods that the Service's selector takes",
        seen=more and f"it takes those of the {more[0].kind} {more[0].name!r} too, and sends requests there",
        expected="a selector that takes the pods of your Deployment, and no others",
        where=more and more[0].where("metadata", "labels"),
        next="Which label do only the pods of one of them carry?",
    )


@check(
    id="service-port",
    task=2,
    points=1,
    after=("selector",),
    hints=HINTS["service-port"],
    why="port is what clients call, targetPort where the pod listens; without the second, both are the same.",
)
def test_service_leads_to_the_port(handed_in, contract):
    """Port 80 of the Service leads to the port that the service listens on."""
    service = handed_in.objects.one("Service", name=contract.SERVICE, where="service.yaml", next="")
    found = ways(service, handed_in.deployment)
    way = next((one for one in found if one.port == contract.CLIENTS), None)
    offered = ", ".join(str(one.port) for one in found)
    seen = f"the Service has port {offered}, so http://movie-service is refused"
    if way:
        nowhere = f"no container has a port named {way.target!r}, so the Service has no address to send it to"
        seen = nowhere if way.arrives is None else f"it arrives at port {way.arrives} of a pod, where nobody listens"
        if service.get("spec", "clusterIP") == "None":
            seen = f"a headless Service (clusterIP None) forwards nothing: {seen}"
    protocol = service.get(*way.path, "protocol") if way else None
    expect(
        way and way.arrives == contract.LISTENS and protocol in (None, "TCP"),
        tried="followed a request to port 80 of the Service into a pod",
        seen=seen if protocol in (None, "TCP") else f"the port takes {protocol}, and HTTP comes by TCP",
        expected="it arrives at port 8000 of a pod",
        where=service.where(*(way.path if way else ("spec", "ports"))),
        next="Which of the two numbers is the client's, which is the pod's, and by which name do you know the pod's?",
    )
    closed = policies.shut(handed_in.deployment, handed_in.objects, contract.LISTENS)
    expect(
        closed is None,
        tried="followed a request of a pod of the same namespace through your network policies",
        seen=closed and closed[1].says,
        expected="pods that the clients of the contract reach at port 8000, through all policies",
        where=closed and closed[0].where(*closed[1].path),
        next="Once a policy takes a pod, who may still reach it, and at which port: the Service's or the pod's?",
    )
    wrong = next((one for one in MISSES if service.get("spec", one[0]) == one[1]), None)
    if wrong:
        expect(
            False,
            tried="sent requests to port 80 of the Service, from both nodes and while a pod starts",
            seen=wrong[2],
            expected="each request at a pod that is ready, wherever its client runs",
            where=service.where("spec", wrong[0]),
            next="What does this line change, and which pods and clients does that leave?",
        )

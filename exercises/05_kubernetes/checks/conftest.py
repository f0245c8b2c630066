"""What the checks of this exercise share: the objects of the hand-in, taken by a server or not."""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import pytest

from checker import expect, sibling
from checker.kube import scaling
from checker.kube.admission import refused
from checker.kube.objects import Object, Objects, read
from checker.kube.placement import Bar, bars, most
from checker.kube.pods import Container, containers, places
from checker.kube.quotas import quotas
from checker.kube.schema import VERSIONS

ASKED = f"asked the schemas of Kubernetes {', '.join(VERSIONS[:-1])} and {VERSIONS[-1]}, and the server's rules"


@pytest.fixture
def contract() -> ModuleType:
    """What the brief promises and asks."""
    return sibling(__file__, "contract")


@pytest.fixture
def truth() -> ModuleType:
    """The right answers of a seed."""
    return sibling(__file__, "answers")


@dataclass(frozen=True)
class HandedIn:
    """The objects of the hand-in."""

    objects: Objects
    contract: ModuleType

    @property
    def deployment(self) -> Object:
        return self.objects.one(
            "Deployment",
            name=self.contract.SERVICE,
            where="deployment.yaml",
            next="Which file holds the template of the pods, and what does its key kind say?",
        )

    @property
    def api(self) -> Container:
        """The container of the service: the one with its image, else the one with its port, else the first."""
        found = containers(self.deployment)
        named = [one for one in found if self.contract.IMAGE.fullmatch(str(one.get("image")))]
        opened = [one for one in found if one.get("ports", 0, "containerPort") == self.contract.LISTENS]
        return (named or opened or found)[0]

    @property
    def scalers(self) -> list[Object]:
        return [one for one in self.objects.of(scaling.KIND) if not refused(one)]

    @property
    def replicas(self) -> int:
        return scaling.replicas(self.deployment, self.scalers)

    @property
    def bars(self) -> list[Bar]:
        return bars(self.deployment, self.contract.NODE_LABELS)

    @property
    def quotas(self) -> list[tuple[Object, Bar]]:
        """The lines of quotas that count the pods, the narrowest first."""
        return [one for one in quotas(self.deployment, self.objects) if not refused(one[0])]

    @property
    def room(self) -> int:
        """How many pods may be made, and find a place on the nodes."""
        nodes = self.contract.NODES
        allowed = [bar.most[0] for _, bar in self.quotas]
        return min([places(self.deployment, nodes, most(self.bars, len(nodes))), *allowed])

    def taken(self, one: Object) -> None:
        """End the check when a server would refuse the object, or when a later one replaces it."""
        refusal = refused(one)
        expect(
            refusal is None,
            tried=f"{ASKED} about your {one.kind}",
            seen=refusal and f"{refusal.who} refuses it: {refusal.says}",
            expected=f"a {one.kind} that the server takes",
            where=refusal and one.where(*refusal.path),
            next="Which value, or which pair of values, breaks this rule, and which would keep it?"
            if refusal and refusal.rule
            else "What does the reference of this kind say of this key: its name, its place, its type?",
        )
        same = [
            other for other in self.objects.of(one.kind) if (other.name, other.namespace) == (one.name, one.namespace)
        ]
        expect(
            len(same) == 1,
            tried=f"looked for your {one.kind} in all files",
            seen=f"{one.name} stands {len(same)} times: {', '.join(other.where() for other in same)}",
            expected="each object once; of two, the one that is applied last stays",
            where=one.where(),
            next="Which of them is the one that you mean?",
        )


@pytest.fixture
def handed_in(submission, contract) -> HandedIn:
    """The objects of all files. A file that cannot be read spoils only what stands in it."""
    return HandedIn(read(submission), contract)

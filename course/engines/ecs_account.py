"""An account of one's own on ministack: a network, secrets, stacks, and what became of a service in it."""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Self, TypeVar

from course.engines.found import EngineTrouble

PAUSE, PATIENCE = 0.5, 120.0
T = TypeVar("T")


class Account:
    """All calls of one run; nobody else sees what they make, and the end of a `with` removes it."""

    def __init__(self, endpoint: str, region: str) -> None:
        # Every learner's environment has it; without the emulator nobody needs it.
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError

        self.refusal: type[Exception] = ClientError
        self.errors: tuple[type[Exception], ...] = (ClientError, BotoCoreError)
        self.number = f"{secrets.randbelow(10**12):012d}"
        self.endpoint = endpoint
        self._session = boto3.Session(aws_access_key_id=self.number, aws_secret_access_key="course", region_name=region)
        self._stacks: list[str] = []
        self._made: dict[str, str] = {}
        self._clusters: set[str] = set()

    def client(self, name: str) -> Any:
        return self._session.client(name, endpoint_url=self.endpoint)

    def network(self) -> dict[str, str]:
        """Ids of a network, by the type of the parameter that asks for them."""
        ec2 = self.client("ec2")
        vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
        group = ec2.create_security_group(GroupName="movie", Description="all", VpcId=vpc)["GroupId"]
        return {
            "AWS::EC2::VPC::Id": vpc, "AWS::EC2::Subnet::Id": ",".join(subnets), "AWS::EC2::SecurityGroup::Id": group,
        }  # fmt: skip

    def cluster(self, name: str) -> None:
        self.client("ecs").create_cluster(clusterName=name)
        self._clusters.add(name)

    def secret_of(self, name: str, key: str) -> str:
        """The ARN of a secret that is there, with the field that is asked for."""
        if name not in self._made:
            value = json.dumps({key: "a key"}) if key else "a key"
            made = self.client("secretsmanager").create_secret(Name=name, SecretString=value)
            self._made[name] = made["ARN"]
        return self._made[name] + (f":{key}::" if key else "")

    def register(self, task: Mapping[str, Any]) -> str:
        return str(self.client("ecs").register_task_definition(**task)["taskDefinition"]["taskDefinitionArn"])

    def deploy(self, name: str, template: Mapping[str, Any], given: list[dict[str, str]], *, again: bool) -> str:
        """Make or update a stack, and wait for its end: its state, and why where that is no success."""
        calls = self.client("cloudformation")
        call = calls.update_stack if again else calls.create_stack
        if not again:
            self._stacks.append(name)
        capable = ["CAPABILITY_NAMED_IAM"]
        try:
            call(StackName=name, TemplateBody=json.dumps(template), Parameters=given, Capabilities=capable)
        except self.refusal as refusal:
            return f"refused: {str(refusal).partition(': ')[2]}"
        state = self.until(
            lambda: str(calls.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]),
            lambda found: not found.endswith("IN_PROGRESS"),
        )
        events = calls.describe_stack_events(StackName=name)["StackEvents"]
        why = [f"{one['LogicalResourceId']}: {one['ResourceStatusReason']}" for one in events
               if one["ResourceStatus"].endswith("FAILED") and one.get("ResourceStatusReason")]  # fmt: skip
        return state if state in ("CREATE_COMPLETE", "UPDATE_COMPLETE") else f"{state} {' '.join(why[-1:])}".strip()

    def service(self) -> dict[str, Any]:
        """The one service of the clusters."""
        calls = self.client("ecs")
        for cluster in calls.list_clusters()["clusterArns"]:
            for arn in calls.list_services(cluster=cluster)["serviceArns"]:
                found: dict[str, Any] = calls.describe_services(cluster=cluster, services=[arn])["services"][0]
                return found
        raise EngineTrouble("The stack has no service, so nothing runs.", "checker check 6 --task 1")

    def ask(self, path: str) -> tuple[int, str]:
        """What the balancer answers to GET: status and text; 0 when there is none."""
        balancers = self.client("elbv2").describe_load_balancers()["LoadBalancers"]
        if not balancers:
            return 0, "there is no balancer"
        url = f"{self.endpoint}/_alb/{balancers[0]['LoadBalancerName']}{path}?AWSAccessKeyId={self.number}"
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(url, timeout=10) as answer:
                return int(answer.status), answer.read().decode().strip()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace").strip()
        except OSError as error:
            return 0, str(error)

    def until(self, look: Callable[[], T], ok: Callable[[T], object], *, seconds: float = PATIENCE) -> T:
        """Look again and again until it is so, or the time is over; the last look either way."""
        ends = time.monotonic() + seconds
        while True:
            found = look()
            if ok(found) or time.monotonic() > ends:
                return found
            time.sleep(PAUSE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove services, stacks and clusters, and wait until no container of them is left."""
        ecs, stacks = self.client("ecs"), self.client("cloudformation")
        for cluster in ecs.list_clusters()["clusterArns"]:
            for arn in ecs.list_services(cluster=cluster)["serviceArns"]:
                ecs.delete_service(cluster=cluster, service=arn, force=True)
        for name in reversed(self._stacks):
            stacks.delete_stack(StackName=name)
        for cluster in self._clusters:
            self.until(partial(ecs.list_tasks, cluster=cluster), lambda found: not found["taskArns"])
            ecs.delete_cluster(cluster=cluster)

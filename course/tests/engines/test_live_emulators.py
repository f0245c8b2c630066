"""The AWS emulators as live rows use them: a plain boto3, an account of one's own, loopback only."""

from __future__ import annotations

import secrets
import socket
from pathlib import Path

import pytest

from course.engines.emulators import EMULATORS
from course.engines.testing import Live, figure

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]
PUT = """
import boto3, sys
s3, lake = boto3.client("s3"), sys.argv[1]
s3.create_bucket(Bucket=lake)
s3.put_object(Bucket=lake, Key="a", Body=b"x" * 10)
print(boto3.client("sts").get_caller_identity()["Account"], s3.get_object(Bucket=lake, Key="a")["ContentLength"])
"""
LIST = """
import boto3
print([bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]])
"""
ALARM = """
import boto3, time
watch = boto3.client("cloudwatch")
watch.put_metric_alarm(
    AlarmName="errors", Namespace="movies", MetricName="errors", Statistic="Sum", Period=60, EvaluationPeriods=1,
    Threshold=5, ComparisonOperator="GreaterThanThreshold")
watch.put_metric_data(Namespace="movies", MetricData=[{"MetricName": "errors", "Value": 9}])
for _ in range(200):
    state = watch.describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]["StateValue"]
    if state == "ALARM":
        break
    time.sleep(0.3)
print(state)
"""


@pytest.fixture(params=[one.name for one in EMULATORS])
def aws(request):
    return Live(request.param)


def account():
    return f"{secrets.randbelow(10**12):012d}"


def run(aws, code, key, *words):
    aws.env["AWS_ACCESS_KEY_ID"] = key
    return aws.run(aws.found.facts["python"], "-c", code, *words)


def test_a_key_of_twelve_digits_is_an_account_that_nobody_else_sees(aws):
    mine, other = account(), account()
    # Names of buckets are one for all accounts, as on AWS itself.
    lake = f"lake-{mine}"

    bar = "a bucket of one account is not seen by another"
    with figure(f"{aws.found.name}: accounts apart", bar, engine=aws.found.name):
        assert run(aws, PUT, mine, lake) == f"{mine} 10"
        assert run(aws, LIST, mine) == f"['{lake}']"
        assert run(aws, LIST, other) == "[]"


def test_it_listens_on_loopback_only(aws):
    port = int(aws.found.facts["endpoint"].rpartition(":")[2])
    listening = {
        bytes.fromhex(line.split()[1].partition(":")[0])
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].partition(":")[2], 16) == port
    }

    assert listening == {socket.inet_aton("127.0.0.1")[::-1]}


def test_an_alarm_of_ministack_fires_from_data():
    assert run(Live("ministack"), ALARM, account()) == "ALARM"


ECS = """
import boto3, json, sys, time, urllib.request
name, endpoint, account = sys.argv[1:4]
ec2, balancers, ecs = boto3.client("ec2"), boto3.client("elbv2"), boto3.client("ecs")
vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]][:2]
group = ec2.create_security_group(GroupName=name, Description="d", VpcId=vpc)["GroupId"]
balancer = balancers.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
target = balancers.create_target_group(
    Name=name, Protocol="HTTP", Port=80, VpcId=vpc, TargetType="ip")["TargetGroups"][0]["TargetGroupArn"]
balancers.create_listener(
    LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
ecs.create_cluster(clusterName=name)
ecs.register_task_definition(
    family=name, requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256", memory="512",
    containerDefinitions=[{"name": "web", "image": "nginx:1.26", "portMappings": [{"containerPort": 80}],
        "command": ["sh", "-c", "echo movies > /srv/index.html && exec python3 -m http.server 80 -d /srv"]}])
place = {"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group], "assignPublicIp": "ENABLED"}}
ecs.create_service(
    cluster=name, serviceName=name, taskDefinition=name, desiredCount=2, launchType="FARGATE",
    loadBalancers=[{"targetGroupArn": target, "containerName": "web", "containerPort": 80}], networkConfiguration=place)
ecs.get_waiter("services_stable").wait(cluster=name, services=[name], WaiterConfig={"Delay": 1, "MaxAttempts": 120})
url = f"{endpoint}/_alb/{name}/?AWSAccessKeyId={account}"
for _ in range(200):
    try:
        text = urllib.request.urlopen(url, timeout=5).read().decode().strip()
        break
    except OSError as error:
        text = str(error)
        time.sleep(0.3)
print(ecs.describe_services(cluster=name, services=[name])["services"][0]["runningCount"], text)
ecs.delete_service(cluster=name, service=name, force=True)
"""


def test_an_ecs_service_of_ministack_is_containers_behind_a_balancer():
    docker, aws = Live("docker"), Live("ministack")
    name = f"web{secrets.token_hex(4)}"
    key = aws.env["AWS_ACCESS_KEY_ID"] = account()

    bar = "2 tasks run, and answer through the balancer"
    with figure("ministack: an ECS service", bar, engine="ministack") as found:
        found.value = aws.run(aws.found.facts["python"], "-c", ECS, name, aws.found.facts["endpoint"], key)
        assert found.value == "2 movies"

    left = "docker", "ps", "--quiet", "--filter", "ancestor=nginx:1.26", "--filter", "label=ministack"
    docker.until("containers of the deleted service end", lambda: docker.run(*left) == "", seconds=60)

"""Files that reach for the machine itself are refused, with the place; ordinary ones pass."""

from __future__ import annotations

import pytest

from checker.errors import NotYet
from checker.refusal import refuse_reaching_out

COMPOSE = """services:
  api:
    build: {{context: ., dockerfile: Dockerfile}}
    image: movie:1
    {line}
volumes:
  data: {{}}
"""
POD = """apiVersion: v1
kind: Service
metadata: {{name: a}}
---
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      {line}
      containers: []
"""


def place_of(name: str, text: str) -> str:
    with pytest.raises(NotYet) as refused:
        refuse_reaching_out({name: text})
    finding = refused.value.finding
    assert finding.tried == f"looked into {name} before any engine sees it"
    return f"{finding.where} {finding.seen}"


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("privileged: true", "privileged: true"),
        ("network_mode: host", "network_mode: host"),
        ("pid: host", "pid: host"),
        ("pid: container:other", "pid: container:other"),
        ('volumes: ["/:/host"]', "/:/host"),
        ('volumes: ["/var/run/docker.sock:/s"]', "/var/run/docker.sock:/s"),
        ('volumes: ["~/x:/x"]', "~/x:/x"),
        ('volumes: ["${HOME}:/x"]', "${HOME}:/x"),
        ('volumes: ["./a/../../b:/x"]', "./a/../../b:/x"),
        ("volumes: [{type: bind, source: /etc, target: /x}]", "source: /etc"),
        ("devices: [/dev/kvm]", "devices: …"),
        ("cap_add: [SYS_ADMIN]", "SYS_ADMIN"),
        ('security_opt: ["seccomp:unconfined"]', "seccomp:unconfined"),
        ("env_file: ../secret.env", "env_file: ../secret.env"),
        ("env_file: [.env, /etc/passwd]", "/etc/passwd"),
        ("extends: {file: ../other.yaml, service: x}", "file: ../other.yaml"),
        ("cgroup_parent: x", "cgroup_parent: x"),
        ('volumes_from: ["container:a"]', "volumes_from: …"),
    ],
)
def test_a_compose_file_that_reaches_out(line, seen):
    assert place_of("compose.yaml", COMPOSE.format(line=line)) == f"compose.yaml:5 {seen}"


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("hostNetwork: true", "hostNetwork: true"),
        ("hostPID: yes", "hostPID: yes"),
        ("volumes: [{name: a, hostPath: {path: /}}]", "hostPath: …"),
        ("securityContext: {privileged: true}", "privileged: true"),
        ("securityContext: {capabilities: {add: [NET_ADMIN]}}", "NET_ADMIN"),
    ],
)
def test_a_manifest_that_reaches_out_in_its_second_document(line, seen):
    assert place_of("deployment.yaml", POD.format(line=line)) == f"deployment.yaml:10 {seen}"


def test_a_task_definition_that_reaches_out():
    text = '{\n\t"networkMode": "host",\n\t"containerDefinitions": []\n}\n'

    assert place_of("taskdef.json", text) == "taskdef.json:2 networkMode: host"


@pytest.mark.parametrize("flag", ["--network=host", "--security=insecure"])
def test_a_dockerfile_that_reaches_out(flag):
    assert place_of("Dockerfile", f"FROM a\n# {flag}\nRUN {flag} make\n") == f"Dockerfile:3 {flag}"


def test_a_workflow_whose_container_takes_the_disk():
    text = "jobs:\n  a:\n    container:\n      image: x\n      options: -v /:/host\n"

    assert place_of("ci.yml", text) == "ci.yml:5 options: -v /:/host"


def test_an_alias_hides_nothing():
    text = "x-rights: &rights\n  privileged: true\nservices:\n  api:\n    <<: *rights\n"

    assert place_of("compose.yaml", text) == "compose.yaml:2 privileged: true"


def test_a_file_that_cannot_be_read_is_named_with_its_line():
    with pytest.raises(NotYet) as refused:
        refuse_reaching_out({"deployment.yaml": "a: 1\n---\nb: [1\n"})

    assert refused.value.finding.where == "deployment.yaml:4"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("compose.yaml", COMPOSE.format(line='volumes: ["data:/data", "./prometheus.yml:/etc/p.yml:ro", "/scratch"]')),
        ("compose.yaml", COMPOSE.format(line='privileged: false\n    ports: ["127.0.0.1:8000:8000"]')),
        ("compose.yaml", COMPOSE.format(line="cap_drop: [ALL]\n    cap_add: [NET_BIND_SERVICE]")),
        ("compose.yaml", COMPOSE.format(line='security_opt: ["no-new-privileges:true"]')),
        ("deployment.yaml", POD.format(line="volumes: [{name: a, configMap: {items: [{key: k, path: x/y}]}}]")),
        ("deployment.yaml", POD.format(line="initContainers: [{livenessProbe: {httpGet: {path: /health/live}}}]")),
        ("deployment.yaml", POD.format(line="securityContext: {capabilities: {drop: [ALL]}}")),
        ("taskdef.json", '{"networkMode": "awsvpc", "volumes": [{"name": "tmp"}]}'),
        ("ci.yml", "jobs: {a: {steps: [{uses: b, with: {context: ., file: ./Dockerfile, path: ~/.cache/pip}}]}}"),
        ("Dockerfile", "FROM a\nRUN --network=none --mount=type=cache,target=/root pip install x\n"),
        ("app.py", "privileged = True  # no file of an engine\n"),
    ],
)
def test_ordinary_files_pass(name, text):
    refuse_reaching_out({name: text})


def test_a_template_with_short_functions_is_looked_through_like_any_other():
    template = "Resources:\n  S:\n    Properties:\n      Role: !GetAtt R.Arn\n      Name: !Sub ${A}\n"

    refuse_reaching_out({"service.yaml": template})
    with pytest.raises(NotYet) as refused:
        refuse_reaching_out({"service.yaml": f"{template}      NetworkMode: !Ref N\n      networkMode: host\n"})

    assert refused.value.finding.where == "service.yaml:7"

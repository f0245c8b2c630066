"""Files that Compose refuses, and the sentence that we say with its place."""

from __future__ import annotations

from checker.tests.compose.cases import BASE, OVER

REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "unknown_key": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    enviroment: {A: 1}\n"},
        "compose.yaml:4: services.a: Compose knows no key 'enviroment' here",
    ),
    "top_level_service": (
        {"compose.yaml": "services: {a: {image: a}}\nredis:\n  image: redis\n"},
        "compose.yaml:2: the top level: Compose knows no key 'redis' here",
    ),
    "wrong_type": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    ports: 8080\n"},
        "compose.yaml:4: services.a.ports: 8080 stands where a list is expected",
    ),
    "space_in_a_volume": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    volumes:\n      - data: /data\n"},
        "compose.yaml:5: services.a.volumes.0: Compose knows no key 'data' here",
    ),
    "mapping_in_depends_on": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    depends_on:\n      - a: {}\n"},
        "compose.yaml:5: services.a.depends_on.0: a mapping stands where a text is expected",
    ),
    "number_for_env_file": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    env_file: 7\n"},
        "compose.yaml:4: services.a.env_file: 7 stands where a text or a list is expected",
    ),
    "no_image": (
        {"compose.yaml": "services:\n  a: {command: x}\n"},
        "compose.yaml:2: the service 'a' has neither image nor build",
    ),
    "volume_not_listed": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    volumes:\n      - data:/data\n"},
        "compose.yaml:5: the service 'a' mounts the volume 'data', which volumes: does not list",
    ),
    "network_not_listed": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    networks: [back]\n"},
        "compose.yaml:4: the service 'a' joins the network 'back', which networks: does not list",
    ),
    "secret_not_listed": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    secrets: [token]\n"},
        "compose.yaml:4: the service 'a' asks for secrets 'token', which is not defined",
    ),
    "depends_on_nobody": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    depends_on: [db]\n"},
        "compose.yaml:4: the service 'a' depends on 'db', which is not defined or not started",
    ),
    "depends_on_profile": (
        {"compose.yaml": "services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, profiles: [x]}\n"},
        "compose.yaml:2: the service 'a' depends on 'b', which is not defined or not started",
    ),
    "circle": (
        {"compose.yaml": "services:\n  a: {image: a, depends_on: [b]}\n  b: {image: b, depends_on: [a]}\n"},
        "compose.yaml:2: the services wait for each other: a -> b -> a",
    ),
    "condition": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    depends_on:\n      b: {condition: healthy}\n"},
        "compose.yaml:5: services.a.depends_on.b.condition: 'healthy' is none of service_started, service_healthy, "
        "service_completed_successfully",
    ),
    "required_variable": (
        {"compose.yaml": "services:\n  a:\n    image: ${IMAGE:?which one}\n"},
        "compose.yaml:3: the variable IMAGE has no value, and is required: which one",
    ),
    "no_variable": (
        {"compose.yaml": 'services:\n  a:\n    image: a\n    command: "${1}"\n'},
        "compose.yaml:4: '${1}' is no variable; a dollar sign is written $$",
    ),
    "env_file_missing": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    env_file: api.env\n"},
        "compose.yaml:4: there is no env file api.env",
    ),
    "bad_port": (
        {"compose.yaml": 'services:\n  a:\n    image: a\n    ports: ["eighty"]\n'},
        "compose.yaml:4: 'eighty' is no port; the form is address:host:container, the first two may be left out",
    ),
    "port_too_big": (
        {"compose.yaml": 'services:\n  a:\n    image: a\n    ports: ["80800:8000"]\n'},
        "compose.yaml:4: '80800' is no port: ports go from 1 to 65535",
    ),
    "test_without_cmd": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    healthcheck: {test: [redis-cli, ping]}\n"},
        "compose.yaml:4: the healthcheck of 'a' begins with 'redis-cli'; a list begins with CMD, CMD-SHELL or NONE",
    ),
    "time_without_unit": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    healthcheck: {test: x, interval: 10 s}\n"},
        "compose.yaml:4: interval of the healthcheck of 'a' is '10 s'; a time has a unit, such as 10s or 1m30s",
    ),
    "two_at_one_place": (
        {"compose.yaml": "services:\n  a:\n    image: a\n    tmpfs: [/data]\n    volumes: [/data]\n"},
        "compose.yaml:5: 'a' mounts two things at /data",
    ),
    "extends_nobody": (
        {"compose.yaml": "services:\n  a:\n    extends: b\n"},
        "compose.yaml:3: 'a' extends 'b', which is not in compose.yaml",
    ),
    "include_missing": (
        {"compose.yaml": "include:\n  - other.yaml\nservices: {a: {image: a}}\n"},
        "compose.yaml:2: there is no file other.yaml",
    ),
    "include_conflict": (
        {
            "compose.yaml": "include:\n  - other.yaml\nservices: {a: {image: a}}\n",
            "other.yaml": "services: {a: {image: b}}\n",
        },
        "compose.yaml:2: the included file defines services.a too, and differently",
    ),
    "key_twice": (
        {"compose.yaml": "services:\n  a: {image: a}\n  a: {image: b}\n"},
        "compose.yaml:3: the key 'a' stands twice",
    ),
    "a_list": ({"compose.yaml": "- services\n"}, "compose.yaml:1: the top level is no mapping of keys"),
    "empty_service": (
        {"compose.yaml": "services:\n  a:\n"},
        "compose.yaml:2: services.a: None stands where a mapping is expected",
    ),
    "both_networks": (
        {"compose.yaml": "services:\n  a: {image: a, network_mode: host, networks: [x]}\nnetworks: {x: {}}\n"},
        "compose.yaml:2: the service 'a' has both network_mode and networks",
    ),
    "no_file": ({"other.yaml": "services: {}\n"}, "compose.yaml: there is no Compose file; it is named compose.yaml"),
    "list_over_mapping": (
        {"compose.yaml": BASE, OVER: "services:\n  api:\n    healthcheck: [CMD]\n", },
        "compose.override.yaml:3: services.api.healthcheck: a list stands where a mapping is expected",
    ),
}  # fmt: skip

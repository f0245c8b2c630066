"""Small projects, each with one thing that Compose does in its own way: files by name."""

BASE = """
services:
  api:
    build: ./api
    ports: ["8080:8000"]
    environment: {LEVEL: info, WORKERS: 2, DEBUG: false}
    depends_on:
      redis: {condition: service_healthy}
  redis:
    image: redis:8
    volumes: ["data:/data"]
    healthcheck: {test: ["CMD", "redis-cli", "ping"], interval: 5s}
volumes: {data: }
"""
OVER = "compose.override.yaml"

CASES: dict[str, dict[str, str]] = {
    "plain": {"compose.yaml": BASE},
    "ports_appended": {
        "compose.yaml": BASE,
        OVER: 'services: {api: {ports: ["127.0.0.1:8080:8000", "9000:9000/udp"]}}',
    },
    "ports_same": {"compose.yaml": BASE, OVER: 'services: {api: {ports: ["8080:8000"]}}'},
    "ports_replaced": {"compose.yaml": BASE, OVER: 'services:\n  api:\n    ports: !override ["127.0.0.1:8080:8000"]\n'},
    "ports_reset": {"compose.yaml": BASE, OVER: "services:\n  api:\n    ports: !reset []\n"},
    "ports_forms": {
        "compose.yaml": """
services:
  a:
    image: a
    ports: [3000, "3001", "8000-8002:9000-9002", "127.0.0.1:5000:80/tcp", "127.0.0.1::81", "[::1]:6000:82"]
  b:
    image: b
    ports:
      - {target: 80, published: 8081, host_ip: 127.0.0.1}
      - {target: 81, published: "8082-8083", protocol: udp, mode: host}
"""
    },
    "environment_forms": {
        "compose.yaml": BASE,
        OVER: "services: {api: {environment: [LEVEL=debug, 'TEXT=a=b', TOKEN, EMPTY=]}}",
        ".env": "TOKEN=from-dot-env\n",
    },
    "environment_null": {
        "compose.yaml": "services: {a: {image: a, environment: {GIVEN: , NOT: , YES: true, PI: 3.5, NO: no}}}",
        ".env": "GIVEN=1",
    },
    "depends_short_over_long": {"compose.yaml": BASE, OVER: "services: {api: {depends_on: [redis]}}"},
    "depends_long_over_short": {
        "compose.yaml": "services: {a: {image: a, depends_on: [b, c]}, b: {image: b}, c: {image: c}}",
        OVER: "services: {a: {depends_on: {b: {condition: service_completed_successfully, restart: true}}}}",
    },
    "volumes_by_target": {
        "compose.yaml": BASE,
        OVER: """
services:
  redis:
    volumes:
      - ./redis-data:/data/
      - {type: bind, source: ./conf, target: /conf, read_only: true}
      - /anonymous
      - type: tmpfs
        target: /run
    tmpfs: /tmp
  api:
    volumes: ["./api:/app:ro", "~/models:/models", "/srv/x:/x:rw,z"]
""",
    },
    "command_and_test_replaced": {
        "compose.yaml": "services: {a: {image: a, command: [x, y], healthcheck: {test: [CMD, one], retries: 3}}}",
        OVER: "services: {a: {command: z --flag 'with space', healthcheck: {test: curl localhost || exit 1}}}",
    },
    "interpolation": {
        "compose.yaml": """
services:
  a:
    image: "redis:${TAG:-8}${NOPE-}"
    ports: ["${PORT:-8080}:8000", "${HOST_PORT?set it}:9000"]
    command: ["echo", "$$HOME", "$TAG", "${EMPTY:-nested ${TAG}}", "${EMPTY-kept}", "${TAG:+there}", "${NOPE+x}", "1$"]
    environment: {A: "${NOT_SET}", B: "$TAG-$PORT", C: "cost: 5$$"}
""",
        ".env": "TAG=7.2\nHOST_PORT='9001'\nEMPTY=\nPORT=8181 # a comment\n",
    },
    "env_files": {
        "compose.yaml": """
services:
  a:
    image: a
    env_file: [one.env, {path: two.env, required: false}, {path: none.env, required: false}]
    environment: {THREE: environment wins}
  b:
    image: b
    env_file: one.env
""",
        "one.env": """
# a comment
ONE=1
export TWO="two words\\nand a line"
THREE='from $FILE'
FOUR: yaml-like
FIVE=${ONE}-${GLOBAL}
SIX=value # comment
SEVEN=a#b
EIGHT="a \\"quoted\\" $$dollar"
NINE=
GLOBAL
""",
        "two.env": 'ONE=one again\nMULTI="line 1\nline 2"\n',
        ".env": "GLOBAL=g\n",
    },
    "anchors": {
        "compose.yaml": """
x-common: &common
  restart: unless-stopped
  environment: &env {LEVEL: info, REGION: eu}
x-more: &more {logging: {driver: json-file}, restart: "no"}
services:
  a:
    <<: *common
    image: a
    environment:
      <<: *env
      LEVEL: debug
  b:
    <<: [*common, *more]
    image: b
"""
    },
    "profiles": {
        "compose.yaml": BASE + "\nnetworks: {}\n",
        OVER: "services: {grafana: {image: grafana, profiles: [dash], depends_on: [api]}, x: {image: x, profiles: []}}",
    },
    "extends_here": {
        "compose.yaml": """
services:
  base: {image: a, environment: {A: 1, B: 2}, ports: ["80"], volumes: ["x:/x"], profiles: [never]}
  child:
    extends: base
    environment: [B=3]
    ports: ["81"]
    profiles: !reset []
volumes: {x: {}}
"""
    },
    "extends_file": {
        "compose.yaml": "services: {a: {extends: {file: common.yaml, service: web}, environment: {X: 2}}}",
        "common.yaml": "services: {web: {extends: root, environment: {X: 1, Y: 1}}, root: {image: r}}",
    },
    "include": {
        "compose.yaml": "include: [stores.yaml]\nservices: {api: {image: a, depends_on: [redis]}}",
        "stores.yaml": "services: {redis: {image: redis, volumes: ['data:/data']}}\nvolumes: {data: {}}",
    },
    "networks": {
        "compose.yaml": """
services:
  a: {image: a, networks: [front, back]}
  b: {image: b, networks: {back: {aliases: [db, store]}, default: }}
  c: {image: c, network_mode: host}
  d: {image: d, network_mode: "service:a"}
  e: {image: e, networks: {}}
networks: {front: {}, back: {internal: true}}
""",
        OVER: "services: {a: {networks: {front: {aliases: [web]}}}, b: {networks: [front]}}",
    },
    "secrets": {
        "compose.yaml": """
services:
  a:
    image: a
    secrets: [token, {source: key, target: /keys/key}]
    configs: [{source: conf, target: /etc/a.conf}, plain]
secrets: {token: {file: ./token.txt}, key: {environment: KEY}}
configs: {conf: {content: "level: ${LEVEL:-info}"}, plain: {file: ./plain.conf}}
""",
        ".env": "KEY=k\n",
    },
    "external": {
        "compose.yaml": "services: {a: {image: a, volumes: ['d:/d']}}\nvolumes: {d: {external: true, name: prod}}"
    },
    "version_is_ignored": {"compose.yaml": "version: '3.8'\nservices: {a: {image: a}}"},
    "yaml_1_2": {
        "compose.yaml": "services: {a: {image: a, environment: {A: yes, B: 'on', D: 0o17, E: 017, F: 1_000, G: 22:22}}}"
    },
    "two_documents": {"compose.yaml": "services: {a: {image: a}}\n---\nservices: {a: {command: x}, b: {image: b}}\n"},
    "docker_compose_yml": {
        "docker-compose.yml": "services: {a: {image: a}}",
        "docker-compose.override.yml": "services: {a: {image: b}}",
    },
    "build_forms": {
        "compose.yaml": "services: {a: {build: ., image: x:1}, b: {build: {context: ./b, args: [V=1, W=2]}}}",
        OVER: "services: {a: {build: {target: dev}}, b: {build: {args: {V: 3}}}}",
    },
    "links_wait": {"compose.yaml": "services: {a: {image: a, links: ['b:db']}, b: {image: b}}"},
}

# Files that Compose refuses, and the sentence that we say with its place.
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

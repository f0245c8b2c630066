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

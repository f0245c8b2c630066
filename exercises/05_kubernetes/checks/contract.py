"""What the brief promises and asks, in numbers: the one place of this exercise that the checks read them from."""

from __future__ import annotations

import re
from fractions import Fraction

from checker.kube.quantity import parse

IMAGE = re.compile(r"(docker\.io/library/)?movie-service:1\.0\.0(@sha256:[0-9a-f]{64})?")
LISTENS, CLIENTS = 8000, 80
SERVICE = "movie-service"
READY, LIVE = "/health/ready", "/health/live"
STARTS_WITHIN, PATIENCE = 40, 300
# Seconds until the readiness probe has noticed that a pod can answer, or that it cannot any more.
NOTICES = 120
# Seconds of load until the evening's pods are asked for.
GROWS = 600
# Seconds of silence after which a pod is taken for hanging.
SILENCE = (10, 120)
SERVING = 3
MEMORY_LIMIT = (parse("128Mi"), parse("512Mi"))
MEMORY_USED = parse("80Mi")
CPU_REQUEST = (parse("100m"), parse("500m"))
CPU_USED = parse("250m")
NODES: list[dict[str, Fraction]] = [{"cpu": parse("2"), "memory": parse("2Gi")}] * 2
NODE_LABELS = [
    {"kubernetes.io/hostname": f"node-{number}", "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    for number in (1, 2)
]
# How long a pod must go on answering after it is told to end, and how long its last requests may take.
GOES_ON, LAST_REQUESTS = (2, 20), 10
LIMIT_NAME, LIMIT = "MOVIE_SERVICE_BATCH_LIMIT", "200"
KEY, KEYS, KEY_FOLDER = "PSEUDONYM_KEY", "movie-service-keys", "/etc/movie-service-keys"
EVENING = 6
LOAD = (Fraction(1, 2), Fraction(4, 5))
STAY = 2

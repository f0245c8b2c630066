"""The movie API of this exercise: it counts likes in Redis and tells Prometheus about it. Given; leave it as it is.

It listens on port 8000 of its container. Environment variables:

REDIS_URL         where Redis is; without it redis://localhost:6379/0
ADMIN_TOKEN       who sends it as a bearer token may add likes; or ADMIN_TOKEN_FILE, a file that holds it
LOG_LEVEL         info or debug; without it info
RELOAD            1: start anew when this file changes
"""

import json
import os
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

PORT = 8000
REDIS = urlsplit(os.environ.get("REDIS_URL", "redis://localhost:6379/0"))
DEBUG = os.environ.get("LOG_LEVEL", "info") == "debug"
RELOAD = os.environ.get("RELOAD") == "1"
CODE = Path(__file__)
WRITTEN = CODE.stat().st_mtime
COUNTED = {"requests": 0, "likes": 0}


def log(level, text):
    print(f"{level:<6}{text}", flush=True)


def token():
    """The token of those who may add likes."""
    file = os.environ.get("ADMIN_TOKEN_FILE")
    return Path(file).read_text().strip() if file else os.environ.get("ADMIN_TOKEN", "")


def redis(*words):
    """Send one command to Redis and return its answer, an int or a text."""
    with socket.socket(socket.AF_INET) as connection, connection.makefile("rwb") as stream:
        connection.settimeout(2)
        connection.connect((REDIS.hostname, REDIS.port or 6379))
        for command in (("AUTH", REDIS.password), words) if REDIS.password else (words,):
            parts = "".join(f"${len(str(word).encode())}\r\n{word}\r\n" for word in command)
            stream.write(f"*{len(command)}\r\n{parts}".encode())
            stream.flush()
            kind, value = stream.read(1), stream.readline().decode().strip()
            if kind == b"-":
                raise OSError(value)
        if kind == b"$":
            return stream.read(int(value)).decode() if int(value) >= 0 else None
        return int(value) if kind == b":" else value


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        self.restart_if_changed()
        if self.path == "/metrics":
            text = "".join(f"movie_{name}_total {count}\n" for name, count in COUNTED.items())
            return self.answer(200, text, "text/plain; version=0.0.4")
        if self.path == "/health/live":
            return self.answer(200, {"status": "alive"})
        if self.path == "/health/ready":
            return self.with_redis(lambda: redis("PING") and {"status": "ready"})
        if self.path.startswith("/likes/"):
            return self.with_redis(lambda: {"movie": self.movie(), "likes": int(redis("GET", self.key()) or 0)})
        return self.answer(404, {"error": "there is /likes/NUMBER, /health/live, /health/ready and /metrics"})

    def do_POST(self):
        self.restart_if_changed()
        if not self.path.startswith("/likes/"):
            return self.answer(404, {"error": "there is POST /likes/NUMBER"})
        if self.headers.get("authorization") != f"Bearer {token()}":
            return self.answer(401, {"error": "the token is missing or wrong"})
        COUNTED["likes"] += 1
        return self.with_redis(lambda: {"movie": self.movie(), "likes": redis("INCR", self.key())})

    def movie(self):
        return self.path.removeprefix("/likes/")

    def key(self):
        return f"likes:{self.movie()}"

    def with_redis(self, work):
        try:
            return self.answer(200, work())
        except OSError as error:
            log("error", f"redis at {REDIS.hostname}:{REDIS.port or 6379}: {error}")
            return self.answer(503, {"error": "Redis does not answer"})

    def answer(self, status, body, kind="application/json"):
        COUNTED["requests"] += 1
        content = (body if isinstance(body, str) else json.dumps(body) + "\n").encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, pattern, *values):
        if DEBUG:
            log("debug", f"{self.client_address[0]} {pattern % values}")

    def restart_if_changed(self):
        if RELOAD and CODE.stat().st_mtime != WRITTEN:
            log("info", "app.py has changed; starting anew")
            os.execv(sys.executable, [sys.executable, *sys.argv])


def main():
    if not token():
        sys.exit("error ADMIN_TOKEN is not set")
    try:
        redis("PING")
    except OSError as error:
        # No second try: who starts this program sees to it that Redis is there.
        sys.exit(f"error redis at {REDIS.hostname}:{REDIS.port or 6379}: {error}")
    log("info", f"redis at {REDIS.hostname} answers; listening on port {PORT}")
    ThreadingHTTPServer(("", PORT), Api).serve_forever()


if __name__ == "__main__":
    main()

"""The movie service as README.md describes it, without a model: what a live check runs in place of the image.

It answers 2 seconds after its start, holds the memory of one, says its release, and ends as the contract promises.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, START = 8000, 2.0
# Bytes that are written to: a limit that is too low kills it, as it would the service.
MODEL = b"m" * (48 << 20)


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"release {os.environ.get('RELEASE', '1')}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    # Its end waits for the requests that are being answered.
    daemon_threads = False


def main() -> None:
    time.sleep(START)
    server = Server(("", PORT), Answer)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever(poll_interval=0.05)
    server.server_close()


if __name__ == "__main__":
    main()

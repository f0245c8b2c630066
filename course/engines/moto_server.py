"""moto's server, with one account per access key: run by the interpreter of moto's own environment.

`python moto_server.py [PORT]` answers on 127.0.0.1. An access key of twelve digits is the account, as ministack has it
too: whoever takes an account of their own meets nothing of others. Any other key gets moto's one account.
"""

from __future__ import annotations

import importlib.metadata
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable
from typing import Any

PORT = 5555
# Of a request's signature (Credential=KEY/…), and of a link that was signed beforehand.
KEY = re.compile(r"(?:Credential=|X-Amz-Credential=|AWSAccessKeyId=)(\d{12})(?=[/&%]|$)")
Environ = dict[str, Any]
Answer = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


def one_account_per_key(app: Answer, version: str) -> Answer:
    """Name the account by moto's own header, and say moto's version in every answer."""

    def answer(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        found = KEY.search(f"{environ.get('HTTP_AUTHORIZATION', '')} {environ.get('QUERY_STRING', '')}")
        if found:
            environ.setdefault("HTTP_X_MOTO_ACCOUNT_ID", found[1])

        def start_with_version(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start(status, [*headers, ("X-Moto-Version", version)], *more)

        return app(environ, start_with_version)

    return answer


def main(port: int = PORT) -> None:
    os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import run_simple

    # A line for every request would fill the log of a server that stays up for days.
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    app = one_account_per_key(DomainDispatcherApplication(create_backend_app), importlib.metadata.version("moto"))
    run_simple("127.0.0.1", port, app, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

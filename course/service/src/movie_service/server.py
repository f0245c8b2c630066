"""Runs the service from command line to last request; __main__.py says why it is a module of its own."""

import argparse
import contextlib
import gc
import logging.config
import os
import socket
import sys
from collections.abc import Sequence

from movie_service import __version__
from movie_service.door import refuse_open_door, refuse_unusable_tls
from movie_service.errors import SettingsError
from movie_service.settings import PREFIX, Settings, load_settings
from movie_service.workers import SharedMetrics, Workers

_log = logging.getLogger("movie_service")


def run(arguments: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; a wrong setting ends the process with status 2."""
    _parser().parse_args(arguments)
    try:
        settings = load_settings()
        refuse_open_door(settings)
        refuse_unusable_tls(settings)
        with listen(settings) as listener, SharedMetrics() if settings.workers > 1 else contextlib.nullcontext():
            return serve(settings, listener)
    except SettingsError as error:
        return _misuse(error)


def _misuse(error: SettingsError) -> int:
    print(f"error: {error}\ntry: {error.advice}", file=sys.stderr)
    return 2


def listen(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything is loaded, so that a busy port is said at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"{PREFIX}HOST and {PREFIX}PORT are {settings.host!r} and {settings.port}, "
            f"but that address cannot be used ({error.strerror}).",
            f"set {PREFIX}PORT=0 to take any free port",
        ) from None
    return listener


def serve(settings: Settings, listener: socket.socket) -> int:
    """Answer requests, in this process or in several that it watches over."""
    # Here, so that --help and a wrong setting are answered without loading the web framework.
    import movie_service.app  # noqa: F401 - loaded before the fork, so that workers share it
    from movie_service.log_format import log_config

    logging.config.dictConfig(log_config())
    if settings.workers == 1:
        work(settings, listener)
        return 0
    listener.listen(2048)
    gc.freeze()
    parent = os.getpid()

    def in_worker() -> int:
        try:
            work(settings, listener, parent=parent)
        except SettingsError as error:
            return _misuse(error)
        return 0

    return Workers(settings.workers, in_worker).run(lambda: _announce(settings, listener))


def work(settings: Settings, listener: socket.socket, parent: int | None = None) -> None:
    """Load the model and answer requests until a signal says otherwise."""
    from movie_service.app import Parts, create_app
    from movie_service.graceful import GracefulServer, config_of

    app = create_app(settings=settings, parts=Parts(parent=parent))
    spare_the_collector()
    if parent is None:
        # From here on connections wait in line for the event loop: whoever reads the next line may connect.
        listener.listen(2048)
        _announce(settings, listener)
    service = app.state.service
    server = GracefulServer(config_of(app, settings, service), service, settings.drain_seconds)
    # Once all is answered, uvicorn raises the signal that ended it again: Ctrl-C is no fault to show a traceback for.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _announce(settings: Settings, listener: socket.socket) -> None:
    host, port = listener.getsockname()[:2]
    scheme = "https" if settings.tls_cert_file else "http"
    _log.info("listening on %s://%s:%d", scheme, f"[{host}]" if ":" in host else host, port)


def spare_the_collector() -> None:
    """Keep Python's garbage collector from halting requests for work that finds nothing."""
    # What is loaded now stays to the end; frozen, no full collection walks it again. Not collected before: a start
    # leaves under a thousand objects behind, and looking for them takes longer than loading the model.
    gc.freeze()
    # A batch makes three objects per row: with the default of 700, each would start several collections.
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def _parser() -> argparse.ArgumentParser:
    settings = "\n".join(
        f"  {PREFIX}{name.upper():<15} {field.description} Default: {str(field.default)!r}."
        for name, field in Settings.model_fields.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m movie_service",
        description="Serve the model bundle over HTTP.",
        epilog=f"Settings are environment variables:\n{settings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    return parser

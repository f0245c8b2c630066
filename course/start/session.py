"""`make start`: everything a trainee needs, running, with both addresses and what to do first."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from course.start import environment, products, proof
from course.start.console import Console, Step, Trouble
from course.start.logged import run, writable
from course.start.places import Places
from course.start.servers import HOST, Port, PortLost, Server, free_port

SERVICE_PORT = 8000
LAB_PORT = 8888
PROXIED = "/movie-service"
# Starts before a port that is lost each time is told.
TRIES = 3


@dataclass(frozen=True)
class Open:
    """What runs: the two servers and the addresses to open."""

    service: Server
    lab: Server
    service_url: str
    lab_url: str


def start(places: Places, console: Console, *, stay: bool) -> int:
    """Make what is missing, start both servers, prove that grading works; `stay` until Ctrl-C, or leave."""
    began = time.monotonic()
    heed_signals(stay=stay)
    writable(places.build)
    made = environment.ensure(places, console)
    products.ensure(products.DATA, places, console)
    products.ensure(products.MODEL, places, console)
    copy_starters(places, console)
    with ExitStack() as stack:
        running = open_both(places, console, stack.callback)
        # Registered last, so it comes first: a second Ctrl-C must not cut short the stopping.
        stack.callback(signal.signal, signal.SIGINT, signal.SIG_IGN)
        code = _prove(places, console)
        _tell(running, console, seconds=time.monotonic() - began, made=made.seconds)
        if stay:
            stay_until_ctrl_c(running, console)
    console.line("Both servers have ended." if stay else "Both servers answered and were stopped again.")
    return code


def _prove(places: Places, console: Console) -> int:
    """A proof that fails is told and kept in the exit code; what runs is of use all the same."""
    try:
        proof.ensure(places, console)
    except Trouble as trouble:
        console.line(str(trouble))
        return trouble.code
    return 0


def stays(environ: dict[str, str] | None = None) -> bool:
    """At a terminal, unless ONCE is set."""
    environ = dict(os.environ) if environ is None else environ
    return environ.get("ONCE", "0") in {"", "0"} and (sys.stdin.isatty() or sys.stdout.isatty())


def heed_signals(*, stay: bool) -> None:
    """Let every signal that asks for the end stop the servers first."""
    for sent in (signal.SIGTERM, signal.SIGHUP):
        # Ignored means that somebody wants it so, for one nohup.
        if signal.getsignal(sent) is not signal.SIG_IGN:
            signal.signal(sent, _interrupt)
    if stay:
        # A shell starts what runs in the background with SIGINT ignored; at a terminal Ctrl-C is the way out.
        signal.signal(signal.SIGINT, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def copy_starters(places: Places, console: Console) -> None:
    """Every starter into work/, and START_HERE beside them; what is there stays."""
    with console.step("exercises", "copying starters into work/") as step:
        before = _copies(places)
        done = run(
            [places.program("checker"), "start"],
            step,
            log=places.logs / "start.log",
            cwd=places.root,
            env=places.surroundings(),
        )
        if done.code != 0:
            raise Trouble(f"the starters could not be copied:\n{done.tail}", "checker start")
        new = len(_copies(places) - before)
        step.done(f"{new} copied into work/, {len(before)} of yours kept")
    with console.step("START_HERE", "writing") as step:
        page = places.work / "START_HERE.ipynb"
        step.done(f"{places.named(page)}, {'yours, kept' if page.exists() else _write(page, places, step)}")


def _write(page: Path, places: Places, step: Step) -> str:
    argv: list[str | Path] = [places.python, "-m", "course.start.welcome", "--out", page]
    done = run(argv, step, log=places.logs / "start.log", cwd=places.root, env=places.surroundings())
    if done.code != 0:
        raise Trouble(f"START_HERE could not be written:\n{done.tail}", "git status course/start_here.py")
    return done.said.strip()


def _copies(places: Places) -> set[str]:
    return {path.name for path in places.work.glob("[0-9][0-9]_*") if path.is_dir()}


def open_both(
    places: Places,
    console: Console,
    ended_by: Callable[..., object],
    *,
    ports: tuple[int, int] = (SERVICE_PORT, LAB_PORT),
) -> Open:
    """Start both, then wait for both: they take as long as the slower one. `ports` are those wished for.

    Another start of the same moment may take a port that was free when we looked. Then both start anew on others.
    """
    for _ in range(TRIES - 1):
        with ExitStack() as stack:
            try:
                running = _open_both(places, console, stack.callback, ports)
            except PortLost:
                continue
            ended_by(stack.pop_all().close)
            return running
    return _open_both(places, console, ended_by, ports)


def _open_both(places: Places, console: Console, ended_by: Callable[..., object], ports: tuple[int, int]) -> Open:
    service_port = free_port(ports[0])
    lab_port = free_port(ports[1], taken=frozenset({service_port.number}))
    service = Server.start(
        "the sample service",
        [places.python, "-m", "movie_service"],
        log=places.logs / "service.log",
        cwd=places.root,
        env=service_surroundings(places, service_port),
    )
    ended_by(service.stop)
    token = secrets.token_hex(16)
    lab = Server.start(
        "JupyterLab",
        [places.python, "-m", "jupyterlab", f"--port={lab_port.number}", "--ServerApp.port_retries=0"],
        log=places.logs / "lab.log",
        cwd=places.work,
        env=lab_surroundings(places, service_port, token),
    )
    ended_by(lab.stop)
    service_url = f"http://{HOST}:{service_port.number}"
    lab_url = f"http://{HOST}:{lab_port.number}"
    ready = f"{service_url}/health/ready"
    with console.step("service", "starting") as step:
        service.wait_until_it_answers(ready, step)
        step.done(service_port.remark or f"answers on port {service_port.number}")
    with console.step("JupyterLab", "starting") as step:
        lab.wait_until_it_answers(f"{lab_url}/api/status?token={token}", step)
        # By now it is sure whose service answered.
        service.wait_until_it_answers(ready, step)
        step.done(lab_port.remark or f"answers on port {lab_port.number}")
    return Open(service, lab, f"{service_url}/docs", f"{lab_url}/lab/tree/START_HERE.ipynb?token={token}")


def service_surroundings(places: Places, port: Port) -> dict[str, str]:
    return places.surroundings(
        MOVIE_SERVICE_HOST=HOST,
        MOVIE_SERVICE_PORT=str(port.number),
        MOVIE_SERVICE_MODEL_DIR=str(places.build / "model"),
        MOVIE_SERVICE_ROOT_PATH=PROXIED,
    )


def lab_surroundings(places: Places, service: Port, token: str) -> dict[str, str]:
    """Lab as the course needs it: own settings, nothing from another Jupyter of this user."""
    own = places.build / "jupyter"
    # Lab looks for its style sheet beside its settings and nowhere else.
    shutil.copytree(places.root / "course/lab/custom", own / "config/custom", dirs_exist_ok=True)
    # Without the folder nbgrader's list of assignments shows nothing but errors.
    (places.build / "exchange").mkdir(parents=True, exist_ok=True)
    return places.surroundings(
        JUPYTER_TOKEN=token,
        JUPYTER_CONFIG_PATH=str(places.root / "course" / "lab"),
        JUPYTER_CONFIG_DIR=str(own / "config"),
        JUPYTER_DATA_DIR=str(own / "data"),
        JUPYTER_RUNTIME_DIR=str(own / "runtime"),
        JUPYTER_PREFER_ENV_PATH="1",
        IPYTHONDIR=str(own / "ipython"),
        COURSE_SERVICE_PORT=str(service.number),
    )


def _tell(running: Open, console: Console, *, seconds: float, made: float) -> None:
    console.line()
    console.line(f"  {console.strong('JupyterLab')}      {console.address(running.lab_url)}")
    console.line(f"  {console.strong('Sample service')}  {console.address(running.service_url)}")
    console.line()
    apart = f", of these {made:.0f} s for making the environment" if made else ""
    console.line(f"Ready after {seconds:.0f} s{apart}.")
    console.line("First: open the JupyterLab address; START_HERE turns your first check green.")
    console.line("In a terminal: read work/01_prediction_endpoint/README.md, then .venv/bin/checker check 1.")


def stay_until_ctrl_c(running: Open, console: Console) -> None:
    """Until Ctrl-C, or until Lab was shut down from its own menu."""
    told = False
    try:
        # Said in here: who obeys at once is heard as well.
        console.line("Ctrl-C here ends both servers; what you wrote stays in work/.")
        while running.lab.ended is None:
            if running.service.ended is not None and not told:
                told = True
                console.line(
                    f"The sample service ended with exit code {running.service.ended}; JupyterLab goes on. "
                    f"Its log is {str(running.service.log)!r}; make start brings it back."
                )
            time.sleep(0.5)
        console.line("JupyterLab was shut down.")
    except KeyboardInterrupt:
        console.line("\nEnding both servers …")

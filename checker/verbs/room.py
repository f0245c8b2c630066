"""`checker room`: where a class stands, on the local network, for those who choose to tell."""

from __future__ import annotations

import argparse
import json

from checker.course import Course, find_course
from checker.errors import Misuse
from checker.room import PORT, is_this_machine, join, joined_room, leave

TELLS = "Each check now tells the room: exercise, checks, verdicts. No code, no file, no name of yours."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="which room was joined, as JSON")
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    serve = what.add_parser("serve", help="open a room, and the wall that shows it")
    serve.add_argument(
        "--address", default="127.0.0.1", help="an address of this machine; without it nobody else can join"
    )
    serve.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}")
    serve.add_argument(
        "--stuck", type=int, default=10, metavar="MINUTES", help="when somebody counts as stuck (default: 10)"
    )
    joins = what.add_parser("join", help="tell a room from now on which check stops you")
    joins.add_argument("address", help="what the instructor shows, such as 192.168.1.5:8642")
    what.add_parser("leave", help="tell nothing any more")


def run(arguments: argparse.Namespace) -> int:
    course = find_course()
    if arguments.what == "serve":
        return _serve(course, arguments)
    if arguments.what == "join":
        joined = join(course, arguments.address)
        print(f"joined: {joined.address}, as {joined.name}\n{TELLS}\nto stop it: checker room leave")
    elif arguments.what == "leave":
        print("left: nothing is told any more" if leave(course) else "no room was joined")
    else:
        _show(course, arguments)
    return 0


def _show(course: Course, arguments: argparse.Namespace) -> None:
    joined = joined_room(course)
    if arguments.json:
        told = {"address": joined.address, "name": joined.name} if joined else {}
        print(json.dumps(told))
    elif joined:
        print(f"joined: {joined.address}, as {joined.name}\n{TELLS}\nto stop it: checker room leave")
    else:
        print("no room was joined, nothing is told\nto join one: checker room join ADDRESS")


def _serve(course: Course, arguments: argparse.Namespace) -> int:
    from checker.bounded import in_address
    from checker.room_server import Server, known_checks
    from checker.room_state import Room

    if arguments.stuck < 1 or not 0 <= arguments.port <= 65535:
        raise Misuse("Minutes begin at 1, and ports end at 65535.", "checker room serve --help")
    room = Room(known_checks(course), stuck_minutes=arguments.stuck)
    with Server(room, arguments.address, arguments.port) as server:
        where = f"{in_address(arguments.address)}:{server.server_address[1]}"
        print(f"wall:  http://{where}/\njoin:  checker room join {where}")
        if is_this_machine(arguments.address):
            print("Only this machine can join. For a class: --address with this machine's address in its network.")
        else:
            print("Whoever is in this network can see the wall and join.")
        print("Ctrl-C closes the room; nothing of it is kept.", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("\nclosed")
    return 0

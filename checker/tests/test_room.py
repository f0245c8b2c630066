"""The room: what it hears, and what its wall shows."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from checker.errors import Misuse
from checker.room import read_address
from checker.room_state import MOST_PEOPLE, Known, NotHeard, Room
from checker.room_wall import wall_page

KNOWN = {"05_kube": {name: Known(f"05.{name}", f"About {name}.") for name in ("starts", "probes", "rollout")}}
PASSED = {"starts": "kept", "probes": "passed", "rollout": "passed"}
LOST = {"starts": "kept", "probes": "not_yet", "rollout": "waits_for"}


def token(number: int) -> str:
    return f"{number:032x}"


def told(number: int, rows: dict[str, str], exercise: str = "05_kube") -> dict[str, object]:
    return {"token": token(number), "exercise": exercise, "rows": rows}


@pytest.fixture
def room():
    return Room(KNOWN, stuck_minutes=10)


def test_the_wall_says_which_check_stops_how_many(room):
    room.hear(told(1, LOST), 0)
    room.hear(told(2, LOST | {"rollout": "not_yet"}), 60)
    room.hear(told(3, PASSED), 60)

    wall = room.wall(120)

    assert (wall.people, wall.done) == (3, 1)
    assert [(stop.check.name, stop.people, stop.longest) for stop in wall.stops] == [("05.probes", 2, 2)]
    assert wall.shared == wall.stops


def test_one_person_is_no_fifth_of_the_room(room):
    room.hear(told(1, LOST), 0)

    assert room.wall(0).shared == ()


def test_fewer_than_a_fifth_are_not_shown_to_all(room):
    for number in range(11):
        room.hear(told(number, LOST if number < 2 else PASSED), 0)

    assert (room.wall(0).stops[0].people, room.wall(0).shared) == (2, ())


def test_who_stays_at_a_check_is_stuck_until_it_is_passed(room):
    room.hear(told(1, LOST), 0)
    room.hear(told(1, LOST), 300)
    before, after = room.wall(599), room.wall(600)
    room.hear(told(1, PASSED), 660)

    assert before.stuck == ()
    assert [(one.check.name, one.minutes) for one in after.stuck] == [("05.probes", 10)]
    assert room.wall(700).stuck == ()


def test_another_check_begins_anew(room):
    room.hear(told(1, LOST), 0)
    room.hear(told(1, PASSED | {"rollout": "not_yet"}), 550)

    assert room.wall(700).stuck == ()


def test_who_is_not_heard_of_has_left(room):
    room.hear(told(1, LOST), 0)

    assert room.wall(45 * 60).people == 0


def test_names_are_made_up_and_no_two_are_the_same(room):
    names = [room.join(token(number), 0) for number in range(MOST_PEOPLE)]

    assert len(set(names)) == MOST_PEOPLE
    assert room.join(token(3), 0) == names[3]


def test_a_full_room_takes_nobody_until_somebody_has_left(room):
    for number in range(MOST_PEOPLE):
        room.join(token(number), 0)

    with pytest.raises(NotHeard, match="the room is full"):
        room.join(token(MOST_PEOPLE), 1)
    assert room.join(token(MOST_PEOPLE), 46 * 60)


@pytest.mark.parametrize(
    "message",
    [
        {},
        told(1, LOST, exercise="<script>"),
        told(1, LOST) | {"exercise": ["05_kube"]},
        told(1, {"<b>": "passed"}),
        told(1, {"probes": "a text of my own"}),
        told(1, LOST) | {"rows": ["probes"]},
        told(1, {"probes": ["passed"]}),
        told(1, LOST) | {"token": "x" * 32},
        told(1, LOST) | {"token": None},
    ],
)
def test_what_the_course_does_not_declare_is_not_heard(room, message):
    with pytest.raises(NotHeard):
        room.hear(message, 0)

    assert room.wall(0).people == 0


def test_the_wall_has_headers_words_and_no_script(room):
    class Read(HTMLParser):
        tags: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag, attrs):
            self.tags.append(tag)

    for number in range(3):
        room.hear(told(number, LOST), 0)
    page = wall_page(room.wall(900), 10)
    Read().feed(page)

    assert "script" not in Read.tags
    assert "05.probes stops 3 of 3." in page
    assert "At the same check for 10 minutes or more" in page
    assert page.count('scope="col"') == 7
    assert 'http-equiv="refresh"' not in wall_page(room.wall(900), 10, still=True)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.168.1.5", ("192.168.1.5", 8642)),
        ("192.168.1.5:99", ("192.168.1.5", 99)),
        ("http://teacher.local:8000/", ("teacher.local", 8000)),
        ("[::1]:8642", ("::1", 8642)),
    ],
)
def test_addresses(text, address):
    assert read_address(text) == address


@pytest.mark.parametrize("text", ["", "https://host", "host:port", "host/path", "user@host", "host?x", "file:///etc"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Misuse) as refused:
        read_address(text)

    assert str(refused.value) == f"{text!r} is no address of a room."

"""What a locustfile asks for, and what it says of the answers: as people do, or as nobody does."""

from __future__ import annotations

from typing import Any

from checker import expect, partial, sibling

gate = sibling(__file__, "gate")
# Of so many predictions as the gate holds, these many users and known movies at least are different ones.
VARIED = 10
# What is counted as what it is not: movie, status and verdict; what is seen, what is right, and a question.
MISTAKEN = {
    "unknown 404 failure": (
        "{} of them, each a 404, are counted as failures",
        "a success: 404 is the right answer for a movie that the model does not know",
        "How does Locust let you say yourself whether an answer is right?",
    ),
    "unknown 500 success": (
        "{} of them, each a 500, are counted as successes",
        "a failure: 404 is the one right answer for a movie that the model does not know",
        "For which answers is your success() called?",
    ),
    "known 404 success": (
        "{} of them, each a 404, are counted as successes",
        "a failure: for a movie that the model knows, 200 is the one right answer",
        "What would your run say on the day on which the service has lost its movies?",
    ),
}


def expect_people(server: Any, file: str) -> None:
    """Refuse bodies that the service refuses, one kind of question, and a wrong word on an answer."""
    tried = f"looked at the {len(server.bodies)} predictions that {file} asked for"
    faults = [fault for fault in map(gate.refused, server.bodies) if fault]
    expect(
        not faults,
        tried=tried,
        seen=f"the service would answer 422 to {len(faults)} of them, the first: {faults[0] if faults else ''}",
        expected=f"bodies that the service takes: {', '.join(gate.FIELDS)}",
        where=file,
        next="How long does the service take to refuse a request, and is that the time that you want to know?",
    )
    known, unknown = server.kinds()["known"], server.kinds()["unknown"]
    # Of a few requests, on a machine that is busy, none may be for an unknown movie; that costs no point.
    expect(
        known >= unknown > 0 if server.enough else known > 0,
        tried=tried,
        seen=", ".join(f"{count} for {name} movies" for name, count in server.kinds().items()),
        expected="both: movies that the model knows, most of the time, and some that it does not",
        where=file,
        next="What do people ask for besides the movies that are there?",
    )
    users, movies = server.different()
    expect(
        min(users, movies) >= VARIED,
        tried=tried,
        seen=f"different users: {users}, different movies that the model knows: {movies}; a cache answers the others",
        expected=f"dozens of both, and no fewer than {VARIED}",
        where=file,
        next="Which part of the service does a repeated question never reach?",
    )
    _tells_right_from_wrong(server, file)


def _tells_right_from_wrong(server: Any, file: str) -> None:
    """What the file says of the answers: 200 is right for a known movie, 404 for another, and nothing else is."""
    for mistake, (seen, expected, question) in MISTAKEN.items():
        if not server.said.get(mistake):
            continue
        kind = mistake.split()[0]
        partial(
            2,
            tried=f"looked what {file} says of the answers to {server.kinds()[kind]} {kind} movies",
            seen=seen.format(server.said[mistake]),
            expected=expected,
            where=file,
            next=question,
        )

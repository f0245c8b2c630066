"""Greets people; the miniature exercise of the checker's own tests."""

import given


def greet(name):
    # BEGIN SOLUTION 1
    # TODO 1: the greeting must name the person.
    return given.nobody()
    # END SOLUTION


async def app(scope, receive, send):
    # BEGIN SOLUTION 2
    # TODO 2: the answer must be JSON.
    body = b"?"
    # END SOLUTION
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": body})

"""Given."""


def nobody():
    return "Hello"

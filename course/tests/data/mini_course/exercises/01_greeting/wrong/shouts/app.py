"""Greets."""


def greet(name: str) -> str:
    return f"HELLO {name.upper()}"


def goodbye(name: str) -> str:
    return f"Goodbye {name}."

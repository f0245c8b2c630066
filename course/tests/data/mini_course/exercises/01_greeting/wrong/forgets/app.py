"""Greets."""


def greet(name: str) -> str:
    return "Hello."


def goodbye(name: str) -> str:
    return f"Goodbye {name}."

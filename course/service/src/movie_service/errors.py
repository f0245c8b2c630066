"""What can go wrong outside a request, drawn once.

ServiceError
├── SettingsError      an environment variable is wrong; the process ends with status 2
├── ModelUnavailable   no model can be used; the process stays alive and is not ready
└── RegistryError      the registry cannot do what it was asked (registry/catalog.py)

What goes wrong inside a request is a Problem (problems.py) and becomes an answer.
"""


class ServiceError(Exception):
    """Base of all errors that this package raises outside a request."""


class SettingsError(ServiceError):
    """An environment variable holds a value that the service cannot work with."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


class ModelUnavailable(ServiceError):
    """The model cannot be used; the text says which file is wrong and what to do."""

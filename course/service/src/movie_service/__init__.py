"""The course's sample service: how likely is it that a user likes a movie?

Nothing is imported here, so that `python -m movie_service --help` and a look at one module stay cheap.
"""

__version__ = "1.0.0"

"""The law of exercises: what every exercise folder must keep, as functions that return sentences.

A function of the law takes a `Case` (one exercise, read from disk) and perhaps results of grading, and returns a
list of sentences. No sentence: the law is kept. A sentence names the exercise, the file and what to do.
exercises/test_law.py asks all of them; `checker selftest` asks those that need no author.
"""

"""`make demo`: the whole story on one machine, told while it happens, with a report of that run."""

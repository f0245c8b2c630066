"""The final project: the whole system on one machine, watched, broken and repaired."""

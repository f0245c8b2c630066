"""GitHub workflows on paper: reads a file, computes which jobs run after an event and why, asks other judges."""

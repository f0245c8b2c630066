"""Grading a class: hand-ins collected, judged on all cores, kept so that nothing is lost, and exported."""

"""Real engines for live rows: found where a machine has them, brought up on Debian where it has none.

Every engine has the same verbs: `find` (does one answer, which version, how is it reached), `up`, `down`.
`python -m course.engines` runs them; the checker asks `find` through its JSON form. Standard library only.
"""

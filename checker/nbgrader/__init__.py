"""nbgrader beside the checker: a staged root of its own, grades written to its gradebook, and what differs."""

"""Short runnable examples that slides and pages show; course/tests/examples runs or judges every one."""

"""Amazon ECS without an account: task definitions, and what a deployment does to the tasks that run."""

"""What guards an account against a bill: a budget with its messages, what cleans up by itself, what is left."""

"""The same model behind the servers that one would pick instead, each in an environment of its own."""

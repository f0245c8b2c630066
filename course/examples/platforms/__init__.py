"""The sample service on platforms whose contract is not HTTP on a port of its own choice."""

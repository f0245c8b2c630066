"""Watches the system without any engine: scrapes into memory, evaluates Prometheus' rules, judges the model."""

"""Turns sources into what people see: one module per product."""

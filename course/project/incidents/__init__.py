"""Incidents that one can inject, find and repair: each with its first signal and a way back."""

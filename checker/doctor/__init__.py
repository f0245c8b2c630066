"""Finds what is wrong with a machine or a clone. Standard library only: it must run where nothing else does."""

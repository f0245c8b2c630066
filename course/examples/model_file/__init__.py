"""What may be in a model file, and how one is made smaller."""

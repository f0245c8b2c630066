"""Scores a file: `python -m movie_service.files score ratings.csv scored.parquet`. A process of its own."""

"""A room without the internet: `python -m course classroom` makes its folder, serves it and proves it whole."""

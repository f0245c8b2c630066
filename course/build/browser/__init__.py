"""Exercise 1 in a browser: what the page's Python is made of, and what it does there."""

"""Builds the slides: one Markdown deck per part into HTML, two PDFs and PowerPoint."""

from course.build.slides.command import main

__all__ = ["main"]

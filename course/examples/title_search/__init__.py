"""A second service, so that what is shown before an exercise is not its answer: it finds movies by their words."""

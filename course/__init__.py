"""Facts of the course, and the code that turns them into what people see."""

def greet(name):
    return "Hello " * 2_000_000

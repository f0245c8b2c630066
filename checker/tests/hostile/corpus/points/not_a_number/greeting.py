def greet(name):
    return float("nan")

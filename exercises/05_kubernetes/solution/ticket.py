"""Shows a ticket: what a team wrote, and what kubectl printed.

    python ticket.py a        the first of your three tickets; b and c are the others

Given; there is nothing to change here. The texts lie in the folder tickets/.
"""

import sys

import draw


def main(arguments):
    mine = draw.tickets(draw.seed())
    if len(arguments) != 1 or arguments[0] not in mine:
        print("Which ticket? python ticket.py a, b or c")
        return
    text = (draw.HERE / "tickets" / f"{mine[arguments[0]]}.txt").read_text("utf-8")
    print(f"ticket {arguments[0]}\n{text}", end="")


if __name__ == "__main__":
    main(sys.argv[1:])

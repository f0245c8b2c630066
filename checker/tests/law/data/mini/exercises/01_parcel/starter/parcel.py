"""Prices parcels and writes their labels."""


def price(weight: float) -> float:
    """The price in euros of a parcel of `weight` kilograms."""
    # BEGIN SOLUTION 1
    # TODO 1: a weight from 1 to 30 has a price, any other is refused.
    return 0.0
    # END SOLUTION


def label(name: str, town: str) -> str:
    """The text that is glued to a parcel."""
    # BEGIN SOLUTION 2
    # TODO 2: the label is read by a machine that knows one form only.
    return f"{town} {name}"
    # END SOLUTION

"""Prices parcels and writes their labels."""


def price(weight: float) -> float:
    """The price in euros of a parcel of `weight` kilograms."""
    if not 1 <= weight <= 30:
        raise ValueError("a parcel weighs 1 to 30")
    return (400 + 50 * weight) / 100


def label(name: str, town: str) -> str:
    """The text that is glued to a parcel."""
    return f"{name}, {town.upper()}"

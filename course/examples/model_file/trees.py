"""Makes a boosted model smaller by leaving out its last trees."""

from __future__ import annotations

import lightgbm

# --8<-- [start:cut]


def first_trees(model: str, count: int) -> str:
    """The text of a model that asks the first trees only.

    Each tree corrects what those before it left over, so the first carry the most, and any number of them is a model.
    """
    return str(lightgbm.Booster(model_str=model).model_to_string(num_iteration=count))


# --8<-- [end:cut]

"""How much each feature carries of a model: the gain of its splits, as a share of all."""

from pathlib import Path

import lightgbm


# --8<-- [start:gain]
def gains(model_file: Path) -> dict[str, float]:
    model = lightgbm.Booster(model_file=model_file)
    gain = model.feature_importance("gain")
    return dict(zip(model.feature_name(), gain / gain.sum(), strict=True))


# --8<-- [end:gain]

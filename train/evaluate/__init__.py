"""The tables of results, one per module, each printed by a command; metrics.json has their figures, rounded."""

import numpy as np


def rounded(value, digits: str = ".4f"):
    """Round floats to this format, in nested dicts, too; whole numbers and texts stay as they are."""
    if isinstance(value, dict):
        return {key: rounded(inner, digits) for key, inner in value.items()}
    return float(format(float(value), digits)) if isinstance(value, float | np.floating) else value


FOUR_DIGITS = ".4g"  # for figures of very different sizes

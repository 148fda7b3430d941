"""A table a module, each printed by a command; in metrics.json its figures stand rounded."""

import numpy as np


def rounded(value, digits: str = ".4f"):
    """The same figures in this format: of a dict, of what it holds, too; whole numbers and texts as they are."""
    if isinstance(value, dict):
        return {key: rounded(inner, digits) for key, inner in value.items()}
    return float(format(float(value), digits)) if isinstance(value, float | np.floating) else value


FOUR_DIGITS = ".4g"  # of figures of very different sizes

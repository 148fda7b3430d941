"""Bounds on what PyTorch keeps of its work on a CPU: imported first, since PyTorch reads them when it first computes.

For every shape of input oneDNN keeps a primitive, machine code of some .6 MB, and PyTorch's binding to it a second list. Both
hold 1,024 by default, and tweets, words and pictures come in many shapes: a page that ran for a while took two gigabytes.
Whoever sets these variables, or computes with PyTorch before importing this package, decides otherwise.
"""

import os

PRIMITIVES = 256  # those of a page's every function together are fewer, so that none is made anew with each request
NAMES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")

for name in NAMES:
    os.environ.setdefault(name, str(PRIMITIVES))

"""Limits on PyTorch's caches on a CPU. This module is imported first, since PyTorch reads them when it first computes.

For every input shape, oneDNN caches a primitive (machine code of about 0.6 MB), and PyTorch's binding to it keeps a
second cache. Both hold 1,024 entries by default, and tweets, words and pictures come in many shapes: a page that ran
for a while took two gigabytes. Nothing changes if these variables are set already, or if PyTorch computed before this
package was imported.
"""

import os

PRIMITIVES = 256  # more than all functions of a page need together, so that no request has to make one again
NAMES = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")

for name in NAMES:
    os.environ.setdefault(name, str(PRIMITIVES))

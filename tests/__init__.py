"""Tests. Each process of the suite, and each one it starts, computes in one thread, since there is one process per core."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when PyTorch is imported

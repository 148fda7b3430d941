"""Tests. They and the processes they start compute in one thread each: the suite runs in as many processes as there are cores."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # read when PyTorch is imported

"""Measure a checkpoint: python -m train.evaluate invent|judged|qa|remix|shown|vae [--checkpoint NAME] ..."""

import importlib
import sys

TABLES = ("invent", "judged", "qa", "remix", "shown", "vae")

if len(sys.argv) < 2 or sys.argv[1] not in TABLES:
    sys.exit(f"usage: python -m train.evaluate {'|'.join(TABLES)} [options]; --help after the name tells more")
importlib.import_module(f"train.evaluate.{sys.argv.pop(1)}").main()

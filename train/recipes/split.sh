#!/usr/bin/env bash
# Makes checkpoints/split from nothing, or another folder (OUT=FOLDER): the VAE that has not seen the validation pictures, on
# which it is measured. Takes hours on two cores in single precision. On a GPU, or a processor that multiplies bfloat16:
# BF16=--bf16 train/recipes/split.sh
# Also makes runs/checkpoints/split-1, from which default.sh continues.
source "$(dirname "$0")/steps.sh"
out=${OUT:-checkpoints/split}
step emojis python -m train.data.emojis --svg "$SVG" --out "$TABLE"
step vendors python -m train.data.vendors --emojis "$TABLE"
train split-1 python -m train.vae.train --emojis "$TABLE" --out "runs/checkpoints/split-1$of" ${BF16:-}
step parts python -m train.remix --emojis "$TABLE" --svg "$SVG"
train split-2 python -m train.vae.train --emojis "$TABLE" --out "runs/checkpoints/split-2$of" --start "$(vae split-1)" --steps 13000 \
  --batch-size 48 --lr 1.2e-3 --vendors 0.2 --changed 0.2 ${BF16:-}
train split python -m train.vae.train --emojis "$TABLE" --out "$out" --start "$(vae split-2)" --features 0 --blocks 3 3 5 \
  --steps 10000 --batch-size 64 --lr 1e-3 --remixes 0.5 --vendors 0.15 --changed 0.15 --meaning 0.7 --capacity 46 --larger 6 --fresh 100 \
  ${BF16:-}
finish card card split "$out"

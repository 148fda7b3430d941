#!/usr/bin/env bash
# Makes a checkpoint for emojis of your own: PICTURES=FOLDER OUT=FOLDER train/recipes/own.sh
# PICTURES has SVGs or PNGs, see `train.data.own`. The checkpoint has everything except popularity from tweets: which tweets an
# emoji answers is predicted from its name, keywords and picture.
source "$(dirname "$0")/steps.sh"
table=$(run "emojis/own-$(basename "$PICTURES")") out=${OUT:-runs/checkpoints/own}
step emojis python -m train.data.own --pictures "$PICTURES" --out "$table"
train vae python -m train.vae.train --emojis "$table" --out "$out" --all --vendors 0 --meaning 0 --steps "${STEPS:-13000}" ${BF16:-}
[ -z "${SMOKE:-}" ] || out=runs/vae-$(basename "$out")-smoke/checkpoint
step answers python -m train.qa.transfer --checkpoint "$out"
step onnx python -m train.publish.onnx --checkpoint "$out"

#!/usr/bin/env bash
# A checkpoint for emojis of your own: PICTURES=FOLDER OUT=FOLDER train/recipes/own.sh. Everything but tweets' popularity: what each emoji
# answers follows from its name, keywords and picture. PICTURES holds SVGs or PNGs, see `train.data.own`.
source "$(dirname "$0")/steps.sh"
table=$(run "emojis/own-$(basename "$PICTURES")") out=${OUT:-runs/checkpoints/own}
step emojis python -m train.data.own --pictures "$PICTURES" --out "$table"
train vae python -m train.vae.train --emojis "$table" --out "$out" --all --vendors 0 --meaning 0 --steps "${STEPS:-13000}" ${BF16:-}
[ -z "${SMOKE:-}" ] || out=runs/vae-$(basename "$out")-smoke/checkpoint
step answers python -m train.qa.transfer --checkpoint "$out"
step onnx python -m train.publish.onnx --checkpoint "$out"

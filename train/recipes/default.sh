#!/usr/bin/env bash
# Makes checkpoints/default from nothing, or another folder: OUT=runs/checkpoints/mine train/recipes/default.sh
# Takes a day on two cores. Steps: the VAE; a question tower, trained on tweets and then on messages; its answers for the VAE's
# codes; files for browsers; figures.
source "$(dirname "$0")/steps.sh"
here=train/recipes shipped=checkpoints/default
out=${OUT:-$shipped} split=checkpoints/split
[ "$out" = $shipped ] || split=runs/checkpoints/split-$(basename "$out")$of
OUT=$split bash $here/split.sh
train all python -m train.vae.train --emojis "$TABLE" --out "runs/checkpoints/all$of" --start "$(vae split-1)" --all --steps 13000 \
  --batch-size 48 --lr 1.2e-3 --vendors 0.2 --changed 0.2 ${BF16:-}
START=$(vae all) bash $here/vae.sh
VAE=$(vae remix) bash $here/tweets.sh
bash $here/messages.sh
finish copy python -m train.publish.ship "$(vae remix)" "$out"
finish answers python -m train.qa.answers --checkpoint "$out" --question "$(run question-taught)"
finish languages python -m train.languages --checkpoint "$out"
finish calibrate python -m train.qa.calibrate --checkpoint "$out"
finish onnx python -m train.publish.onnx --checkpoint "$out"
finish qa python -m train.evaluate qa --checkpoint "$out"
finish judged python -m train.evaluate judged --checkpoint "$out" --before "$(run before)"
finish invent python -m train.evaluate invent --checkpoint "$out"
finish vae python -m train.evaluate vae --checkpoint "$out" --split "$split"
[ "$out" != $shipped ] || finish results python -m train.publish.results
finish card card default "$out"

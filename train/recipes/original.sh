#!/usr/bin/env bash
# Makes checkpoints/original from nothing: the original system with its faults repaired. Takes an hour on two cores.
source "$(dirname "$0")/steps.sh"
step emojis python -m train.data.emojis --svg twemoji@1.4.1 --out runs/emojis/twemoji-1.4.1
train vae python -m train.vae.train --emojis runs/emojis/twemoji-1.4.1 --out checkpoints/original \
  --arch original --split file --steps 2520 --batch-size 16 --bf16
train qa python -m train.qa.sqam --checkpoint checkpoints/original --seed 2
finish figures python -m train.evaluate qa --checkpoint original
finish onnx python -m train.publish.onnx --checkpoint original
finish card python -m train.publish.card checkpoints/original

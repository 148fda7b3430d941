#!/usr/bin/env bash
# A checkpoint whose answers are learned from texts that may be used for any purpose: our own messages, comments of GoEmotions, keywords of
# CLDR and emojilib. Needs a finished checkpoint with its VAE, word pieces and words of other languages: VAE=FOLDER (default:
# checkpoints/default). OUT=FOLDER (default: runs/checkpoints/free). An hour of one core.
source "$(dirname "$0")/steps.sh"
from=${VAE:-checkpoints/default} out=${OUT:-runs/checkpoints/free}
step texts python -m train.data.tweets --free --vocab "$from/vocab.txt" --out runs/tweets-free
step messages python -m train.messages --checkpoint "$from" --sources written goemotions languages --out runs/messages-free
train question python -m train.qa.question --phase free --tweets runs/tweets-free --messages runs/messages-free --emojis "$from" \
  --steps 1300 --batch-size 96 --lr 2.5e-4 --warmup 60 --longest 40 --dropout 0.1 --prior-scale 0.0325 --threads 1
finish copy cp -rT "$from" "$out"
finish answers python -m train.qa.answers --checkpoint "$out" --question runs/question-free
finish calibrate python -m train.qa.calibrate --checkpoint "$out"
finish judged python -m train.evaluate judged --free "$out"

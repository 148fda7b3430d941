#!/usr/bin/env bash
# Makes a checkpoint whose answers are learned only from texts that may be used for any purpose: our own messages, comments of
# GoEmotions, keywords of CLDR and emojilib. It takes the VAE, word pieces and words of other languages of a finished checkpoint,
# VAE=FOLDER (default: checkpoints/default), and writes OUT=FOLDER (default: runs/checkpoints/free). Takes an hour on one core.
# You have to write the model card.
source "$(dirname "$0")/steps.sh"
from=${VAE:-checkpoints/default} out=${OUT:-runs/checkpoints/free}
train texts python -m train.data.tweets --free --emojis "$from" --vocab "$from/vocab.txt" --out "runs/tweets-free$of"
step messages python -m train.messages --checkpoint "$from" --sources written goemotions languages --out "$(run messages-free)"
train question python -m train.qa.question --phase free --tweets "$(run tweets-free)" --messages "$(run messages-free)" --emojis "$from" \
  --run "runs/question-free$of" --steps 1300 --batch-size 96 --lr 2.5e-4 --warmup 60 --longest 40 --dropout 0.1 --prior-scale 0.0325 --threads 1
finish copy python -m train.publish.ship "$from" "$out"
finish answers python -m train.qa.answers --checkpoint "$out" --question "$(run question-free)"
finish calibrate python -m train.qa.calibrate --checkpoint "$out"
finish onnx python -m train.publish.onnx --checkpoint "$out"
finish own-judged python -m train.evaluate judged --checkpoint "$out"
# Adds a row for the new checkpoint to the table of the checkpoint that it comes from.
finish judged python -m train.evaluate judged --checkpoint "$from" --free "$out"

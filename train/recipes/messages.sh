#!/usr/bin/env bash
# The question tower of checkpoints/default, taught with messages, from the one that tweets alone have taught: a finished checkpoint in
# runs/before, with words.tsv in it (`train.languages`). An hour of one core. Needs runs/tweets:
# `python -m train.data.tweets --vocab runs/before/vocab.txt`, as another choice of word pieces fits no trained tower.
# The shipped tower's runs 1 and 2 were stopped after 200 of 800 steps, and had fewer messages, as had run 3; its run 3 drew .78 of messages and .04 of inline emojis, the first two .68 and .06.
source "$(dirname "$0")/steps.sh"
before=runs/before
if [ -n "${SMOKE:-}" ]; then
  before=checkpoints/default
  train tweets python -m train.data.tweets
fi
question="python -m train.qa.question --tweets $(run tweets) --phase messages --prior-scale 0.0325 --dropout 0.1 --threads 1"
step messages python -m train.messages --checkpoint $before
train 1 $question --start $before --run runs/messages-1 --seed 1 --batch-size 80 --steps 200 --lr 1.5e-4 --frozen 3 --longest 40 --warmup 40
train 2 $question --start $before --run runs/messages-2 --seed 2 --batch-size 80 --steps 200 --lr 2.5e-4 --frozen 3 --longest 40 --warmup 40
finish mean python -m train.qa.average runs/messages-1=0.5 runs/messages-2=0.5 --prior-scale 0.0325 --out runs/messages-start
finish 3 $question --start runs/messages-start/best.safetensors --run runs/messages-3 --seed 3 --batch-size 96 --steps 430 --lr 2.5e-4 --frozen 4 \
  --longest 32 --warmup 15
finish 4 $question --start runs/messages-3/best.safetensors --run runs/messages-4 --seed 4 --batch-size 96 --steps 480 --lr 2e-4 --frozen 4 \
  --longest 32 --warmup 20
finish mean-2 python -m train.qa.average runs/messages-4=0.6 runs/messages-3=0.15 runs/before=0.25 --prior-scale 0.0325 --out runs/messages-mean
finish 5 $question --start runs/messages-mean/best.safetensors --run runs/messages-5 --seed 5 --batch-size 96 --steps 190 --lr 1.5e-4 --frozen 4 \
  --longest 32 --warmup 10
finish mean-3 python -m train.qa.average runs/messages-5=0.5 runs/messages-4=0.3 runs/before=0.2 --prior-scale 0.0325 --out runs/question-mean
finish linear python -m train.qa.linear --start runs/question-mean/best.safetensors --weight 0 --own 1 --svm airline=1.5 tweeteval=0.5 \
  --prior-scale 0.0325 --out runs/question-svm
# The shipped tower's regression saw every ninth of the inline tweets, and was stopped after 500 of 900 steps.
finish regression python -m train.qa.linear --start runs/question-svm/best.safetensors --messages runs/messages --run runs/regression \
  --weight 0.2 --own 1 --svm --prior-scale 0.0325 --steps 500 --batch-size 768 --out runs/question-picked

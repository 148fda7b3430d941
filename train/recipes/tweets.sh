#!/usr/bin/env bash
# A question tower taught with tweets alone, from the published encoder, and a finished checkpoint with it: runs/before, whose VAE is that of
# VAE=FOLDER (default: checkpoints/default). Some hours of two cores. messages.sh goes on from there.
source "$(dirname "$0")/steps.sh"
question="python -m train.qa.question --tweets $(run tweets)"
train tweets python -m train.data.tweets
train pretrain $question --phase pretrain
train lexical $question --phase lexical --start "$(run question-pretrain)/best.safetensors" --steps 600 --batch-size 1024 --lr 5e-3 --warmup 20
train finetune $question --phase finetune --start "$(run question-lexical)/best.safetensors" --lexical-weight 0.4 --steps 1000 --longest 32 --warmup 30
train pretrain-2 $question --phase pretrain --start "$(run question-finetune)/best.safetensors" --run runs/question-pretrain-2 --steps 4500 --longest 40
train finetune-2 $question --phase finetune --start "$(run question-pretrain-2)/best.safetensors" --run runs/question-finetune-2 --steps 2400 \
  --lr 1.5e-4 --longest 40 --warmup 50 --dropout 0.1
finish average python -m train.qa.average runs/question-pretrain-2=0.4 runs/question-finetune-2=0.3 runs/question-finetune=0.3 --lexical-weight 0.7
finish linear python -m train.qa.linear
finish before cp -rT "${VAE:-checkpoints/default}" runs/before
finish answers python -m train.qa.answers --checkpoint runs/before --question runs/question-combined
finish languages python -m train.languages --checkpoint runs/before

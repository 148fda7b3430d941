#!/usr/bin/env bash
# Trains a question tower on tweets only, starting from the published encoder, and makes a finished checkpoint with it,
# runs/before. The emojis and the VAE are those of VAE=FOLDER (default: checkpoints/default). Takes some hours on two cores.
# messages.sh continues from there.
source "$(dirname "$0")/steps.sh"
vae=${VAE:-checkpoints/default} before=$(run before)
texts=(--tweets "$(run tweets)" --emojis "$vae")
question=(python -m train.qa.question "${texts[@]}")
train tweets python -m train.data.tweets --emojis "$vae" --out "runs/tweets$of" ${SMOKE:+--vocab checkpoints/default/vocab.txt}
train pretrain "${question[@]}" --phase pretrain --run "runs/question-pretrain$of"
train lexical "${question[@]}" --phase lexical --start "$(run question-pretrain)/best.safetensors" --run "runs/question-lexical$of" --steps 600 \
  --batch-size 1024 --lr 5e-3 --warmup 20
train finetune "${question[@]}" --phase finetune --start "$(run question-lexical)/best.safetensors" --run "runs/question-finetune$of" \
  --lexical-weight 0.4 --steps 1000 --longest 32 --warmup 30
train pretrain-2 "${question[@]}" --phase pretrain --start "$(run question-finetune)/best.safetensors" --run "runs/question-pretrain-2$of" \
  --steps 4500 --longest 40
train finetune-2 "${question[@]}" --phase finetune --start "$(run question-pretrain-2)/best.safetensors" --run "runs/question-finetune-2$of" \
  --steps 2400 --lr 1.5e-4 --longest 40 --warmup 50 --dropout 0.1
finish average python -m train.qa.average "${texts[@]}" "$(run question-pretrain-2)=0.4" "$(run question-finetune-2)=0.3" \
  "$(run question-finetune)=0.3" --lexical-weight 0.7 --out "$(run question)"
finish linear python -m train.qa.linear "${texts[@]}" --start "$(run question)/best.safetensors" --run "$(run question-linear)" \
  --out "$(run question-combined)"
finish before cp -rT "$vae" "$before"
finish answers python -m train.qa.answers --checkpoint "$before" --question "$(run question-combined)"
finish languages python -m train.languages --checkpoint "$before"

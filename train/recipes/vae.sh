#!/usr/bin/env bash
# Trains a VAE on emojis put together, starting from the shipped VAE (or START=FOLDER). 24,000 steps of 64 pictures take an hour
# on two cores that multiply bfloat16 (BF16=--bf16), and hours in single precision. On a GPU:
# BF16=--bf16 WORKERS=12 train/recipes/vae.sh
# The shipped VAE was trained this way twice, the first time with a trunk of two layers, --remixes 0.6 and --capacity 40.
source "$(dirname "$0")/steps.sh"
step emojis python -m train.data.emojis --svg "$SVG" --out "$TABLE"
step vendors python -m train.data.vendors --emojis "$TABLE"
step parts python -m train.remix --emojis "$TABLE" --svg "$SVG"
train vae python -m train.vae.train --emojis "$TABLE" --out "runs/checkpoints/remix$of" --start "${START:-checkpoints/default}" --all --features 0 \
  --blocks 3 3 5 --steps 24000 --batch-size 64 --lr 1e-3 --remixes 0.65 --vendors 0 --changed 0 --meaning 0.7 --capacity 46 --larger 6 --fresh 100 \
  --workers "${WORKERS:-1}" ${BF16:-}
vae=$(vae remix)
finish latent python -m train.latent.space --checkpoint "$vae" --remixes 3500
finish directions python -m train.latent.directions --checkpoint "$vae"
finish figures python -m train.evaluate remix --checkpoint "$vae" --parts "$vae" --sheet "$(run remix).png" --kid "$TABLE/vendors.npz" --write

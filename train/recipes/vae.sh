#!/usr/bin/env bash
# A VAE that has seen emojis put together, from the shipped one (or START=FOLDER): 1.15 million pictures. A core does some 50 a second in single
# precision. On a GPU, or a processor that multiplies bfloat16: BF16=--bf16 WORKERS=12 train/recipes/vae.sh
source "$(dirname "$0")/steps.sh"
seen=(--emojis "$TABLE" --all --features 0 --remixes 0.6 --vendors 0 --changed 0 --meaning 0.7 --capacity 40 --larger 6 --workers "${WORKERS:-1}" ${BF16:-})
step emojis python -m train.data.emojis --svg "$SVG" --out "$TABLE"
step vendors python -m train.data.vendors --emojis "$TABLE"
step parts python -m train.remix --emojis "$TABLE"
train vae-1 python -m train.vae.train --out runs/checkpoints/remix-1 --start "${START:-checkpoints/default}" --steps 8000 --batch-size 48 --lr 1e-3 "${seen[@]}"
train vae-2 python -m train.vae.train --out runs/checkpoints/remix --start "$(vae remix-1)" --steps 12000 --batch-size 64 --lr 8e-4 "${seen[@]}"
finish latent python -m train.latent.space --checkpoint runs/checkpoints/remix --remixes 2000
finish directions python -m train.latent.directions --checkpoint runs/checkpoints/remix
finish figures python -m train.evaluate remix --checkpoint runs/checkpoints/remix --parts runs/checkpoints/remix --sheet runs/remix.png --kid runs/emojis/vendors.npz --write

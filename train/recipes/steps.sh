# Sourced by the recipes. `step NAME COMMAND …` runs a command unless the same step was finished before, so that a killed recipe
# can be resumed. With SMOKE=1 every training step is tried in under a minute, in runs/*-smoke, and no checkpoint is changed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export OMP_WAIT_POLICY=PASSIVE
# SVG: the emojis' npm package or folder of SVGs, for example of another Unicode version. TABLE: the folder for their table.
default_table=runs/emojis/twemoji-15
SVG=${SVG:-@twemoji/svg@15.0.0} TABLE=${TABLE:-$default_table}
export SVG TABLE
# Runs and checkpoints of another table have its name as a suffix, since a folder with one run cannot be used for another.
of=
[ "$TABLE" = $default_table ] || of=-$(basename "$TABLE")

done_steps="runs/recipes/$(basename "$0" .sh)${SMOKE:+-smoke}"
mkdir -p "$done_steps"

# A step is the same if its command line and the variables given to the recipe are the same.
step() {
  local name=$1 mark
  shift
  mark=$done_steps/$name-$(printf '%s\0' "${OUT:-}" "${VAE:-}" "${START:-}" "${PICTURES:-}" "$TABLE" "$@" | sha256sum | cut -c -12)
  if [ -e "$mark" ]; then
    echo "$name: done before"
    return
  fi
  echo "+ $*"
  "$@"
  touch "$mark"
}

# A training step; with SMOKE, in its smallest form.
train() { step "$@" ${SMOKE:+--smoke}; }

# A step that only makes sense after a complete training; left out with SMOKE.
finish() { [ -n "${SMOKE:-}" ] || step "$@"; }

# vae: the folder of a VAE's checkpoint, by its name. run: the folder of a run of a tower.
vae() { [ -n "${SMOKE:-}" ] && echo "runs/vae-$1$of-smoke/checkpoint" || echo "runs/checkpoints/$1$of"; }
run() { echo "runs/$1$of${SMOKE:+-smoke}"; }

# Writes the figures into a folder's model card. If there is no card, that of a shipped checkpoint is copied first.
card() {
  [ -e "$2/README.md" ] || cp "checkpoints/$1/README.md" "$2/README.md"
  python -m train.publish.card "$2"
}

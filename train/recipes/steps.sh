# Read by the recipes: `step NAME COMMAND …` runs a command unless it was finished before, so that a recipe that was killed goes on.
# With SMOKE=1 every training step is tried in under a minute, in runs/smoke, and no checkpoint is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export OMP_WAIT_POLICY=PASSIVE
# The emojis: another npm package or folder of SVGs, for another Unicode version, and where their table goes.
SVG=${SVG:-@twemoji/svg@15.0.0} TABLE=${TABLE:-runs/emojis/twemoji-15}
export SVG TABLE

done_steps="runs/recipes/$(basename "$TABLE")/$(basename "$0" .sh)${SMOKE:+-smoke}"
mkdir -p "$done_steps"

step() {
  local name=$1
  shift
  if [ -e "$done_steps/$name" ]; then
    echo "$name: done before"
    return
  fi
  echo "+ $*"
  "$@"
  touch "$done_steps/$name"
}

# A training: with SMOKE, its smallest form.
train() { step "$@" ${SMOKE:+--smoke}; }

# What only makes sense after a whole training.
finish() { [ -n "${SMOKE:-}" ] || step "$@"; }

# Where a VAE's training leaves its checkpoint, by that checkpoint's name, and where a tower's run lies.
vae() { [ -n "${SMOKE:-}" ] && echo "runs/vae-$1-smoke/checkpoint" || echo "runs/checkpoints/$1"; }
run() { echo "runs/$1${SMOKE:+-smoke}"; }

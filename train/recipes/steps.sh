# Read by the recipes: `step NAME COMMAND …` runs a command unless the same was finished before, so that a recipe that was killed goes on.
# With SMOKE=1 every training step is tried in under a minute, in runs/*-smoke, and no checkpoint is touched.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export OMP_WAIT_POLICY=PASSIVE
# The emojis: another npm package or folder of SVGs, for another Unicode version, and where their table goes.
default_table=runs/emojis/twemoji-15
SVG=${SVG:-@twemoji/svg@15.0.0} TABLE=${TABLE:-$default_table}
export SVG TABLE
# Runs and checkpoints of another table carry its name, as a run's folder is never taken for another run.
of=
[ "$TABLE" = $default_table ] || of=-$(basename "$TABLE")

done_steps="runs/recipes/$(basename "$0" .sh)${SMOKE:+-smoke}"
mkdir -p "$done_steps"

# A step is the same when its command line and what the recipe was given are.
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

# A training: with SMOKE, its smallest form.
train() { step "$@" ${SMOKE:+--smoke}; }

# What only makes sense after a whole training.
finish() { [ -n "${SMOKE:-}" ] || step "$@"; }

# Where a VAE's training leaves its checkpoint, by that checkpoint's name, and where a tower's run lies.
vae() { [ -n "${SMOKE:-}" ] && echo "runs/vae-$1$of-smoke/checkpoint" || echo "runs/checkpoints/$1$of"; }
run() { echo "runs/$1$of${SMOKE:+-smoke}"; }

# The figures of a folder's model card; it begins as the card of a shipped checkpoint where there is none.
card() {
  [ -e "$2/README.md" ] || cp "checkpoints/$1/README.md" "$2/README.md"
  python -m train.publish.card "$2"
}

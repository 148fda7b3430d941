#!/usr/bin/env bash
# Trains the question tower of checkpoints/default on messages. Starts from a tower trained on tweets only: a finished checkpoint
# in runs/before, with the file words.tsv (`train.languages`). Takes four hours on one core. Needs runs/tweets, with the word
# pieces of that tower, since a trained tower cannot read others: `python -m train.data.tweets --vocab runs/before/vocab.txt`
# The shipped tower differed: its runs 1 to 3 had fewer messages, and runs 1 and 2 were stopped after 200 of 800 steps. Runs 1
# and 2 drew a share of .68 of messages and .06 of inline emojis, run 3 drew .78 and .04.
source "$(dirname "$0")/steps.sh"
before=$(run before) messages=$(run messages)
texts=(--tweets "$(run tweets)" --emojis "$before")
if [ -n "${SMOKE:-}" ]; then
  before=checkpoints/default
  texts=(--tweets runs/tweets-of-default-smoke --emojis $before)
  train tweets python -m train.data.tweets --emojis $before --out runs/tweets-of-default
fi
question=(python -m train.qa.question "${texts[@]}" --messages "$messages" --phase messages --prior-scale 0.0325 --dropout 0.1 --threads 1)
average=(python -m train.qa.average "${texts[@]}" --prior-scale 0.0325)
linear=(python -m train.qa.linear "${texts[@]}" --own 1 --prior-scale 0.0325)
numbered=runs/messages$of
step messages python -m train.messages --checkpoint "$before" --out "$messages"
train 1 "${question[@]}" --start "$before" --run "$numbered-1" --seed 1 --batch-size 80 --steps 200 --lr 1.5e-4 --frozen 3 --longest 40 --warmup 40
train 2 "${question[@]}" --start "$before" --run "$numbered-2" --seed 2 --batch-size 80 --steps 200 --lr 2.5e-4 --frozen 3 --longest 40 --warmup 40
finish mean "${average[@]}" "$numbered-1=0.5" "$numbered-2=0.5" --out "$numbered-start"
finish 3 "${question[@]}" --start "$numbered-start/best.safetensors" --run "$numbered-3" --seed 3 --batch-size 96 --steps 430 --lr 2.5e-4 \
  --frozen 4 --longest 32 --warmup 15
finish 4 "${question[@]}" --start "$numbered-3/best.safetensors" --run "$numbered-4" --seed 4 --batch-size 96 --steps 480 --lr 2e-4 \
  --frozen 4 --longest 32 --warmup 20
finish mean-2 "${average[@]}" "$numbered-4=0.6" "$numbered-3=0.15" "$before=0.25" --out "$numbered-mean"
finish 5 "${question[@]}" --start "$numbered-mean/best.safetensors" --run "$numbered-5" --seed 5 --batch-size 96 --steps 190 --lr 1.5e-4 \
  --frozen 4 --longest 32 --warmup 10
finish mean-3 "${average[@]}" "$numbered-5=0.5" "$numbered-4=0.3" "$before=0.2" --out "$(run question-mean)"
finish linear "${linear[@]}" --start "$(run question-mean)/best.safetensors" --weight 0 --svm airline=1.5 tweeteval=0.5 --out "$(run question-svm)"
# The shipped tower's regression saw every ninth of the inline tweets, and was stopped after 500 of 900 steps.
finish regression "${linear[@]}" --start "$(run question-svm)/best.safetensors" --messages "$messages" --run "$(run regression)" \
  --weight 0.2 --svm --steps 500 --batch-size 768 --out "$(run question-picked)"
# A second tower is trained on other texts, as a teacher. Then the first tower continues with graded answers of its own.
free=(python -m train.qa.question --phase free --tweets "$(run tweets-free)" --emojis "$before" --batch-size 96 --longest 40 --dropout 0.1 \
  --prior-scale 0.0325 --threads 1)
train free-texts python -m train.data.tweets --free --emojis "$before" --vocab "$before/vocab.txt" --out "runs/tweets-free$of"
step free-messages python -m train.messages --checkpoint "$before" --sources written goemotions languages --out "$(run messages-free)"
train free "${free[@]}" --messages "$(run messages-free)" --run "runs/question-free$of" --steps 1300 --lr 2.5e-4 --warmup 60
finish second "${free[@]}" --messages "$messages" --start "$(run question-free)/best.safetensors" --run "$(run question-second)" --seed 7 \
  --steps 750 --lr 2e-4 --warmup 30
# The shipped tower's first run had 18,900 graded texts, out of 36,900 at that time.
judged=(python -m train.qa.question "${texts[@]}" --phase judged --messages "$messages" --teachers "$(run question-second)" --batch-size 96 \
  --frozen 2 --longest 32 --dropout 0.1 --prior-scale 0.0325 --threads 2)
finish judged "${judged[@]}" --start "$(run question-picked)/best.safetensors" --run "$(run question-judged)" --seed 1 --steps 1700 --lr 2.5e-4 \
  --warmup 40
finish judged-2 "${judged[@]}" --start "$(run question-judged)/best.safetensors" --run "$(run question-judged-2)" --seed 2 --steps 600 --lr 2e-4 \
  --warmup 20
finish mean-4 "${average[@]}" "$(run question-judged-2)=0.6" "$(run question-judged)=0.4" --out "$(run question-mean-4)"
finish linear-again "${linear[@]}" --start "$(run question-mean-4)/best.safetensors" --weight 0 --svm airline=0.5 tweeteval=0.4 \
  --out "$(run question-graded)"
# Two more such runs, each with grades of the answers that the tower gave at that time. The shipped tower had 54,000 graded texts
# in the first of these runs and 84,000 in the second, and it continued from its finished checkpoint. Its runs before these drew a
# share of .38 of messages and .22 of graded texts.
again=(python -m train.qa.question "${texts[@]}" --phase judged --messages "$messages" --batch-size 96 --frozen 2 --longest 32 --dropout 0.1 \
  --prior-scale 0.0325 --threads 2 --lr 2.2e-4)
finish judged-3 "${again[@]}" --start "$(run question-graded)/best.safetensors" --run "$(run question-judged-3)" --seed 11 --steps 1000 --warmup 40
finish judged-4 "${again[@]}" --start "$(run question-judged-3)/best.safetensors" --run "$(run question-judged-4)" --seed 12 --steps 900 --warmup 30
finish mean-5 "${average[@]}" "$(run question-judged-4)=0.6" "$(run question-judged-3)=0.4" --out "$(run question-mean-5)"
finish linear-last "${linear[@]}" --start "$(run question-mean-5)/best.safetensors" --weight 0 --svm airline=0.6 tweeteval=0.4 \
  --out "$(run question-graded-again)"
# Finally a large encoder (all-mpnet-base-v2, MPNET=FOLDER) is fitted to the same texts. The tower then learns its answers to
# these texts and to 250,000 texts without labels. Takes two hours on two cores that multiply bfloat16.
large=${MPNET:-runs/all-mpnet-base-v2}
train teacher python -m train.qa.teacher "${texts[@]}" --mpnet "$large" --messages "$messages" --run "runs/teacher$of"
finish by-teacher python -m train.qa.question "${texts[@]}" --phase taught --messages "$messages" --large "$(run teacher)" \
  --start "$(run question-graded-again)/best.safetensors" --run "$(run question-by-teacher)" --seed 21 --steps 1500 --batch-size 96 --lr 2.5e-4 \
  --frozen 2 --longest 32 --warmup 40 --dropout 0.1 --prior-scale 0.0325 --threads 2
finish mean-6 "${average[@]}" "$(run question-by-teacher)=0.7" "$(run question-graded-again)=0.3" --out "$(run question-mean-6)"
finish linear-taught "${linear[@]}" --start "$(run question-mean-6)/best.safetensors" --weight 0 --svm airline=0.9 tweeteval=0.6 \
  --out "$(run question-taught)"

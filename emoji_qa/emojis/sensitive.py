"""Emojis that the page does not offer as answers unless a visitor wants all. Python and the endpoints rank every emoji.

An answer to somebody's words should not be an insult that nobody asked for, and a ranking learned from tweets as they come
would give some. The list is short, and a matter of judgement:

- 🖕, an obscene gesture;
- 🍆 🍑 👅 💦, which mostly stand for something else: in 18 to 26 % of the training tweets that hold one there is a sexual word,
  in 2 % of all;
- apes, monkeys, pigs and rats, with which people are abused for what they are.
"""

GESTURES = "🖕"
STAND_INS = "🍆🍑👅💦"
SLURS = "🐵🐒🦍🦧🐷🐖🐽🐀"
HIDDEN = frozenset(GESTURES + STAND_INS + SLURS)

"""Emojis that the page does not offer as answers unless a visitor wants all. Python and the endpoints rank every emoji.

An answer to somebody's words should not be an insult that nobody asked for, and a ranking learned from unfiltered
tweets would give some. The list is short, and a matter of judgement:

- 🖕, an obscene gesture;
- 🍆 🍑 👅 💦, which mostly stand for something else: 18 to 26 % of the training tweets that hold one have a sexual word,
  and 2 % of all tweets;
- apes, monkeys, pigs and rats, which are used as slurs against groups of people.
"""

GESTURES = "🖕"
STAND_INS = "🍆🍑👅💦"
SLURS = "🐵🐒🦍🦧🐷🐖🐽🐀"
HIDDEN = frozenset(GESTURES + STAND_INS + SLURS)

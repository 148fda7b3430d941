"""The rows of the tables of answers, their baselines, and how fast tweets are answered."""

"""The rows of the tables of answers, their baselines, and the speed of answering."""

"""Files and folders of tweets of any size, answered in bounded memory: `answer_files`, or `emoji-qa bulk IN OUT`."""

from emoji_qa.bulk.job import Progress, answer_files

__all__ = ["Progress", "answer_files"]

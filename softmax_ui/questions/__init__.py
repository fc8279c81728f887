"""The lesson's questions as data: their words, their numbers, and how an answer is graded."""

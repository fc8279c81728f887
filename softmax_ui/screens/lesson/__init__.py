"""The note as a lesson: its sections, the questions in them, and the numbers they all share."""

"""A class that is asked together: questions as data, the rounds, the votes, and their store.

Nothing that is drawn lives here, no formula and no thread. Everything is kept beside the runs.
"""

from softmax_core.classroom.classroom import Ballot, Class, Classroom, Learner, Round
from softmax_core.classroom.question import KINDS, ClassQuestion, Kind

__all__ = [
    "KINDS",
    "Ballot",
    "Class",
    "ClassQuestion",
    "Classroom",
    "Kind",
    "Learner",
    "Round",
]

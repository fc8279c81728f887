"""Softmax regression, trained in lockstep: what is trained, the engine, what it records.

Experiments, the engine, its records, and what is computed from a step or a checkpoint live here.
Threads, clocks, files and the store do not: a training goes on only when it is asked to.
"""

from softmax_core.training.attribution import (
    Attribution,
    Contributions,
    attribute,
    retrain_without,
)
from softmax_core.training.checkpoint import Checkpoint
from softmax_core.training.engine import Training, train
from softmax_core.training.experiment import Experiment, Variant
from softmax_core.training.records import EpochRecord, RateChange, StepRecord
from softmax_core.training.verdict import (
    COURSE_BAND,
    Band,
    Verdict,
    band_of_course,
    course_experiment,
    verdicts,
)

__all__ = [
    "COURSE_BAND",
    "Attribution",
    "Band",
    "Checkpoint",
    "Contributions",
    "EpochRecord",
    "Experiment",
    "RateChange",
    "StepRecord",
    "Training",
    "Variant",
    "Verdict",
    "attribute",
    "band_of_course",
    "course_experiment",
    "retrain_without",
    "train",
    "verdicts",
]

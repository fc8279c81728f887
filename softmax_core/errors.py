"""All exceptions that softmax_core raises deliberately.

```
SoftmaxError
├── InvalidInput (ValueError)          a tensor, target or setting that is not valid
│   ├── InvalidLogits                  nan, +inf twice, all -inf, an empty class axis, integers
│   ├── InvalidProbabilities           entries outside [0, 1], or a sum that is not 1
│   ├── InvalidTarget                  a class index outside the classes, or of the wrong shape
│   ├── InvalidPicture                 an uploaded file that is no picture, or one too large
│   └── InvalidExperiment              a field of an experiment or a variant out of range
├── DataError                          the Fashion-MNIST files
│   ├── DataNotFound                   not on this machine, and downloading was not allowed
│   ├── DataDamaged                    a file that is not what it should be
│   ├── DataNotWritable                a read-only data folder, or a full disk
│   └── DownloadFailed                 the mirror did not answer, or broke off
└── RunError                           runs and their store
    ├── RunNotFound                    no run with that id
    ├── RunNotSteerable                the run's status does not allow the command
    ├── RunDamaged                     a part of the run differs from what was written
    ├── QueueFull                      too many runs wait already
    ├── TooManyRuns                    this person has as many active runs as allowed
    └── StoreError                     the store on disk
        ├── StoreLocked                another process holds it
        ├── StoreDamaged               not a database, or one that fails its own check
        ├── StoreTooNew                written by a newer version of this program
        ├── StoreNotWritable           a read-only folder, or a full disk
        └── StoreFull                  its size limit is reached, and nothing may be cleared
```

Each error carries the offending value as an attribute, so that a page can report it in the
reader's language; its own English message says what happened, with the value, and what to do.
"""

from __future__ import annotations

from pathlib import Path


class SoftmaxError(Exception):
    """The base class of all errors that this package raises deliberately."""


class InvalidInput(SoftmaxError, ValueError):
    """A tensor, a target or a setting that is not valid."""


class InvalidLogits(InvalidInput):
    """Logits for which softmax is not defined.

    Attributes:
        problem: one of "not_floating", "no_classes", "nan", "infinite_twice", "all_minus_inf",
            "not_a_tensor", "bad_dim".
        value: what was found, as text.
    """

    def __init__(self, problem: str, value: str, message: str) -> None:
        """Store the problem's code and the value with the English message."""
        super().__init__(message)
        self.problem = problem
        self.value = value


class InvalidProbabilities(InvalidInput):
    """Rows that are not probability distributions."""

    def __init__(self, value: str, message: str) -> None:
        """Store the offending value with the English message."""
        super().__init__(message)
        self.value = value


class InvalidTarget(InvalidInput):
    """Targets that are not class indices of the given logits."""

    def __init__(self, value: str, classes: int, message: str) -> None:
        """Store the offending value and the number of classes with the English message."""
        super().__init__(message)
        self.value = value
        self.classes = classes


class InvalidPicture(InvalidInput):
    """An uploaded file that cannot be read as a picture.

    Attributes:
        problem: one of "not_a_picture", "too_many_bytes", "too_many_pixels", "nothing_in_it".
        value: its size, as text; empty where the size is not the problem.
        limit: the largest size allowed, as text; empty where the size is not the problem.
    """

    def __init__(self, problem: str, message: str, value: str = "", limit: str = "") -> None:
        """Store the problem's code, the size and the limit with the English message."""
        super().__init__(message)
        self.problem = problem
        self.value = value
        self.limit = limit


class InvalidExperiment(InvalidInput):
    """A field of an experiment or of a variant that is out of range.

    Attributes:
        field: the field's name, as in `Experiment` or `Variant`.
        value: what was given.
        allowed: what is accepted, in words.
        variant: the variant's position, or None for a field of the experiment itself.
    """

    def __init__(self, field: str, value: object, allowed: str, variant: int | None = None) -> None:
        """Build the message from the field, its value and what is allowed."""
        where = field if variant is None else f"{field} of variant {variant + 1}"
        super().__init__(f"{where} is {value!r}; it must be {allowed}.")
        self.field = field
        self.value = value
        self.allowed = allowed
        self.variant = variant


class DataError(SoftmaxError):
    """A problem with the Fashion-MNIST files."""


class DataNotFound(DataError):
    """The four files are not on this machine, and downloading was not allowed."""

    def __init__(self, searched: tuple[Path, ...], message: str) -> None:
        """Store the folders that were searched with the English message."""
        super().__init__(message)
        self.searched = searched


class DataDamaged(DataError):
    """A file that is truncated, altered, or something else altogether."""

    def __init__(self, path: Path, expected: str, found: str, message: str) -> None:
        """Store the file, what it should be and what it is with the English message."""
        super().__init__(message)
        self.path = path
        self.expected = expected
        self.found = found


class DataNotWritable(DataError):
    """The data folder is read-only, or its disk is full."""

    def __init__(self, path: Path, message: str) -> None:
        """Store the data folder with the English message."""
        super().__init__(message)
        self.path = path


class DownloadFailed(DataError):
    """The mirror did not answer, or broke off."""

    def __init__(self, reason: str, message: str) -> None:
        """Store the reason that the network gave with the English message."""
        super().__init__(message)
        self.reason = reason


class RunError(SoftmaxError):
    """A problem with a run or the store."""


class RunNotFound(RunError):
    """There is no run with this id."""

    def __init__(self, run_id: str) -> None:
        """Build the message from the id."""
        super().__init__(
            f"There is no run {run_id!r} in this store. It may have been deleted, or it was "
            "started on another server; the runs page lists what is here."
        )
        self.run_id = run_id


class RunNotSteerable(RunError):
    """The run's status does not allow the command."""

    def __init__(self, run_id: str, command: str, status: str) -> None:
        """Build the message from the command and the status that refuses it."""
        super().__init__(f"Run {run_id} is {status}, so it cannot {command}.")
        self.run_id = run_id
        self.command = command
        self.status = status


class RunDamaged(RunError):
    """A part of a run on disk differs from what was written.

    Attributes:
        run_id: the run.
        part: one of "settings", "blocks" (its steps), "epochs", "weights", "checkpoints",
            "rate_changes".
    """

    def __init__(self, run_id: str, part: str) -> None:
        """Build the message from the run and the part that is damaged."""
        super().__init__(
            f"Run {run_id} is damaged on the disk: {part} are not what was written, so they are "
            "not used. Start the experiment again: the same settings give the same bits."
        )
        self.run_id = run_id
        self.part = part


class QueueFull(RunError):
    """Too many runs wait already."""

    def __init__(self, waiting: int, limit: int) -> None:
        """Build the message from the length of the queue and its limit."""
        super().__init__(
            f"{waiting} runs are waiting and the queue holds {limit}. Try again when one has "
            "ended, or stop a run of yours."
        )
        self.waiting = waiting
        self.limit = limit


class TooManyRuns(RunError):
    """This person already has as many active runs as one person may have."""

    def __init__(self, running: int, limit: int) -> None:
        """Build the message from the person's runs and their limit."""
        super().__init__(
            f"You have {running} runs under way, and one person may have {limit} on this server. "
            "Stop one of yours, or wait until one has ended."
        )
        self.running = running
        self.limit = limit


class StoreError(RunError):
    """A problem with the store on disk."""

    def __init__(self, path: Path, message: str) -> None:
        """Store the store's path with the English message."""
        super().__init__(message)
        self.path = path


class StoreLocked(StoreError):
    """Another process holds the store."""


class StoreDamaged(StoreError):
    """The file is not a database, or fails its own check."""


class StoreTooNew(StoreError):
    """The file was written by a newer version of this program."""


class StoreNotWritable(StoreError):
    """The folder is read-only, or the disk is full."""


class StoreFull(StoreError):
    """The store has reached its size limit, and no run in it may be cleared."""

    def __init__(self, path: Path, used: int, limit: int) -> None:
        """Build the message from what is used and what may be."""
        super().__init__(
            path,
            f"The runs in {path} take {used:,} bytes, and {limit:,} are allowed. Those that are "
            "left are pinned or under way: delete or unpin one on the runs page.",
        )
        self.used = used
        self.limit = limit

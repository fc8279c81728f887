"""All exceptions that softmax_core raises deliberately.

```
SoftmaxError
├── InvalidInput (ValueError)          a tensor, target or setting that is not valid
│   ├── InvalidLogits                  nan, +inf twice, all -inf, an empty class axis, integers
│   ├── InvalidProbabilities           entries outside [0, 1], or a sum that is not 1
│   ├── InvalidTarget                  a class index outside the classes, or of the wrong shape
│   ├── InvalidPicture                 an uploaded file that is no picture, or one too large
│   ├── InvalidExperiment              a field of an experiment or a variant out of range
│   ├── InvalidQuestion                a part of a question to a class that is not valid
│   ├── InvalidData                    pictures, labels or names that make no data set
│   └── ImportRefused                  a file or a folder of which no data set can be made
├── DataError                          data sets and their files
│   ├── DatasetMissing                 a run's data set, which is not on this machine
│   ├── DataNotFound                   not on this machine, and downloading was not allowed
│   ├── DataDamaged                    a file that is not what it should be
│   ├── DataNotWritable                a read-only data folder, or a full disk
│   ├── CollectionFull                 no room for one more data set
│   ├── ImportsBusy                    too many data sets are being read
│   ├── ImportEnded                    an import took too long, too much memory, or broke off
│   └── DownloadFailed                 the mirror did not answer, or broke off
└── RunError                           runs and their store
    ├── RunNotFound                    no run with that id
    ├── RunNotSteerable                the run's status does not allow the command
    ├── RunDamaged                     a part of the run differs from what was written
    ├── OtherPictures                  the run was trained on others than those that are here
    ├── QueueFull                      too many runs wait already
    ├── TooManyRuns                    this person has as many active runs as allowed
    ├── ExportsBusy                    too many files are being made for downloads
    ├── OwnerMissing                   nobody is named who may steer the run, on a shared server
    └── StoreError                     the store on disk
        ├── StoreUnreachable           its database server does not answer, or does not let us in
        ├── RunTaken                   another worker trains the run
        ├── StoreLocked                another process holds it
        ├── StoreDamaged               not a database, or one that fails its own check
        ├── StoreTooNew                written by a newer version of this program
        ├── StoreNotWritable           a read-only folder
        │   └── DiskFull               the disk takes no more
        ├── StoreFull                  its size limit is reached, and nothing may be cleared
        └── QuotaReached               what one person may keep is reached
```

Each error carries the offending value as an attribute, so that a page can report it in the
reader's language; its own English message says what happened, with the value, and what to do.
An error's fields are the arguments it is raised with.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import dataclass_transform


@dataclass_transform(eq_default=False)
class SoftmaxError(Exception):
    """The base class of all errors that this package raises deliberately."""

    def __init_subclass__(cls) -> None:
        """Make each error a dataclass; two of them are equal only if they are the same object."""
        dataclass(eq=False)(cls)

    def __post_init__(self) -> None:
        """Store the fields as `args`, from which pickle and deepcopy build the error again."""
        self.args = tuple(vars(self).values())

    def __str__(self) -> str:
        return str(vars(self).get("message", super().__str__()))


class InvalidInput(SoftmaxError, ValueError):
    """A tensor, a target or a setting that is not valid."""


class InvalidLogits(InvalidInput):
    """Logits for which softmax is not defined.

    Attributes:
        problem: one of "not_floating", "no_classes", "nan", "infinite_twice", "all_minus_inf",
            "not_a_tensor", "bad_dim".
        value: what was found, as text.
    """

    problem: str
    value: str
    message: str


class InvalidProbabilities(InvalidInput):
    """Rows that are not probability distributions."""

    value: str
    message: str


class InvalidTarget(InvalidInput):
    """Targets that are not class indices of the given logits."""

    value: str
    classes: int
    message: str


class InvalidPicture(InvalidInput):
    """An uploaded file that cannot be read as a picture.

    Attributes:
        problem: one of "empty", "not_a_picture", "another_kind", "damaged", "too_many_bytes",
            "too_many_pixels", "too_costly", "nothing_in_it", "busy".
        value: its size, or of another or a damaged kind the kind's name; else empty.
        limit: the largest size allowed, as text; empty where the size is not the problem.
    """

    problem: str
    message: str
    value: str = ""
    limit: str = ""


class InvalidExperiment(InvalidInput):
    """A field of an experiment or of a variant that is out of range.

    Attributes:
        field: the field's name, as in `Experiment` or `Variant`.
        value: what was given.
        allowed: what is accepted, in words.
        variant: the variant's position, or None for a field of the experiment itself.
    """

    field: str
    value: object
    allowed: str
    variant: int | None = None

    def __str__(self) -> str:
        where = "" if self.variant is None else f" of variant {self.variant + 1}"
        return f"{self.field}{where} is {self.value!r}; it must be {self.allowed}."


class InvalidQuestion(InvalidInput):
    """A part of a question to a class that is not valid.

    Attributes:
        part: "kind", "text", "options" (how many), "option", "same" (two equal options), "right"
            or "probabilities".
        value: what was given.
    """

    part: str
    value: object

    def __str__(self) -> str:
        return f"The question's {self.part} cannot be {self.value!r}."


class InvalidData(InvalidInput):
    """Pictures, labels or names that make no data set.

    Attributes:
        field: which part of the data set, as in `Dataset`.
        value: what was found.
        allowed: what is accepted, in words.
    """

    field: str
    value: object
    allowed: str

    def __str__(self) -> str:
        return f"{self.field} of the data set is {self.value!r}; it must be {self.allowed}."


class ImportRefused(InvalidInput):
    """A file or a folder of which no data set can be made.

    Attributes:
        problem: one of "not_an_archive", "not_a_table", "too_many_bytes", "too_many_pictures",
            "no_pictures", "too_few_classes", "too_many_classes", "too_few_pictures" (of a class),
            "no_test" (all of its pictures are the same), "no_labels", "two_sizes", "another_size",
            "no_numbers", "not_here", "needs_pyarrow", "another_kind" (by its ending),
            "no_class_name", "several_labels" (columns of a table), "several_files" (that do not
            belong together), "too_few_columns", "not_square" (rows of pixels), "same_columns",
            "not_utf8", "two_readings" (of a comma), "two_scales" (of training and test),
            "all_in_both" (training pictures of a class, which the test has too), "half_a_test" (its
            pictures or its labels alone), "pickled".
        value: what was found: a number, a size, a class's name; of "no_pictures" why most were
            left out, as in `LeftOut.reason`; or empty.
        limit: what is allowed, as text; or empty.
    """

    problem: str
    message: str
    value: str = ""
    limit: str = ""


class DataError(SoftmaxError):
    """A problem with a data set or its files."""


class DatasetMissing(DataError):
    """A data set that a run was trained on, and that is not on this machine.

    Attributes:
        name: what it was called.
        digest: its `Dataset.fingerprint`.
    """

    name: str
    digest: str

    def __str__(self) -> str:
        return (
            f"The data set {self.name!r} is not on this machine. Add it again, from the file that "
            f"its maker saved or from the same pictures (digest {self.digest[:12]}…)."
        )


class DataNotFound(DataError):
    """The files of a data set are not on this machine, and downloading was not allowed."""

    searched: tuple[Path, ...]
    message: str
    name: str = "Fashion-MNIST"


class DataDamaged(DataError):
    """A file that is truncated, altered, or something else altogether."""

    path: Path
    expected: str
    found: str
    remedy: str = "Delete or move it and start again: it will then be fetched anew."

    def __str__(self) -> str:
        return (
            f"{self.path} is damaged: expected {self.expected}, found {self.found}. {self.remedy}"
        )


class DataNotWritable(DataError):
    """The data folder is read-only, or its disk is full."""

    path: Path
    message: str


class CollectionFull(DataError):
    """There is no room for one more data set.

    Attributes:
        problem: "person" where its owner has no room, "all" where the machine has none, "number"
            where the owner has as many data sets as one may.
        limit: how many MB, or how many data sets, are kept.
    """

    problem: str
    limit: int

    def __str__(self) -> str:
        unit = "data sets" if self.problem == "number" else "MB of data sets"
        who = "for all" if self.problem == "all" else "for each person"
        return f"There is no room: at most {self.limit} {unit} are kept {who}. Delete some."


class ImportsBusy(DataError):
    """As many data sets are being read as may be.

    Attributes:
        problem: "person" where its owner has one that is being read, "all" where others have.
        limit: how many are read at a time.
    """

    problem: str
    limit: int

    def __str__(self) -> str:
        return f"At most {self.limit} data sets are read at a time. Wait until one is done."


class ImportEnded(DataError):
    """The process that read a data set ended without one.

    Attributes:
        problem: "slow" after the time it has, "ended" where it took too much memory or was ended.
    """

    problem: str

    def __str__(self) -> str:
        return f"The import has ended ({self.problem}). Take fewer or smaller pictures."


class DownloadFailed(DataError):
    """The mirror did not answer, or broke off; `reason` is the network's own."""

    reason: str
    message: str


class RunError(SoftmaxError):
    """A problem with a run or the store."""


class RunNotFound(RunError):
    """There is no run with this id."""

    run_id: str

    def __str__(self) -> str:
        return (
            f"There is no run {self.run_id!r} in this store. It may have been deleted, or it was "
            "started on another server; the runs page lists what is here."
        )


class RunNotSteerable(RunError):
    """The run's status does not allow the command."""

    run_id: str
    command: str
    status: str

    def __str__(self) -> str:
        return f"Run {self.run_id} is {self.status}, so it cannot {self.command}."


class RunDamaged(RunError):
    """A part of a run on disk differs from what was written.

    Attributes:
        run_id: the run.
        part: one of "settings", "blocks" (its steps), "epochs", "weights", "checkpoints",
            "rate_changes", "forks" (what it descends from).
    """

    run_id: str
    part: str

    def __str__(self) -> str:
        return (
            f"Run {self.run_id} is damaged on the disk: {self.part} are not what was written, so "
            "they are not used. Start the experiment again: the same settings give the same bits."
        )


class OtherPictures(RunError):
    """The pictures here are not those that the run was trained on."""

    run_id: str

    def __str__(self) -> str:
        return (
            f"Run {self.run_id} was trained on other pictures than those that are here now, so its "
            "steps cannot be made again. What was recorded of it can still be seen."
        )


class QueueFull(RunError):
    """Too many runs wait already."""

    waiting: int
    limit: int

    def __str__(self) -> str:
        return (
            f"{self.waiting} runs are waiting and the queue holds {self.limit}. Try again when one "
            "has ended, or stop a run of yours."
        )


class TooManyRuns(RunError):
    """This person already has as many active runs as one person may have."""

    running: int
    limit: int

    def __str__(self) -> str:
        return (
            f"You have {self.running} runs under way, and one person may have {self.limit} on this "
            "server. Stop one of yours, or wait until one has ended."
        )


class ExportsBusy(RunError):
    """Too many files are being made for downloads, for this person or for all.

    Attributes:
        waiting: the files that are being made or wait, this person's if `yours`, else all.
        yours: whether it is this person's own files that stand in the way.
    """

    waiting: int
    yours: bool

    def __str__(self) -> str:
        whose = "for you" if self.yours else "for others"
        return f"{self.waiting} files are being made {whose}. Try again in a minute."


class OwnerMissing(RunError):
    """A run that nobody could pause, stop or delete, on a server that many people share."""

    def __str__(self) -> str:
        return (
            "A run on a shared server needs an owner and a digest of the secret that steers it: "
            "pass `owner` and `steering` to `Runner.start`."
        )


class StoreError(RunError):
    """A problem with the store.

    Attributes:
        path: its file; or the name of its database and of the server, without a password.
    """

    path: Path | str
    message: str


class StoreUnreachable(StoreError):
    """The database server of the store does not answer, or does not let us in.

    Attributes:
        problem: "gone" (no answer, or the connection broke), "password" (it refuses user and
            password), "no_database" (it has none of this name), "rights" (the user may not do
            this), "too_old" (a PostgreSQL before 15), "encoding" (it keeps texts otherwise than in
            UTF-8), "full" (it takes no more connections), "address" (the URL is none),
            "not_installed" (its driver is not here).
        value: what was found, for "too_old" and "encoding"; or empty.
    """

    problem: str
    value: str = ""


class RunTaken(StoreError):
    """Another worker trains the run, or will: the one that had it can write nothing more."""

    run_id: str


class StoreLocked(StoreError):
    """Another process holds the store.

    Attributes:
        pid: its number, or None if it is not known.
        host: the name of its machine, or "".
        since: when it began, UTC, ISO 8601, or "".
    """

    pid: int | None = None
    host: str = ""
    since: str = ""


class StoreDamaged(StoreError):
    """The file is not a database, or fails its own check."""


class StoreTooNew(StoreError):
    """The file was written by a newer version of this program."""


class StoreNotWritable(StoreError):
    """The store cannot be written: its folder is read-only, or the file is gone."""


class DiskFull(StoreNotWritable):
    """The disk takes no more: it is full, or a quota or a limit of file sizes is reached."""


class StoreFull(StoreError):
    """The store has reached its size limit, and no run in it may be cleared.

    Attributes:
        used: the bytes that the runs take.
        limit: the bytes that they may take.
    """

    used: int
    limit: int


class QuotaReached(StoreError):
    """One person keeps as much as one person may, and none of it may be cleared.

    Attributes:
        kind: what is bounded: "bytes", "runs" or "pins".
        used: how many there are.
        limit: how many there may be.
    """

    kind: str
    used: int
    limit: int

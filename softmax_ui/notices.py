"""What went wrong, said so that a person can act on it; the traceback stays in the server's log."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from softmax_core import errors
from softmax_core.folders import without_folders
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.streamlit_inside.uploads import is_lost
from softmax_ui.text import N_, Names, _, ngettext
from softmax_ui.text.lines import one_line

_LONGEST_QUOTE: Final = 60
_LONGEST_MESSAGE: Final = 600
_FASHION_MNIST: Final = "Fashion-MNIST"


def quoted(value: object, longest: int = _LONGEST_QUOTE) -> str:
    """Return a value from outside as Markdown code: it is shown, and nothing in it takes effect.

    >>> quoted("<b>x</b>"), quoted("a`b")
    ('`<b>x</b>`', '`` a`b ``')
    """
    line = one_line(str(value))
    if len(line) > longest:
        line = line[: longest - 1] + "…"
    if ":material/" in line or not line:  # which Streamlit changes in code too
        return f"“{as_markdown(line)}”"
    ticks = re.findall("`+", line)
    fence = "`" * (len(max(ticks, default="", key=len)) + 1)
    return f"{fence} {line} {fence}" if ticks else f"`{line}`"


def sentence(error: errors.SoftmaxError) -> str:
    """Return in the reader's language what happened and what to do, from the error's attributes."""
    said = _of_input(error) or _of_data(error) or _of_run(error) or _of_store(error)
    message = quoted(without_folders(str(error)), _LONGEST_MESSAGE)
    return said or _("Something did not work: {message}", message=message)


def _of_input(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with numbers or settings, or with an uploaded picture."""
    match error:
        case errors.InvalidLogits(problem="nan", value=value):
            return _(
                "A logit is not a number ({value}). Give each logit a number.", value=quoted(value)
            )
        case errors.InvalidLogits(problem="infinite_twice"):
            return _(
                "Two logits are infinite, so their shares are not defined. Make one of them finite."
            )
        case errors.InvalidLogits(problem="all_minus_inf"):
            return _(
                "All logits are −∞, which leaves nothing to share out. "
                "Make at least one of them finite."
            )
        case errors.InvalidLogits(problem="no_classes"):
            return _("There are no classes. Softmax needs at least one logit.")
        case errors.InvalidLogits(value=value):
            return _(
                "Softmax is not defined for {value}. Give it real numbers.", value=quoted(value)
            )
        case errors.InvalidProbabilities(value=value):
            return _(
                "These are not probabilities: {value}. They must lie between 0 and 1 and sum to 1.",
                value=quoted(value),
            )
        case errors.InvalidTarget(value=value, classes=classes):
            return _(
                "The target {value} is none of the {classes} classes. Choose one from 0 to {last}.",
                value=quoted(value),
                classes=classes,
                last=classes - 1,
            )
        case errors.InvalidExperiment():
            return _of_experiment(error)
        case errors.InvalidPicture():
            return _of_picture(error)
        case errors.InvalidQuestion():
            return _of_question(error)
        case errors.ImportRefused():
            return _of_import(error)
    return None


def _of_question(error: errors.InvalidQuestion) -> str:
    """Say what a question to a class lacks."""
    match error.part:
        case "text":
            return _("The question needs a text of at most 500 characters.")
        case "options":
            return _("There are {n} answers to choose from; 2 to 8 are possible.", n=error.value)
        case "option":
            return _(
                "An answer to choose from has 1 to 120 characters: {value}",
                value=quoted(error.value),
            )
        case "same":
            return _("Two of the answers to choose from are the same.")
        case "right":
            return _("The right answer cannot be {value}.", value=quoted(error.value))
        case "probabilities":
            return _(
                "The probabilities are 2 to 5 numbers between 0 and 1 that add up to 1, not "
                "{value}.",
                value=quoted(error.value),
            )
    return _("There is no such kind of question: {value}", value=quoted(error.value))


def _of_experiment(error: errors.InvalidExperiment) -> str:
    """Say which field of an experiment is out of range, and of which variant."""
    if error.field == "file":
        return _of_file(error)
    given = {
        "field": quoted(error.field),
        "value": quoted(error.value),
        "allowed": _allowed(error.allowed),
    }
    if error.variant is None:
        return _("The experiment's {field} is {value}; it must be {allowed}.", **given)
    position = error.variant + 1
    return _(
        "Variant {position}: {field} is {value}; it must be {allowed}.", position=position, **given
    )


def _of_file(error: errors.InvalidExperiment) -> str:
    """Say why a file holds no experiment."""
    if error.value == "no JSON":
        return _(
            "The file is not JSON: it was not exported here, or it has been changed since. "
            "({reason})",
            reason=quoted(error.allowed),
        )
    if "bytes" in error.allowed:
        return _(
            "The file has {value}, and an experiment takes a few thousand: it is another file.",
            value=quoted(error.value),
        )
    return _("The file is JSON, but it describes no experiment. Choose one that was exported here.")


# What the core says of a field in English, and the same in the reader's language.
_ALLOWED: Final[Sequence[tuple[str, Callable[..., str]]]] = (
    (r"a number from (\S+) to (\S+)", lambda low, high: _(
        "a number from {low} to {high}", low=low, high=high)),
    (r"a whole number from (\S+) to (\S+)", lambda low, high: _(
        "a whole number from {low} to {high}", low=low, high=high)),
    (r"one of (.+)", lambda options: _("one of {options}", options=quoted(options))),
    (r"a text that is not empty", lambda: _("a text that is not empty")),
    (r"a text of one line that is not empty", lambda: _("a text of one line that is not empty")),
    (r"different for each class", lambda: _("different for each class")),
    (r"(\d+) to (\d+) pixels high and wide", lambda least, most: _(
        "{least} to {most} pixels high and wide", least=least, most=most)),
    (r"a whole number from (\S+)", lambda low: _("a whole number from {low}", low=low)),
    (r"(.+), as the training pictures", lambda size: _(
        "{size}, as the training pictures", size=size)),
    (r"one label for each of the (\d+) pictures", lambda count: _(
        "one label for each of the {count} pictures", count=count)),
    (r"class indices from 0 to (\d+)", lambda last: _(
        "class indices from 0 to {last}", last=last)),
    (r"a (\S+) tensor (.+), N at least 1", lambda kind, shape: _(
        "an array of type {kind} and shape {shape}, N at least 1", kind=kind, shape=shape)),
    (r"(\d+) names", lambda count: ngettext("{n} name", "{n} names", int(count))),
    (r"a list of names", lambda: _("a list of names")),
    (r"a sha256 in hexadecimal", lambda: _("a sha256 in hexadecimal")),
    (r"the fields of one", lambda: _("the fields of a description")),
    (r"a line without control characters|written without control characters", lambda: _(
        "a text without line breaks and control characters")),
    (r"(?:a text of )?at most (\d+) characters(?: long)?", lambda length: _(
        "a text of at most {length} characters", length=length)),
    (r"at most the (\d+) pictures (?:trained on|there)", lambda count: _(
        "at most the {count} pictures trained on", count=count)),
    (r"different for each variant", lambda: _("different for each variant")),
    (r"a list of variants|made of Variant objects", lambda: _("a list of variants")),
    (r"(\d+) to (\d+) of them", lambda least, most: _(
        "{least} to {most} of them", least=least, most=most)),
    (r"an object with named fields", lambda: _("an object with named fields")),
    (r"given", lambda: _("given")),
    (r"(\d+); a newer program wrote others", lambda version: _(
        "{version}; a newer program wrote others", version=version)),
    (r"at most (\d+) with minibatches of (\d+): this server allows ([\d,]+) steps a run",
        lambda epochs, batch, steps: _(
            "at most {epochs} with minibatches of {batch}: this server allows {steps} steps a run",
            epochs=epochs, batch=batch, steps=steps)),
)  # fmt: skip


def _allowed(said: str) -> str:
    """Return what the core allows, in the reader's language; what it does not know, as it is."""
    for pattern, in_words in _ALLOWED:
        if found := re.fullmatch(pattern, said):
            return in_words(*found.groups())
    return quoted(said)


def _of_picture(error: errors.InvalidPicture) -> str:
    """Say why a file cannot be taken as a picture, and how large it may be."""
    given = {"value": quoted(error.value), "limit": error.limit}
    match error.problem:
        case "too_many_bytes":
            return _(
                "The file has {value} MB; at most {limit} MB are read. Save the picture smaller.",
                **given,
            )
        case "too_many_pixels":
            return _(
                "The picture has {value} pixels; at most {limit} million are read. "
                "Save it smaller.",
                **given,
            )
        case "too_costly":
            return _(
                "Opening this picture takes more memory or time than is allowed. Save it again, "
                "smaller, as PNG or JPEG."
            )
        case "nothing_in_it":
            return _("The picture has one colour all over. Choose one that shows something.")
        case "busy":
            return _("Other people's pictures are being opened. Try again in a moment.")
        case "empty":
            return _("The file is empty. Save the picture again.")
        case "another_kind":
            return _(
                "This file is of a kind that is not read here: {kind}. "
                "Save what it shows as PNG or JPEG, or take a screenshot of it.",
                kind=_kind_name(error.value),
            )
        case "damaged" if error.value:
            return _(
                "The file begins as a picture of the kind {kind}, but it is damaged or was cut "
                "off. Copy or save it again.",
                kind=error.value,
            )
    return _(
        "The file is not known as a picture; it may be damaged. Open it in an image program and "
        "save it as PNG or JPEG."
    )


def _of_import(error: errors.ImportRefused) -> str:
    """Say why no data set can be made of a file or a folder."""
    given = {"value": quoted(error.value), "limit": error.limit}
    match error.problem:
        case "too_many_bytes":
            return _(
                "There are {value} MB; at most {limit} MB are read. Save the pictures smaller: "
                "they become 64 pixels wide at most.",
                **given,
            )
        case "too_many_pictures":
            return _(
                "There are {value} pictures or files; at most {limit} are read. Take fewer of "
                "each class.",
                **given,
            )
        case "no_pictures" if error.value == "encrypted":
            return _("The ZIP is protected by a password. Pack the folder again, without one.")
        case "no_pictures" if error.value:
            return _(
                "There is no picture in it that can be read, for the most part because of this: "
                "{reason}.",
                reason=why_left_out(error.value),
            )
        case "no_pictures":
            return _(
                "There is no picture in it that can be read. A ZIP needs PNG or JPEG files in it; "
                "a table needs a line for each picture."
            )
        case "too_few_classes":
            return _(
                "There is only one class, and a model needs two to tell apart. "
                "Make a folder for each class; in a table, give the lines different labels."
            )
        case "too_many_classes":
            return _(
                "There are {value} classes; at most {limit} are learned. Leave some out.", **given
            )
        case "too_few_pictures":
            return _(
                "The class {value} has too few pictures: two different ones are needed, one to "
                "learn from and one to test on. Add some, or leave the class out.",
                **given,
            )
        case "no_test":
            return _(
                "All pictures of each class are the same, so none is left to test on. Add others."
            )
        case "not_an_archive":
            return _("This file is not a ZIP, or it is damaged. Pack the folder again.")
        case "another_kind":
            return _(
                "A file that ends with {value} is not read here. Bring a ZIP, CSV, NPZ, Parquet "
                "or IDX file; pictures by themselves belong to *Pictures of each class*.",
                **given,
            )
        case "several_files":
            return _(
                "{value} does not go with the other files. One data set is one ZIP or NPZ file; or "
                "one CSV file, or two, of which the name of one has *test* in it; or Parquet "
                "files; or the IDX files of pictures and labels.",
                **given,
            )
        case "no_class_name":
            return _("Name the class first: one line that shows something.")
        case "not_here":
            return _("There is no file or folder {value} here.", **given)
        case "needs_pyarrow":
            return _("Parquet files are read by the package pyarrow, which is not installed.")
    return _of_table(error)


def _of_table(error: errors.ImportRefused) -> str:
    """Say why no data set can be made of a table or of arrays."""
    given = {"value": quoted(error.value), "limit": error.limit}
    match error.problem:
        case "no_labels" if error.limit:
            return _(
                "There are {value} labels for {limit} pictures. Give each picture one.", **given
            )
        case "no_labels":
            return _(
                "The labels are not classes: {value}. Whole numbers or texts are expected, one "
                "for each picture.",
                **given,
            )
        case "pickled":
            return _(
                "The file holds Python objects. They are not read, for they could run programs: "
                "save arrays of numbers and texts alone."
            )
        case "too_few_columns":
            return _(
                "The first line of the table has {value} columns; a label and the pixels of a "
                "picture are at least {limit}.",
                **given,
            )
        case "several_labels":
            return _(
                "The table has several columns of labels: {value}. Leave the one to be learned.",
                **given,
            )
        case "two_sizes":
            return _("The pictures have two sizes: {value}. Bring them to one.", **given)
        case "another_size":
            return _(
                "The array is {value}; pictures of {limit} pixels are expected, or rows of them.",
                **given,
            )
        case "no_numbers":
            return _("The pixels are {value}; numbers from 0 are expected.", **given)
    return _(
        "The file is not a table of pictures and labels that can be read here, or it is damaged "
        "({value}).",
        **given,
    )


_left_out_for: Final = Names[str](
    {
        "hidden": N_("a hidden file, or one that the system has put there"),
        "outside": N_("its path leads out of the archive"),
        "link": N_("a link, not a file"),
        "archive": N_("an archive inside the archive"),
        "encrypted": N_("it needs a password"),
        "no_class": N_("it is in no class's folder, or its label is not a class"),
        "no_split": N_("it lies in neither the folder for training nor the one for testing"),
        "in_both": N_("it is for training, and the test has it too"),
        "wrong_length": N_("the line has another number of pixels than the others"),
        "no_number": N_("a pixel is not a number"),
        "empty": N_("it is empty"),
        "not_a_picture": N_("it is not a kind of picture that is read here"),
        "damaged": N_("it is damaged or was cut off"),
        "another_kind": N_("it is of a kind that is not read: save it as PNG or JPEG"),
        "too_costly": N_("it takes too much memory or time to open"),
        "nothing_in_it": N_("it has one colour all over"),
    }
)


def why_left_out(reason: str, value: str = "", limit: str = "") -> str:
    """Say why a file or a line was not read, in a few words and as text; as in `LeftOut`."""
    match reason:
        case "no_class" if value:
            return _("its label is not a class: {value}", value=one_line(value))
        case "too_many_bytes":
            return _("it has {value} MB; at most {limit} MB are read", value=value, limit=limit)
        case "too_many_pixels":
            return _(
                "it has {value} pixels; at most {limit} million are read", value=value, limit=limit
            )
    return _left_out_for(reason) if reason in _left_out_for else one_line(reason)


_data_field: Final = Names[str](
    {
        "name": N_("the data set's name"),
        "class_names": N_("a class's name"),
        "classes": N_("the number of classes"),
        "size": N_("the pictures' size"),
        "side": N_("the pictures' side"),
        "train.images": N_("the training pictures"),
        "train.labels": N_("a training picture's label"),
        "test.images": N_("the test pictures"),
        "test.labels": N_("a test picture's label"),
    }
)

_other_kind: Final = Names[str](
    {
        "web page": N_("a web page"),
        "camera raw (CR3)": N_("a camera's raw data (CR3)"),
        "Windows metafile": N_("a Windows metafile"),
        "video": N_("a video"),
        "sound": N_("a sound"),
        "Word, Excel or PowerPoint": N_("a document of Word, Excel or PowerPoint"),
    }
)


def _kind_name(kind: str) -> str:
    """Return a kind's name; most are the same in every language, as PDF."""
    return _other_kind(kind) if kind in _other_kind else kind


def _full(problem: str, limit: int) -> str:
    """Say that there is no room for one more data set."""
    match problem:
        case "number":
            return _(
                "You already keep {limit} data sets, which is the limit. Delete one.", limit=limit
            )
        case "person":
            return _(
                "Your data sets already take {limit} MB, which is the limit. Delete one.",
                limit=limit,
            )
    return _(
        "This server has no room for one more data set: together they may take {limit} MB. "
        "Whoever runs it can raise the limit.",
        limit=limit,
    )


def _of_data(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with a data set or its files."""
    match error:
        case errors.DatasetMissing(name=name, digest=digest):
            return _(
                "The data set {name} is not on this server. Add it again, from the file that its "
                "maker saved or from the same pictures (digest {digest}).",
                name=quoted(name),
                digest=quoted(digest[:12]),
            )
        case errors.InvalidData(field=field, value=value, allowed=allowed):
            return _(
                "These pictures make no data set: {field} is {value}; it must be {allowed}.",
                field=_data_field(field) if field in _data_field else quoted(field),
                value=quoted(value),
                allowed=_allowed(allowed),
            )
        case errors.CollectionFull(problem=problem, limit=limit):
            return _full(problem, limit)
        case errors.ImportsBusy(problem="person"):
            return _("Your last pictures are still being read. Wait, or cancel them.")
        case errors.ImportsBusy():
            return _("Other people's pictures are being read. Try again in a minute.")
        case errors.ImportEnded(problem="slow"):
            return _(
                "Reading them takes longer than is allowed. Take fewer pictures, or smaller ones."
            )
        case errors.ImportEnded():
            return _(
                "The reading broke off: the file takes more memory than there is, or the server "
                "was ended. Take fewer pictures, or smaller ones."
            )
        case errors.DataNotFound(name=name) if name != _FASHION_MNIST:
            return _(
                "{name} is not on this machine yet. Fetch it, or put its files into the data "
                "folder.",
                name=quoted(name),
            )
        case errors.DataNotFound():
            return _(
                "The Fashion-MNIST pictures are not on this machine yet. Get them on the home page."
            )
        case errors.DataDamaged(path=path, expected=expected, found=found):
            return _(
                "The data file {path} is damaged: expected {expected}, found {found}. "
                "Delete it and get the data again on the home page.",
                path=quoted(path.name),
                expected=quoted(expected),
                found=quoted(found),
            )
        case errors.DataNotWritable(path=path):
            return _(
                "The data folder {path} cannot be written: it is read-only, or the disk is full. "
                "Make room or make it writable, or set SOFTMAX_DATA to another folder.",
                path=quoted(path),
            )
        case errors.DownloadFailed(reason=reason):
            return _(
                "The pictures could not be downloaded ({reason}). "
                "Check the connection and try again.",
                reason=quoted(reason),
            )
    return None


_run_part: Final = Names[str](
    {
        "settings": N_("its settings"),
        "blocks": N_("records of its steps"),
        "epochs": N_("records of its epochs"),
        "weights": N_("its weights"),
        "checkpoints": N_("the weights and the momentum that it would go on from"),
        "rate_changes": N_("the changes of its learning rates"),
        "forks": N_("what it descends from"),
    }
)


def _of_run(error: errors.SoftmaxError) -> str | None:
    """Say what is wrong with one run, or why no other may be started."""
    match error:
        case errors.RunNotFound(run_id=run_id):
            return _(
                "There is no run {run} here. It may have been deleted, or it was started on "
                "another server; the runs page lists what is here.",
                run=quoted(run_id),
            )
        case errors.RunNotSteerable():
            return _(
                "This run is no longer in a state that allows that. "
                "Reload the page to see it as it is."
            )
        case errors.RunDamaged(run_id=run_id, part=part):
            return _(
                "Run {run} is damaged on the disk: {part} are no longer what was written, so they "
                "are not used. Start the experiment again: the same settings give the same result.",
                run=quoted(run_id),
                part=_run_part(part),
            )
        case errors.OtherPictures():
            return _(
                "This run was trained on other pictures than the ones here now, so its steps "
                "cannot be made again. Its curves and what was kept at the end of its epochs can "
                "still be seen."
            )
        case errors.QueueFull(waiting=waiting, limit=limit):
            return _(
                "The queue is full: {waiting} of {limit} places are taken. "
                "Try again when a run has ended, or stop one of yours.",
                waiting=waiting,
                limit=limit,
            )
        case errors.TooManyRuns(running=running, limit=limit):
            return ngettext(
                "You have {running} under way, and one person may have {n} run on this server. "
                "Stop yours, or wait until it has ended.",
                "You have {running} under way, and one person may have {n} runs on this server. "
                "Stop one of yours, or wait until one has ended.",
                limit,
                running=running,
            )
        case errors.ExportsBusy(yours=True):
            return _("Another file is still being made for you. Try again when it is done.")
        case errors.ExportsBusy(waiting=waiting):
            return ngettext(
                "{n} file is being made for somebody else. Try again in a minute.",
                "{n} files are being made for others. Try again in a minute.",
                waiting,
            )
        case errors.OwnerMissing():
            return _(
                "Your browser has not yet said who it is, so nobody could steer this run. Try "
                "again in a moment, or reload the page."
            )
    return None


_no_database: Final = Names[str](
    {
        "gone": N_(
            "The database of the runs does not answer at the moment. Reload in a few seconds: what "
            "was stored is not lost."
        ),
        "full": N_(
            "The database of the runs takes no more connections at the moment. Reload in a few "
            "seconds."
        ),
        "password": N_(
            "The database of the runs refuses the user or the password that SOFTMAX_STORE names. "
            "Whoever runs this server has to correct it."
        ),
        "no_database": N_(
            "SOFTMAX_STORE names a database that its server does not have. Whoever runs this "
            "server has to make it, or name another one."
        ),
        "rights": N_(
            "The user that SOFTMAX_STORE names may not make the tables of the runs, or not write "
            "to them. Whoever runs this server has to let that user own the database."
        ),
        "address": N_(
            "SOFTMAX_STORE is not the address of a database: it has to be "
            "postgresql://user:password@host/name."
        ),
        "not_installed": N_(
            "The packages for a store in PostgreSQL are not installed. Whoever runs this server "
            'can: pip install "softmax-explorer[cluster]"'
        ),
    }
)


def _of_database(error: errors.SoftmaxError) -> str | None:
    """Say why the store cannot be used where it is in a server's database, and in no file."""
    match error:
        case errors.StoreUnreachable(problem="too_old", value=value):
            return _(
                "The database server of the runs is PostgreSQL {version}, and 15 or newer is "
                "needed.",
                version=quoted(value),
            )
        case errors.StoreUnreachable(problem="encoding", value=value):
            return _(
                "The database of the runs keeps texts as {encoding}, and has to be made anew with "
                "the encoding UTF8.",
                encoding=quoted(value),
            )
        case errors.StoreUnreachable(problem=problem):
            return _no_database(problem)
        case errors.RunTaken():
            return _("Another worker trains this run by now; this one has written nothing more.")
        case errors.StoreLocked(path=str()):
            return _("The database of the runs is busy. Reload in a few seconds.")
        case errors.StoreDamaged(path=str(name)):
            return _(
                "The database of the runs, {name}, is damaged, or has tables of some other program "
                "in it. Nothing in it was changed.",
                name=quoted(name),
            )
        case errors.DiskFull():
            return _ending("DiskFull")
        case errors.StoreNotWritable(path=str()):
            return _(
                "The database of the runs can only be read: its server is a copy of another one, "
                "or was told to refuse changes."
            )
    return None


def _of_store(error: errors.SoftmaxError) -> str | None:
    """Say why the store of the runs cannot be used as it is."""
    if (said := _of_database(error)) is not None:
        return said
    match error:
        case errors.StoreFull(limit=limit):
            return _(
                "The store of the runs is full ({limit} MB), and all that is left in it is pinned "
                "or under way. Delete or unpin a run on the runs page.",
                limit=limit // 2**20,
            )
        case errors.QuotaReached():
            return _of_quota(error)
        case errors.StoreLocked(pid=int(pid), host=host, since=since):
            return _(
                "The store of the runs is in use by process {pid} on {host}, since {since} (UTC). "
                "Use that server, or end it and reload.",
                pid=pid,
                host=quoted(host),
                since=since[:19].replace("T", " "),
            )
        case errors.StoreLocked():
            return _(
                "The store of the runs is in use by another program. Close that program and reload."
            )
        case errors.StoreTooNew():
            return _(
                "The store of the runs was written by a newer version of this program. "
                "Update the program, and reload; nothing in the store was touched."
            )
        case errors.StoreDamaged(path=path):
            return _(
                "The store of the runs, {path}, is damaged. End the server and start it again: "
                "what can still be read is then saved, and the damaged file stays beside it.",
                path=quoted(Path(path).name),
            )
        case errors.StoreNotWritable():
            return _ending("StoreNotWritable")
    return None


def _of_quota(error: errors.QuotaReached) -> str:
    """Say what one person may keep on this server."""
    match error.kind:
        case "pins":
            return ngettext(
                "One person may pin {n} run on this server. Unpin another one first.",
                "One person may pin {n} runs on this server. Unpin another one first.",
                error.limit,
            )
        case "runs":
            return ngettext(
                "One person may keep {n} run on this server, and yours is pinned or under way. "
                "Unpin it or stop it.",
                "One person may keep {n} runs on this server, and all of yours are pinned or under "
                "way. Unpin or stop one.",
                error.limit,
            )
    return _ending("QuotaReached")


_ending: Final = Names[str](
    {
        "DiskFull": N_(
            "The disk that the runs are on takes no more: it is full, or a quota or a limit on "
            "file sizes has been reached. Make room on it."
        ),
        "StoreNotWritable": N_(
            "The store of the runs cannot be written: its folder is read-only, or its file is "
            "gone. Make it writable, or set SOFTMAX_RUNS to another folder, and reload."
        ),
        "StoreUnreachable": N_("The database of the runs did not answer."),
        "StoreLocked": N_("The store of the runs was locked by another program."),
        "StoreDamaged": N_("The store of the runs is damaged on the disk."),
        "StoreFull": N_(
            "The store of the runs is full, and all that is left in it is pinned, under way, or of "
            "people who keep less. Delete or unpin a run on the runs page."
        ),
        "QuotaReached": N_(
            "The runs of this person take as much room as one person may have on this server, and "
            "the others of theirs are pinned or under way. Delete or unpin one."
        ),
        "DatasetMissing": N_(
            "Its data set is not on this server. Add it again, and the run can be resumed."
        ),
        "DataNotFound": N_(
            "The Fashion-MNIST pictures are not on this machine yet. Get them on the home page."
        ),
    }
)


def reason_of(error: str | None) -> str:
    """Return in the reader's language why a run ended, from what the run keeps (`Run.error`).

    >>> reason_of("ValueError: no such thing")
    '`ValueError: no such thing`'
    """
    name = (error or "").partition(":")[0]
    return _ending(name) if name in _ending else quoted(error or "", _LONGEST_MESSAGE)


@contextmanager
def guard() -> Iterator[None]:
    """Show an error of softmax_core that is raised inside as a sentence, and end the page there."""
    try:
        yield
    except errors.SoftmaxError as error:
        logging.getLogger(__name__).info("shown to the reader: %s", error)
        st.error(sentence(error), icon=":material/error:")
        st.stop()


def say_lost(*keys: str) -> None:
    """Say that a file which the browser still shows went with the server that had it.

    Args:
        keys: of the uploaders and cameras that may show one.
    """
    if any(map(is_lost, keys)):
        st.warning(
            _("The server that had this file has ended. Choose the file again."),
            icon=":material/upload_file:",
        )


def show_problems(problems: Sequence[Problem]) -> None:
    """Say in one sentence what was wrong with the address that opened the page."""
    if not problems:
        return
    parts = [
        _(
            "{name} was {value} and must be {allowed}",
            name=quoted(problem.name),
            value=quoted(problem.value),
            allowed=problem.allowed,
        )
        for problem in dict.fromkeys(problems)  # two tables of a page may share a parameter
    ]
    st.warning(
        _(
            "The link was not quite right, so the default took its place: {parts}.",
            parts="; ".join(parts),
        ),
        icon=":material/link_off:",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter of the URL that was not understood: its name, its text and what it may be."""

    name: str
    value: str
    allowed: str

"""What is wrong with a run, or with the store of all runs, as sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from softmax_core import errors
from softmax_ui.notices.quoting import LONGEST_MESSAGE, quoted
from softmax_ui.text import N_, Names, _, ngettext

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


def of_run(error: errors.SoftmaxError) -> str | None:
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
            "postgresql://user:password@host/name, with @, :, / and % in a password as %40, %3A, "
            "%2F and %25."
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


def of_store(error: errors.SoftmaxError) -> str | None:
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
    return _ending(name) if name in _ending else quoted(error or "", LONGEST_MESSAGE)

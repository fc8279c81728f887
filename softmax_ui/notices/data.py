"""What is wrong with a data set or its files, as sentences."""

from __future__ import annotations

from typing import Final

from softmax_core import errors
from softmax_ui.notices.quoting import allowed_words, quoted
from softmax_ui.sharing import is_shared
from softmax_ui.text import N_, Names, _

_FASHION_MNIST: Final = "Fashion-MNIST"

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


def of_data(error: errors.SoftmaxError) -> str | None:
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
                allowed=allowed_words(allowed),
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
        case errors.DownloadFailed() if is_shared():
            # The reason names where the server looks, and whom that does not concern reads it.
            return _(
                "The pictures could not be fetched. Whoever runs this server finds the reason in "
                "its log."
            )
        case errors.DownloadFailed(reason=reason):
            return _(
                "The pictures could not be downloaded ({reason}). "
                "Check the connection and try again.",
                reason=quoted(reason),
            )
    return None

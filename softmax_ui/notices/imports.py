"""Why no data set can be made of what somebody brought, as sentences."""

from __future__ import annotations

from typing import Final

from softmax_core import errors
from softmax_ui.notices.quoting import quoted
from softmax_ui.text import N_, Names, _
from softmax_ui.text.lines import one_line


def of_import(error: errors.ImportRefused) -> str:
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
        case "all_in_both":
            return _(
                "The test has all training pictures of the class {value} too, so none is left to "
                "learn from. Give the training and the test different pictures.",
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
                "picture are at least {limit}. Separate them by commas, semicolons or tabs.",
                **given,
            )
        case "several_labels":
            return _(
                "The table has several columns of labels: {value}. Leave the one to be learned.",
                **given,
            )
        case "not_square":
            return _(
                "A line of the table has {value} columns beside its label. Each is a pixel, and "
                "together they are a square, for example {limit}. Delete the columns that are not "
                "pixels, such as numbers of lines.",
                **given,
            )
        case "same_columns":
            return _("Two columns of the table are called {value}. Leave one.", **given)
        case "not_utf8":
            return _(
                "Line {value} of the table has letters that are not UTF-8, so names of classes "
                "would be misread. Save the table as *CSV UTF-8*.",
                **given,
            )
        case "two_readings":
            return _(
                "{value} can be read in two ways: with a decimal comma, or with a comma between "
                "thousands. Save the numbers with decimal points, without marks between thousands.",
                **given,
            )
        case "two_scales":
            return _(
                "The largest numbers in the pictures for training and for the test are {value}: "
                "their scales differ, and one part would be nearly black. Bring both to one "
                "scale, such as 0 to 255.",
                **given,
            )
        case "half_a_test":
            return _(
                "The file has {value} for the test, but no {limit}. Add {limit}, or leave {value} "
                "out: then a part of the other pictures is kept for the test.",
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

"""Each error of the core becomes a sentence with its value, and markup in a value stays text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
import torch
from streamlit.testing.v1 import AppTest

from softmax_core import errors
from softmax_core.data import FASHION_MNIST, Dataset, Description, Split, check_dataset
from softmax_core.data.dataset import check_names
from softmax_core.data.reading import decide
from softmax_core.errors import InvalidExperiment
from softmax_core.runs.exporting import FORMAT, read_experiment
from softmax_ui.notices import quoted, sentence
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.text import speaking
from tests.core.runs.test_exporting import FIELDS, WRONG, with_wrong

PATH = Path("folder/train-images")
EACH = [
    (errors.InvalidLogits("nan", "nan", "m"), "`nan`"),
    (errors.InvalidLogits("infinite_twice", "inf", "m"), "infinite"),
    (errors.InvalidLogits("all_minus_inf", "-inf", "m"), "−∞"),
    (errors.InvalidLogits("no_classes", "[]", "m"), "no classes"),
    (errors.InvalidLogits("not_floating", "torch.int64", "m"), "`torch.int64`"),
    (errors.InvalidProbabilities("1.5", "m"), "`1.5`"),
    (errors.InvalidTarget("12", 10, "m"), "from 0 to 9"),
    (errors.InvalidExperiment("epochs", 0, "1 to 1000"), "`epochs` is `0`"),
    (errors.InvalidQuestion("options", 9), "There are 9 answers"),
    (errors.InvalidExperiment("momentum", 2, "0 to 1", 1), "Variant 2"),
    (errors.InvalidPicture("not_a_picture", "m"), "save it as PNG or JPEG"),
    (errors.InvalidPicture("too_many_bytes", "m", "25", "20"), "`25` MB; at most 20 MB"),
    (errors.InvalidPicture("too_many_pixels", "m", "9 × 9", "40"), "`9 × 9` pixels"),
    (errors.InvalidPicture("nothing_in_it", "m"), "one colour"),
    (errors.InvalidData("classes", 1, "2 to 50 of them"), "the number of classes is `1`"),
    (errors.ImportRefused("no_pictures", "m", "encrypted"), "password"),
    (errors.ImportRefused("no_pictures", "m", "no_number"), "a pixel is not a number"),
    (errors.ImportRefused("pickled", "m"), "Python objects"),
    (errors.ImportRefused("too_few_columns", "m", "2", "17"), "`2` columns"),
    (errors.ImportRefused("not_square", "m", "785", "784 (28 x 28)"), "for example 784 (28 x 28)"),
    (errors.ImportRefused("same_columns", "m", "pixel2"), "are called `pixel2`"),
    (errors.ImportRefused("not_utf8", "m", "3"), "Save the table as *CSV UTF-8*"),
    (errors.ImportRefused("two_readings", "m", "12,345"), "`12,345` can be read in two ways"),
    (errors.ImportRefused("two_scales", "m", "1, 255"), "for the test are `1, 255`"),
    (errors.ImportRefused("half_a_test", "m", "X_test", "y_test"), "`X_test` for the test"),
    (errors.ImportRefused("all_in_both", "m", "duck"), "pictures of the class `duck` too"),
    (errors.ImportRefused("several_files", "m", "b.zip"), "`b.zip` does not go with"),
    (errors.ImportRefused("several_labels", "m", "label, class"), "`label, class`"),
    (errors.ImportRefused("too_many_bytes", "m", "201", "200"), "`201` MB; at most 200 MB"),
    (errors.ImportRefused("too_many_pictures", "m", "200,000", "100,000"), "at most 100,000"),
    (errors.ImportRefused("no_pictures", "m"), "no picture in it"),
    (errors.ImportRefused("too_few_classes", "m", "1"), "in a table, give the lines different"),
    (errors.ImportRefused("no_pictures", "m"), "a table needs a line for each picture"),
    (errors.ImportRefused("too_many_classes", "m", "51", "50"), "at most 50"),
    (errors.ImportRefused("too_few_pictures", "m", "duck"), "`duck`"),
    (errors.ImportRefused("no_test", "m"), "the same"),
    (errors.ImportRefused("not_an_archive", "m"), "not a ZIP"),
    (errors.ImportRefused("not_here", "m", "birds.zip"), "`birds.zip`"),
    (errors.ImportRefused("needs_pyarrow", "m"), "pyarrow"),
    (errors.ImportRefused("no_labels", "m", "3", "4"), "`3` labels for 4"),
    (errors.ImportRefused("no_labels", "m", "0.5"), "`0.5`"),
    (errors.ImportRefused("two_sizes", "m", "8 x 8, 9 x 9"), "`8 x 8, 9 x 9`"),
    (errors.ImportRefused("another_size", "m", "5 x 5", "4 x 4"), "`5 x 5`"),
    (errors.ImportRefused("no_numbers", "m", "nan"), "`nan`"),
    (errors.ImportRefused("not_a_table", "m", "a, b"), "`a, b`"),
    (errors.ImportRefused("another_kind", "m", ".exe"), "`.exe`"),
    (errors.ImportRefused("no_class_name", "m"), "Name the class"),
    (errors.CollectionFull("person", 200), "200 MB, which is the limit"),
    (errors.CollectionFull("number", 20), "20 data sets"),
    (errors.CollectionFull("all", 2048), "2048 MB"),
    (errors.ImportsBusy("person", 1), "cancel them"),
    (errors.ImportsBusy("all", 2), "Other people"),
    (errors.ImportEnded("slow"), "longer than is allowed"),
    (errors.ImportEnded("ended"), "broke off"),
    (errors.DataNotFound((PATH,), "m", "MNIST"), "`MNIST` is not on this machine"),
    (errors.DatasetMissing("birds", "9e9f89972a739e"), "`birds` is not on this server"),
    (errors.DataNotFound((PATH,), "m"), "home page"),
    (errors.DataDamaged(PATH, "47 MB", "3 bytes", "m"), "`train-images`"),
    (errors.DataNotWritable(PATH, "m"), "`folder/train-images`"),
    (errors.DownloadFailed("timed out", "m"), "`timed out`"),
    (errors.RunNotFound("abc"), "`abc`"),
    (errors.OwnerMissing(), "has not yet said who it is"),
    (errors.RunNotSteerable("abc", "pause", "finished"), "Reload"),
    (errors.RunDamaged("abc", "checkpoints"), "go on from are no longer what was written"),
    (errors.OtherPictures("abc"), "other pictures"),
    (errors.QueueFull(8, 8), "8 of 8 places"),
    (errors.TooManyRuns(2, 2), "one person may have 2 runs"),
    (errors.ExportsBusy(1, yours=True), "still being made for you"),
    (errors.ExportsBusy(6, yours=False), "6 files"),
    (errors.StoreFull(PATH, "m", 11 * 2**20, 10 * 2**20), "10 MB"),
    (errors.StoreLocked(PATH, "m"), "in use"),
    (errors.StoreLocked(PATH, "m", 17, "desk", "2026-11-29T10:00:00"), "process 17 on `desk`"),
    (errors.DiskFull(PATH, "m"), "Make room"),
    (errors.QuotaReached(PATH, "m", "pins", 3, 3), "pin 3 runs"),
    (errors.QuotaReached(PATH, "m", "runs", 3, 3), "keep 3 runs"),
    (errors.QuotaReached(PATH, "m", "bytes", 3, 3), "as much room"),
    (errors.StoreDamaged(PATH, "m"), "`train-images`"),
    (errors.StoreTooNew(PATH, "m"), "newer version"),
    (errors.StoreUnreachable("db", "m", "gone"), "does not answer"),
    (errors.StoreUnreachable("db", "m", "full"), "no more connections"),
    (errors.StoreUnreachable("db", "m", "password"), "the password"),
    (errors.StoreUnreachable("db", "m", "no_database"), "does not have"),
    (errors.StoreUnreachable("db", "m", "rights"), "own the database"),
    (errors.StoreUnreachable("db", "m", "address"), "postgresql://user:password@host/name"),
    (errors.StoreUnreachable("db", "m", "not_installed"), "softmax-explorer[cluster]"),
    (errors.StoreUnreachable("db", "m", "too_old", "13"), "PostgreSQL `13`"),
    (errors.StoreUnreachable("db", "m", "encoding", "LATIN1"), "as `LATIN1`"),
    (errors.RunTaken("db", "m", "abc"), "Another worker"),
    (errors.StoreLocked("db", "m"), "is busy"),
    (errors.StoreDamaged("runs on db", "m"), "`runs on db`"),
    (errors.StoreNotWritable("db", "m"), "only be read"),
    (errors.StoreNotWritable(PATH, "m"), "read-only"),
    (errors.SoftmaxError("odd"), "`odd`"),
]


def _leaves(kind: type) -> set[type]:
    below: list[type] = kind.__subclasses__()
    return {kind} if not below else {leaf for one in below for leaf in _leaves(one)}


@pytest.mark.parametrize(("error", "part"), EACH)
def test_sentence_names_the_value_or_the_remedy(error: errors.SoftmaxError, part: str) -> None:
    assert part in sentence(error)


def test_strangers_are_not_told_where_the_server_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    error = errors.DownloadFailed("<urlopen http://mirror.example/a.gz timed out>", "m")
    assert "mirror.example" in sentence(error)
    monkeypatch.setenv("SOFTMAX_SHARED", "1")
    assert "mirror.example" not in sentence(error)
    assert "log" in sentence(error)


def test_every_error_of_the_core_has_a_sentence_of_its_own() -> None:
    spoken = {type(error) for error, _ in EACH}
    assert {
        kind for kind in _leaves(errors.SoftmaxError) if kind.__module__ == errors.__name__
    } <= spoken
    general = sentence(errors.SoftmaxError("m")).split("`")[0]
    assert [e for e, _ in EACH[:-1] if sentence(e).startswith(general)] == []


@pytest.mark.parametrize("value", ["<img src=x>", "x" * 500, "a\nb", "a\u202eb", "**b** $x$"])
def test_quoted_is_one_short_piece_of_code(value: str) -> None:
    shown = quoted(value)
    assert shown.startswith("`")
    assert shown.endswith("`")
    assert not set(shown[1:-1]) & {"`", "\n"}
    assert not set(shown) & {"\u202e"}
    assert len(shown) <= 62


def test_quoted_keeps_backticks_and_what_streamlit_changes_in_code() -> None:
    assert quoted("`](javascript:x)") == "`` `](javascript:x) ``"
    assert quoted("a```b`") == "```` a```b` ````"
    assert quoted(":material/home:") == f"“{as_markdown(':material/home:')}”"


def _failing_page() -> None:
    import streamlit as st

    from softmax_core.errors import RunNotFound
    from softmax_ui.notices import guard

    st.write("before")
    with guard():
        raise RunNotFound("<b>x</b>")
    st.write("after")


def test_guard_shows_the_sentence_and_ends_the_page() -> None:
    page = AppTest.from_function(_failing_page).run()
    assert not page.exception
    assert [e.value for e in page.error] == [sentence(errors.RunNotFound("<b>x</b>"))]
    assert [m.value for m in page.markdown] == ["before"]


def _problem_page() -> None:
    from softmax_ui.notices import Problem, show_problems

    show_problems([])
    wrong = Problem("classes", "1000", "at most 10")
    show_problems([wrong, Problem("T", "nan", "a number"), wrong])


def test_problems_of_a_link_are_one_sentence() -> None:
    page = AppTest.from_function(_problem_page).run()
    assert [w.value for w in page.warning] == [
        "The link was not quite right, so the default took its place: `classes` was `1000` and "
        "must be at most 10; `T` was `nan` and must be a number."
    ]


@pytest.mark.parametrize("field", FIELDS)
def test_why_a_file_is_refused_is_said_in_the_readers_language(field: str) -> None:
    for wrong in WRONG:
        try:
            read_experiment(with_wrong(field, wrong))
        except InvalidExperiment as error:
            with speaking("zh"):
                said = sentence(error)
            for shown in (quoted(error.field), quoted(error.value), quoted(repr(FORMAT))):
                said = said.replace(shown, "")
            if not error.allowed.startswith("one of"):
                assert not re.search("[a-z]{3}", said.replace("softmax", "")), said


def _wrong_data() -> Iterator[Callable[[], object]]:
    """Calls that are refused, each for another reason."""
    good = Split(torch.zeros(4, 8, 8, dtype=torch.uint8), torch.tensor([0, 1, 0, 1]))

    def checked(train: Split, test: Split = good, names: tuple[str, ...] = ("a", "b")) -> None:
        check_dataset(Dataset(train, test, names, "birds"))

    yield lambda: check_names("", ("a", "b"))
    yield lambda: check_names("birds", ("a" * 61, "b"))
    yield lambda: check_names("birds", ("a", "a"))
    yield lambda: checked(good, names=("a",))
    yield lambda: checked(Split(good.images[:, :2], good.labels))
    yield lambda: checked(good, Split(good.images[:, :5], good.labels))
    yield lambda: checked(Split(good.images, good.labels[:2]))
    yield lambda: checked(Split(good.images, good.labels + 5))
    yield lambda: checked(Split(good.images.float(), good.labels))
    yield lambda: checked(Split(good.images.to("meta"), good.labels))
    yield lambda: decide([], side=3)
    described = FASHION_MNIST.to_dict()
    for changed in ({"digest": "x"}, {"height": 0}, {"class_names": "a"}, {"more": 1}):
        yield partial(Description.from_dict, {**described, **changed})


def test_what_data_must_be_is_said_in_the_readers_language() -> None:
    refusals = 0
    for call in _wrong_data():
        with pytest.raises(errors.InvalidData) as caught:
            call()
        with speaking("zh"):
            said = sentence(caught.value)
        shown = said.replace(quoted(caught.value.value), "")
        words = re.sub(r"uint8|int64|height, width|sha256|`[^`]*`", "", shown)
        assert not re.search("[a-z]{3}", words), said
        assert quoted(caught.value.allowed) not in said
        refusals += 1
    assert refusals == 15

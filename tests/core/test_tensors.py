"""What others pass: every width of integer, what is no tensor, and tensors without values."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import unwrap
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch._subclasses.fake_tensor import FakeTensorMode

import softmax_core
from softmax_core import (
    accuracy,
    calibration_figures,
    confusion_matrix,
    cross_entropy,
    cross_entropy_gradient,
    fit_temperature,
    half_l1_norm,
    log_softmax,
    naive_cross_entropy,
    naive_softmax,
    reliability,
    smallest_flip,
    smallest_flips,
    smoothed_cross_entropy,
    smoothed_cross_entropy_gradient,
    softmax,
    softmax_jacobian,
    squared_error,
    squared_error_gradient,
    tensors,
)
from softmax_core.distributions import entropy
from softmax_core.errors import InvalidInput, InvalidLogits, InvalidProbabilities, InvalidTarget
from softmax_core.tensors import INDEX_TYPES

LOGITS = torch.randn((5, 7), dtype=torch.float64, generator=torch.Generator().manual_seed(0))
TARGETS = torch.tensor([3, 0, 6, 6, 1])


def smoothed(form: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Fix the amount of smoothing, so that it is called as the other losses are."""

    @wraps(form)
    def by_a_tenth(logits: Tensor, target: Tensor, **more: Any) -> Tensor:
        return form(logits, target, 0.1, **more)

    return by_a_tenth


OF_LOGITS: list[Callable[..., Tensor]] = [softmax, log_softmax, naive_softmax]
OF_PROBABILITIES: list[Callable[..., Tensor]] = [softmax_jacobian, half_l1_norm, entropy]
WITH_TARGETS: list[Callable[..., Tensor]] = [
    cross_entropy,
    cross_entropy_gradient,
    squared_error,
    squared_error_gradient,
    smoothed(smoothed_cross_entropy),
    smoothed(smoothed_cross_entropy_gradient),
    naive_cross_entropy,
]
LOSSES_OF_LOGITS = WITH_TARGETS[:-1]
WITH_LABELS: list[Callable[..., Any]] = [accuracy, confusion_matrix]
OF_MANY_ROWS: list[Callable[..., Any]] = [calibration_figures, fit_temperature]
OF_FEATURES: list[Callable[..., Any]] = [smallest_flip, smallest_flips]
DIFFERENTIABLE = [*OF_LOGITS, *OF_PROBABILITIES, *WITH_TARGETS]


def arguments(form: Callable[..., Tensor]) -> tuple[Tensor, ...]:
    rows = LOGITS if form in (*OF_LOGITS, *LOSSES_OF_LOGITS) else softmax(LOGITS)
    return (rows, TARGETS) if form in WITH_TARGETS else (rows,)


def by_name(form: Callable[..., object]) -> str:
    return form.__name__


# -- class indices -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", WITH_TARGETS, ids=by_name)
@pytest.mark.parametrize("dtype", sorted(INDEX_TYPES, key=str), ids=str)
def test_every_width_of_integer_is_a_class_index(form, dtype):
    last = min(torch.iinfo(dtype).max, 299)  # 255 in uint8, beside 256 classes or more
    rows = torch.zeros(2, last + 2)
    wide = torch.tensor([0, last])
    rows = rows if form in LOSSES_OF_LOGITS else softmax(rows)
    assert torch.equal(form(rows, wide.to(dtype)), form(rows, wide))


@pytest.mark.parametrize("form", WITH_LABELS, ids=by_name)
@pytest.mark.parametrize("dtype", sorted(INDEX_TYPES, key=str), ids=str)
def test_every_width_of_integer_is_a_label_and_a_prediction(form, dtype):
    more = {"classes": 300} if form is confusion_matrix else {}
    labels, predicted = torch.tensor([100, 3, 7]), torch.tensor([100, 7, 7])
    wide = torch.as_tensor(form(predicted, labels, **more))
    narrow = torch.as_tensor(form(predicted.to(dtype), labels.to(dtype), **more))
    mixed = torch.as_tensor(form(predicted.to(dtype), labels, **more))
    assert torch.equal(narrow, wide)
    assert torch.equal(mixed, wide)


@pytest.mark.parametrize("form", OF_MANY_ROWS, ids=by_name)
@pytest.mark.parametrize("dtype", sorted(INDEX_TYPES, key=str), ids=str)
def test_every_width_of_integer_is_a_label_of_many_rows(form, dtype):
    assert str(form(LOGITS, TARGETS.to(dtype))) == str(form(LOGITS, TARGETS))


@pytest.mark.parametrize("form", [*WITH_TARGETS, *OF_MANY_ROWS, confusion_matrix], ids=by_name)
@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (7, torch.uint8),
        (-1, torch.int8),
        (300, torch.int16),
        (2**16 - 1, torch.uint16),
        (2**31, torch.uint32),
        (2**64 - 1, torch.uint64),
    ],
    ids=str,
)
def test_what_is_no_class_is_named_as_it_was_given(form, value, dtype):
    more = {"classes": 7} if form is confusion_matrix else {}
    with pytest.raises(InvalidTarget, match="with 7 classes they are 0 to 6") as caught:
        form(torch.full((1, 7), 1 / 7), torch.tensor([value], dtype=dtype), **more)
    assert caught.value.value == str(value)


@pytest.mark.parametrize("form", [*WITH_TARGETS, *OF_MANY_ROWS, *WITH_LABELS], ids=by_name)
@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ([1], "list"),
        (np.array([1]), "ndarray"),
        (torch.tensor([0.5]), "float32"),
        (torch.tensor([1.0], dtype=torch.float16), "float16"),
        (torch.tensor([True]), "bool"),
        (torch.tensor([1j]), "complex64"),
        (1, "int"),
        (None, "NoneType"),
    ],
    ids=str,
)
def test_what_is_no_class_index_is_refused_by_its_type(form, target, kind):
    with pytest.raises(InvalidTarget, match=kind):
        form(torch.full((1, 2), 0.5), target)


@pytest.mark.parametrize("classes", [0, -3, 2.5, "3", None])
def test_a_number_of_classes_is_a_whole_number(classes):
    with pytest.raises(InvalidTarget, match="number of classes"):
        confusion_matrix(torch.tensor([0]), torch.tensor([0]), classes)


# -- rows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", [*OF_LOGITS, *WITH_TARGETS, *OF_MANY_ROWS, *WITH_LABELS], ids=by_name
)
@pytest.mark.parametrize("rows", [[[0.5, 0.5]], np.array([[0.5, 0.5]]), 0.5, None], ids=str)
def test_rows_that_are_no_tensor_are_refused(form, rows):
    targets = () if form in OF_LOGITS else (torch.tensor([1]),)
    with pytest.raises(InvalidLogits, match="wrap them") as caught:
        form(rows, *targets)
    assert caught.value.problem == "not_a_tensor"


@pytest.mark.parametrize("form", OF_PROBABILITIES, ids=by_name)
@pytest.mark.parametrize("rows", [[[0.5, 0.5]], np.array([[0.5, 0.5]]), 0.5, None], ids=str)
def test_probabilities_that_are_no_tensor_are_refused(form, rows):
    with pytest.raises(InvalidProbabilities, match="give a floating tensor"):
        form(rows)


@pytest.mark.parametrize("form", OF_FEATURES, ids=by_name)
@pytest.mark.parametrize("which", range(3), ids=["features", "weights", "bias"])
def test_a_linear_model_that_is_no_tensor_is_refused(form, which):
    given: list[Any] = [torch.zeros((2,) if form is smallest_flip else (1, 2))]
    given += [torch.eye(2), torch.zeros(2)]
    form(*given)
    given[which] = given[which].tolist()
    with pytest.raises(InvalidLogits, match="not a list; wrap them") as caught:
        form(*given)
    assert caught.value.problem == "not_a_tensor"


@pytest.mark.parametrize("sure", [[0.5], np.array([0.5]), 0.5, None, torch.tensor([1])], ids=str)
def test_confidences_and_outcomes_that_are_no_tensor_are_refused(sure):
    with pytest.raises(InvalidProbabilities, match="give a floating tensor"):
        reliability(sure, torch.tensor([True]))
    outcomes: Any = [True]
    with pytest.raises(InvalidTarget, match="bool tensor, not a list"):
        reliability(torch.tensor([0.5]), outcomes)


@pytest.mark.parametrize("amount", [-0.1, 1.5, float("nan")])
def test_a_label_is_smoothed_by_a_share(amount):
    for form in (smoothed_cross_entropy, smoothed_cross_entropy_gradient):
        with pytest.raises(InvalidTarget, match="from 0 to 1"):
            form(LOGITS, TARGETS, amount)


@pytest.mark.parametrize("dim", [2, -3, 1.0, "last", None, (0, 1)], ids=str)
def test_an_axis_that_is_not_there_is_refused(dim):
    p = softmax(LOGITS)
    for form in OF_LOGITS:
        with pytest.raises(InvalidLogits, match="have no axis"):
            form(LOGITS, dim=dim)
    for form in OF_PROBABILITIES:
        with pytest.raises(InvalidProbabilities, match="have no classes along axis"):
            form(p, dim=dim)
    for form in [*WITH_TARGETS, *WITH_LABELS]:
        with pytest.raises(InvalidLogits, match="have no axis"):
            form(p, TARGETS, dim=dim)


@pytest.mark.parametrize("form", DIFFERENTIABLE, ids=by_name)
def test_an_axis_may_be_a_number_of_numpy(form):
    assert torch.equal(form(*arguments(form), dim=np.int64(1)), form(*arguments(form)))


# -- blocks --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [softmax, log_softmax, *LOSSES_OF_LOGITS], ids=by_name)
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_blocks_give_what_one_computation_gives(form, axis, monkeypatch):
    rows = torch.randn((4, 6, 5), generator=torch.Generator().manual_seed(1))
    shape = [size for k, size in enumerate(rows.shape) if k != axis]
    targets = (torch.randint(4, shape),) if form in WITH_TARGETS else ()
    free = rows.clone().requires_grad_()
    whole = form(free, *targets, dim=axis)
    (gradient,) = torch.autograd.grad(whole.square().sum(), free)
    monkeypatch.setattr(tensors, "BLOCK", 20)
    parts = form(free, *targets, dim=axis)
    torch.testing.assert_close(parts, whole, rtol=1e-6, atol=1e-7)
    (in_parts,) = torch.autograd.grad(parts.square().sum(), free)
    torch.testing.assert_close(in_parts, gradient, rtol=1e-5, atol=1e-7)


def test_what_is_refused_in_a_block_is_found_by_its_place_among_all(monkeypatch):
    monkeypatch.setattr(tensors, "BLOCK", 7)
    rows = LOGITS.clone()
    rows[3, 2] = torch.nan
    for form, more in ((softmax, ()), (cross_entropy, (TARGETS,))):
        with pytest.raises(InvalidLogits, match=r"\[3, 2\] is nan"):
            form(rows, *more)


# -- tensors without values ----------------------------------------------------------------------


@pytest.mark.parametrize("form", DIFFERENTIABLE, ids=by_name)
def test_vmap_computes_row_by_row(form):
    given = arguments(form)
    torch.testing.assert_close(torch.vmap(form)(*given), form(*given))
    by_row = torch.vmap(torch.func.jacrev(form))(*given)
    alone = torch.stack([torch.func.jacrev(form)(*(g[k] for g in given)) for k in range(5)])
    torch.testing.assert_close(by_row, alone)


@pytest.mark.filterwarnings("ignore:.torch.jit.script. is deprecated")  # torch's own call of it
@pytest.mark.parametrize("form", DIFFERENTIABLE, ids=by_name)
def test_forward_and_reverse_derivatives_agree(form):
    given = arguments(form)
    forward, reverse = torch.func.jacfwd(form)(*given), torch.func.jacrev(form)(*given)
    torch.testing.assert_close(forward, reverse)


@pytest.mark.parametrize("form", DIFFERENTIABLE, ids=by_name)
def test_torch_compiles_the_whole_function(form):
    torch._dynamo.reset()
    compiled = torch.compile(form, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(*arguments(form)), form(*arguments(form)))


class Exported(torch.nn.Module):
    def __init__(self, form: Callable[..., Tensor]) -> None:
        super().__init__()
        self.form = form

    def forward(self, *given: Tensor) -> Tensor:
        return self.form(*given)


@pytest.mark.parametrize("form", DIFFERENTIABLE, ids=by_name)
def test_torch_exports_it_for_any_number_of_rows(form, monkeypatch):
    monkeypatch.setattr(tensors, "BLOCK", 7)
    given = arguments(form)
    rows = torch.export.Dim("rows")
    program = torch.export.export(
        Exported(form), given, dynamic_shapes=(tuple({0: rows} for _ in given),)
    )
    twice = tuple(torch.cat([g, g]) for g in given)
    torch.testing.assert_close(program.module()(*twice), form(*twice))


@pytest.mark.parametrize("form", [*DIFFERENTIABLE, confusion_matrix], ids=by_name)
def test_meta_and_fake_tensors_tell_the_shape_of_the_answer(form):
    given = arguments(form) if form in DIFFERENTIABLE else (LOGITS, TARGETS)
    wanted = form(*given)
    meta = form(*(g.to("meta") for g in given))
    assert (meta.shape, meta.dtype, meta.device.type) == (wanted.shape, wanted.dtype, "meta")
    with FakeTensorMode() as mode:
        fake = form(*(mode.from_tensor(g) for g in given))
    assert (fake.shape, fake.dtype) == (wanted.shape, wanted.dtype)


def test_where_values_can_be_looked_at_they_still_are():
    bad = torch.tensor([[0.0, torch.nan]])
    with pytest.raises(InvalidLogits):
        torch.func.jacrev(softmax)(bad)
    assert torch.vmap(softmax)(bad).isnan().all()
    with pytest.raises(InvalidInput):
        torch.vmap(softmax)(torch.zeros(2, 3, dtype=torch.int64))


def test_every_public_function_of_tensors_is_among_these():
    public = {
        getattr(softmax_core, name)
        for name in softmax_core.__all__
        if name not in ("Accumulator", "data", "runs", "training")
    }
    tested: list[Callable[..., Any]] = [
        *DIFFERENTIABLE,
        *WITH_LABELS,
        *OF_MANY_ROWS,
        *OF_FEATURES,
        reliability,
    ]
    assert public <= {unwrap(form) for form in tested}

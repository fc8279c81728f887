"""softmax, log_softmax and the note's naive form, against mpmath, torch and autograd."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mpf

from softmax_core import log_softmax, naive_softmax, softmax
from softmax_core.errors import InvalidInput, InvalidLogits
from tests.core.reference import EPS, TINY, exact_log_softmax, exact_softmax

INF = float("inf")
ROWS = {
    "one class": [3.7],
    "ties": [2.5, 2.5, 2.5, -1.0],
    "one ulp apart": [1.0, 1.0 + EPS],
    "tiny": [1e-300, -1e-300, 0.0],
    "huge and equal": [1e300, 1e300],
    "huge and apart": [1e300, -1e300, 0.0],
    "huge and negative": [-1e300, -1e300, -1.0000000000000002e300],
    "one minus infinity": [0.0, -INF, 1.0],
    "one plus infinity": [0.0, INF, -INF],
    "the winner within 1e-16 of 1": [40.0, 0.0, -1.0],
    "far below": [0.0, -700.0, -740.0],
    "where float32 overflows": [100.0, 88.0, 0.0],
    "ten of them": [0.1 * k * k - 2.0 for k in range(10)],
}


def assert_as_accurate_as_promised(row: list[float]) -> None:
    o = torch.tensor(row, dtype=torch.float64)
    n, top = len(row), max(row)
    for i, (found, exact) in enumerate(zip(softmax(o).tolist(), exact_softmax(row), strict=True)):
        span = 0.0 if row[i] == top else top - row[i]
        if exact > TINY:
            assert abs(mpf(found) - exact) < (n + span + 8) * EPS * exact
        else:
            assert 0 <= found <= TINY
    for found, exact in zip(log_softmax(o).tolist(), exact_log_softmax(row), strict=True):
        if exact == -INF:
            assert found == -INF
        else:
            assert abs(mpf(found) - exact) < (n + 8) * EPS * max(1, abs(exact))


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_chosen_rows_are_as_accurate_as_promised(row):
    assert_as_accurate_as_promised(row)


logit = st.one_of(
    st.floats(-30, 30),
    st.floats(-1000, 1000),
    st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300),
    st.just(-INF),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(logit, min_size=1, max_size=12).filter(lambda row: max(row) > -INF))
def test_any_row_is_as_accurate_as_promised(row):
    assert_as_accurate_as_promised(row)


def test_ten_thousand_classes_are_as_accurate_as_promised():
    generator = torch.Generator().manual_seed(0)
    o = 5 * torch.randn(10_000, dtype=torch.float64, generator=generator)
    # Against float sums of 50 digits it would take a minute; longer sums of exact terms do not.
    exact = torch.tensor([float(p) for p in _quick_reference(o.tolist())], dtype=torch.float64)
    assert ((softmax(o) - exact).abs() < (10_000 + (o.max() - o) + 8) * EPS * exact).all()
    # The promise leaves room for 10,000 roundings in a row; they do not all go the same way.
    assert ((softmax(o) - exact).abs() < 64 * EPS * exact).all()
    assert abs(softmax(o).sum().item() - 1) < 1e-13


def _quick_reference(row: list[float]) -> list[mpf]:
    from mpmath import mp

    terms = [mp.exp(mpf(o)) for o in row]
    total = mp.fsum(terms)
    return [term / total for term in terms]


def test_the_log_of_a_sure_winner_keeps_its_digits():
    # log(1 + 2e-31) would be 0; -log1p(2e-31) is not.
    found = log_softmax(torch.tensor([70.0, 0.0, 0.0], dtype=torch.float64))[0].item()
    assert found == pytest.approx(float(exact_log_softmax([70.0, 0.0, 0.0])[0]), rel=4 * EPS, abs=0)
    assert found < 0


@pytest.mark.parametrize("form", [softmax, log_softmax])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_agrees_with_torch_in_every_type_and_shape(form, dtype):
    generator = torch.Generator().manual_seed(1)
    o = (10 * torch.randn(2, 3, 7, generator=generator)).to(dtype)
    eps = torch.finfo(dtype).eps
    # torch's log has no digit of its own left beside a winner; float16 underflows near 1e-7.
    theirs, atol = {
        softmax: (torch.softmax, 1e-7 if dtype == torch.float16 else 0),
        log_softmax: (torch.log_softmax, max(eps, 1e-15)),
    }[form]
    for dim in (0, 1, 2, -1, -2):
        ours = form(o, dim=dim)
        assert ours.dtype == dtype
        # In float64, because torch's own float16 loses more digits than ours along short axes.
        torch.testing.assert_close(
            ours.double(), theirs(o.double(), dim=dim), rtol=32 * eps, atol=atol
        )


def test_an_empty_batch_has_an_empty_answer():
    assert softmax(torch.zeros(0, 3)).shape == (0, 3)
    assert log_softmax(torch.zeros(3, 0, 2), dim=0).shape == (3, 0, 2)


def test_half_precision_survives_a_hundred_thousand_classes():
    # Summed in float16, 100,000 ones are inf and every p is 0.
    p = softmax(torch.zeros(100_000, dtype=torch.float16))
    assert p[0].item() == pytest.approx(1e-5, rel=1e-2, abs=0)


@pytest.mark.parametrize("form", [softmax, log_softmax])
def test_autograd_agrees_with_central_differences(form):
    o = torch.tensor([[0.3, -1.2, 2.0], [0.0, 0.0, -5.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(form, (o,))
    assert torch.autograd.gradgradcheck(form, (o,))


def test_autograd_keeps_the_digits_of_a_saturated_derivative():
    o = torch.tensor([50.0, 0.0, 0.0], dtype=torch.float64, requires_grad=True)
    softmax(o)[0].backward()
    p = exact_softmax([50.0, 0.0, 0.0])
    assert o.grad is not None
    assert o.grad[0].item() == pytest.approx(float(p[0] * (p[1] + p[2])), rel=1e-14, abs=0)


@pytest.mark.parametrize("row", [[0.0, INF, 1.0], [0.0, -INF, 1.0]])
@pytest.mark.parametrize("form", [softmax, log_softmax])
def test_autograd_has_no_nan_at_the_limits(form, row):
    o = torch.tensor(row, requires_grad=True)
    form(o)[2].backward()
    assert o.grad is not None
    assert not o.grad.isnan().any()


@pytest.mark.parametrize(
    ("logits", "dim", "problem", "says"),
    [
        ([[0.0, 1.0], [0.0, float("nan")]], -1, "nan", r"\[1, 1\] is nan"),
        ([[0.0, 1.0], [-INF, -INF]], -1, "all_minus_inf", r"row \[1\] are -inf"),
        ([[INF, 0.0], [INF, 1.0]], 0, "infinite_twice", r"Row \[0\] holds \+inf"),
        ([INF, INF], -1, "infinite_twice", r"\+inf more than once"),
        ([[], []], -1, "no_classes", r"\(2, 0\)"),
        ([0.0, 1.0], 1, "bad_dim", "no axis 1"),
        (5.0, -1, "bad_dim", r"shape \(\)"),
        ([1, 2], -1, "not_floating", r"int64.*logits\.float\(\)"),
        ([True, False], -1, "not_floating", "bool"),
    ],
)
def test_logits_without_an_answer_are_refused_by_name(logits, dim, problem, says):
    for form in (softmax, log_softmax):
        with pytest.raises(InvalidLogits, match=says) as caught:
            form(torch.tensor(logits), dim=dim)
        assert caught.value.problem == problem


def test_a_list_is_refused_with_the_remedy():
    with pytest.raises(InvalidLogits, match=r"list; wrap them: torch\.tensor") as caught:
        softmax([1.0, 2.0])  # type: ignore[arg-type]
    assert caught.value.problem == "not_a_tensor"
    assert isinstance(caught.value, InvalidInput)
    assert isinstance(caught.value, ValueError)


def test_naive_softmax_is_the_notes_formula():
    o = torch.tensor([[0.5, -1.0, 2.0], [3.0, 3.0, 3.0]])
    assert torch.equal(naive_softmax(o, dim=1), o.exp() / o.exp().sum(dim=1, keepdim=True))
    torch.testing.assert_close(naive_softmax(o, dim=0), torch.softmax(o, dim=0))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([100.0, 0.0, 0.0], [float("nan"), 0.0, 0.0]),
        ([88.5, 88.5, 0.0], [0.0, 0.0, 0.0]),
        ([-105.0, -105.0, -105.0], [float("nan")] * 3),
    ],
)
def test_naive_softmax_breaks_where_the_formula_breaks(row, expected):
    found = naive_softmax(torch.tensor(row))
    torch.testing.assert_close(found, torch.tensor(expected), equal_nan=True, rtol=0, atol=0)
    assert softmax(torch.tensor(row)).sum().item() == pytest.approx(1)

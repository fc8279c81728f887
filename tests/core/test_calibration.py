"""Calibration against scikit-learn, torchmetrics, mpmath, and what its definitions demand."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
import torch
from sklearn.calibration import calibration_curve
from sklearn.metrics import brier_score_loss, log_loss
from torch import Tensor

from softmax_core import cross_entropy
from softmax_core.calibration import (
    Binning,
    brier_decomposition,
    brier_score,
    calibration_figures,
    debiased_calibration_error,
    debiased_squared_error,
    expected_calibration_error,
    fit_temperature,
    predictions,
    reliability,
    reliability_band,
    smooth_calibration_error,
)
from softmax_core.data.torchvision_download import import_torchvision_datasets
from softmax_core.errors import InvalidLogits, InvalidProbabilities, InvalidTarget

GENERATOR = torch.Generator().manual_seed(7)
TRUE = torch.randn(1500, 5, dtype=torch.float64, generator=GENERATOR) * 2
LABELS = torch.multinomial(torch.softmax(TRUE, dim=1), 1, generator=GENERATOR).squeeze(1)
TOO_SURE = 2.5 * TRUE
"""Logits whose labels were drawn at the temperature 2.5."""


@pytest.fixture(scope="module")
def theirs() -> Any:
    """Torchmetrics, which asks for a torchvision that fits the torch that is here."""
    import_torchvision_datasets()
    from torchmetrics.functional import classification

    return classification


def test_confidence_and_correctness_are_those_of_torchs_softmax() -> None:
    p = torch.softmax(TOO_SURE / 1.7, dim=1)
    sure, right = predictions(TOO_SURE, LABELS, 1.7)
    torch.testing.assert_close(sure, p.amax(dim=1))
    assert torch.equal(right, p.argmax(dim=1) == LABELS)


@pytest.mark.parametrize(("ours", "strategy"), [("width", "uniform"), ("mass", "quantile")])
def test_the_diagram_is_scikit_learns(ours: Binning, strategy: str) -> None:
    sure, right = predictions(TOO_SURE, LABELS)
    binned = reliability(sure, right, 10, ours)
    accuracy, confidence = calibration_curve(
        right.numpy(), sure.numpy(), n_bins=10, strategy=strategy
    )
    filled = binned.counts > 0
    assert binned.counts.sum() == 1500
    torch.testing.assert_close(
        binned.confidence[filled], torch.from_numpy(confidence), atol=2e-3, rtol=0
    )
    torch.testing.assert_close(
        binned.accuracy[filled], torch.from_numpy(accuracy), atol=2e-3, rtol=0
    )


def test_bins_of_equal_mass_hold_equally_many_and_keep_ties_together() -> None:
    sure, right = predictions(TRUE, LABELS)
    seven = reliability(sure, right, 7, "mass").counts
    assert seven.tolist() == [214, 214, 214, 215, 214, 214, 215]
    tied = reliability(torch.tensor([0.5] * 6 + [0.9]), torch.ones(7).bool(), 7, "mass")
    assert tied.counts.tolist() == [6, 1]
    same = reliability(torch.ones(3), torch.ones(3).bool(), 4, "mass")
    assert same.counts.tolist() == [3]
    ends = reliability(torch.tensor([0.0, 1.0]), torch.ones(2).bool(), 3).counts
    assert ends.tolist() == [1, 0, 1]


@pytest.mark.parametrize("bins", [1, 10, 15])
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_the_expected_error_is_that_of_torchmetrics(
    theirs: Any, bins: int, temperature: float
) -> None:
    found = expected_calibration_error(
        reliability(*predictions(TOO_SURE, LABELS, temperature), bins)
    )
    p = torch.softmax(TOO_SURE / temperature, dim=1)
    expected = theirs.multiclass_calibration_error(p, LABELS, num_classes=5, n_bins=bins)
    assert found == pytest.approx(expected.item(), abs=2e-6)  # float32


def test_the_debiased_squared_error_is_that_of_torchmetrics() -> None:
    from torchmetrics.functional.classification.calibration_error import _ce_compute

    sure, right = predictions(TOO_SURE, LABELS)
    binned = reliability(sure, right, 15)
    found = debiased_squared_error(binned)
    expected = _ce_compute(sure, right.double(), 15, norm="l2", debias=True)
    assert math.sqrt(found) == pytest.approx(expected.item(), rel=1e-9)


def test_debiasing_takes_away_what_chance_adds() -> None:
    """Predictions that are calibrated exactly, measured on few of them, many times."""
    source = torch.Generator().manual_seed(1)
    plain, debiased, squared = [], [], []
    for _ in range(200):
        sure = torch.full((150,), 0.7, dtype=torch.float64)
        right = torch.rand(150, generator=source) < 0.7
        spread = sure + torch.linspace(-1e-9, 1e-9, 150)
        binned = reliability(spread, right, 10, "mass")
        plain.append(expected_calibration_error(binned))
        debiased.append(debiased_calibration_error(binned))
        squared.append(debiased_squared_error(binned))
    mean = [sum(values) / 200 for values in (plain, debiased, squared)]
    assert mean[0] > 0.08
    assert mean[1] < 0.7 * mean[0]
    assert abs(mean[2]) < 0.002


def test_the_debiased_error_subtracts_the_mean_of_draws() -> None:
    binned = reliability(*predictions(TOO_SURE, LABELS), 10)
    filled = binned.counts > 0
    n, accuracy, sure = (
        each[filled].double() for each in (binned.counts, binned.accuracy, binned.confidence)
    )
    draws = torch.randn(40_000, len(n), dtype=torch.float64, generator=GENERATOR)
    seen = accuracy + draws * (accuracy * (1 - accuracy) / n).sqrt()
    plain = expected_calibration_error(binned)
    again = ((seen - sure).abs() * n / n.sum()).sum(dim=1).mean().item()
    assert debiased_calibration_error(binned) == pytest.approx(2 * plain - again, abs=2e-4)


def directly_smoothed(sure: Tensor, right: Tensor, width: float) -> float:
    """∫ |mean (correct - confidence) K(t, confidence)| dt by the sum over images and pictures."""
    t = (torch.arange(4000, dtype=torch.float64) + 0.5) / 4000
    kernel = torch.zeros(len(t), len(sure), dtype=torch.float64)
    for image in range(-2, 3):
        for mirrored in (-sure, sure):
            kernel += torch.exp(-((t[:, None] + mirrored + 2 * image) ** 2) / (2 * width**2))
    kernel /= width * math.sqrt(2 * math.pi)
    return (kernel @ ((right.double() - sure) / len(sure))).abs().mean().item()


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5, 9.0])
def test_the_smooth_error_is_its_own_bandwidth(temperature: float) -> None:
    sure, right = predictions(TOO_SURE[:200], LABELS[:200], temperature)
    found = smooth_calibration_error(sure, right)
    assert directly_smoothed(sure, right, found) == pytest.approx(found, abs=2e-6)


def test_the_smooth_error_of_one_confidence_is_its_distance() -> None:
    assert smooth_calibration_error(
        torch.full((1000,), 0.75), torch.arange(1000) < 500
    ) == pytest.approx(0.25, abs=1e-6)
    assert smooth_calibration_error(torch.ones(5), torch.ones(5).bool()) < 1e-6
    assert smooth_calibration_error(torch.ones(5), torch.zeros(5).bool()) == pytest.approx(
        1, abs=1e-6
    )


def test_the_band_is_the_bootstraps_and_the_seeds() -> None:
    sure, right = predictions(TOO_SURE, LABELS)
    binned = reliability(sure, right, 10)
    band = reliability_band(sure, right, binned, seed=3, resamples=2000)
    again = reliability_band(sure, right, binned, seed=3, resamples=2000)
    assert torch.equal(band.low[5:], again.low[5:])
    place = (sure * 10).long().clamp(max=9)
    source = torch.Generator().manual_seed(0)
    seen = []
    for _ in range(1000):
        chosen = torch.randint(1500, (1500,), generator=source)
        hits = torch.bincount(place[chosen], right[chosen].double(), minlength=10)
        seen.append(hits / torch.bincount(place[chosen], minlength=10))
    tails = torch.tensor([0.025, 0.975], dtype=torch.float64)
    low, high = torch.nanquantile(torch.stack(seen), tails, dim=0)
    torch.testing.assert_close(band.low, low, atol=0.025, rtol=0, equal_nan=True)
    torch.testing.assert_close(band.high, high, atol=0.025, rtol=0, equal_nan=True)
    assert torch.equal(band.low.isnan(), binned.counts == 0)


def test_the_brier_score_is_scikit_learns_and_torchs() -> None:
    p = torch.softmax(TOO_SURE, dim=1)
    expected = brier_score_loss(LABELS.numpy(), p.numpy(), labels=range(5), scale_by_half=False)
    assert brier_score(TOO_SURE, LABELS) == pytest.approx(expected, rel=1e-12)
    sure, right = predictions(TOO_SURE, LABELS)
    assert brier_decomposition(sure, right).score == pytest.approx(
        brier_score_loss(right.numpy(), sure.numpy()), rel=1e-12
    )


@pytest.mark.parametrize("by", ["width", "mass"])
@pytest.mark.parametrize("bins", [1, 4, 15])
@pytest.mark.parametrize("several", [False, True], ids=["confidence", "classes"])
def test_the_parts_of_the_brier_score_add_up(by: Binning, bins: int, several: bool) -> None:
    if several:
        forecasts = torch.softmax(TOO_SURE, dim=1)
        outcomes = torch.nn.functional.one_hot(LABELS, 5).bool()
    else:
        forecasts, outcomes = predictions(TOO_SURE, LABELS)
    parts = brier_decomposition(forecasts, outcomes, bins, by)
    total = parts.reliability - parts.resolution + parts.uncertainty
    total += parts.within_variance - parts.within_covariance
    assert total == pytest.approx(parts.score, abs=1e-14)
    if several:
        assert parts.score == pytest.approx(brier_score(TOO_SURE, LABELS), rel=1e-12)
    if bins == 1:
        assert parts.resolution == pytest.approx(0, abs=1e-15)


def test_with_one_forecast_a_bin_murphys_three_terms_are_all() -> None:
    forecasts = torch.tensor([0.1, 0.1, 0.3, 0.3, 0.3, 0.9], dtype=torch.float64)
    outcomes = torch.tensor([0, 1, 0, 0, 1, 1]).bool()
    parts = brier_decomposition(forecasts, outcomes, 10)
    assert parts.within_variance == parts.within_covariance == 0
    total = parts.reliability - parts.resolution + parts.uncertainty
    assert total == pytest.approx(parts.score, abs=1e-15)
    assert parts.reliability == pytest.approx(
        (2 * (0.1 - 0.5) ** 2 + 3 * (0.3 - 1 / 3) ** 2 + 0.1**2) / 6
    )


def test_the_figures_are_those_of_their_functions() -> None:
    found = calibration_figures(TOO_SURE, LABELS, 2.5, bins=10, by="mass")
    p = torch.softmax(TOO_SURE / 2.5, dim=1)
    assert found.nll == pytest.approx(log_loss(LABELS.numpy(), p.numpy()), rel=1e-12)
    assert found.confidence == pytest.approx(p.amax(dim=1).mean().item())
    assert found.accuracy == (TOO_SURE.argmax(dim=1) == LABELS).double().mean().item()
    assert found.excess == found.confidence - found.accuracy
    assert abs(found.excess) < 0.02 < calibration_figures(TOO_SURE, LABELS).excess
    assert found.brier == brier_score(TOO_SURE, LABELS, 2.5)
    assert found.accuracy == calibration_figures(TOO_SURE, LABELS).accuracy


def exact_temperature(logits: Tensor, labels: Tensor, near: float) -> float:
    """The root of L' by mpmath, with 40 digits."""
    rows = [[mpmath.mpf(value) for value in row] for row in logits.tolist()]

    def slope(beta: mpmath.mpf) -> mpmath.mpf:
        total = mpmath.mpf(0)
        for row, label in zip(rows, labels.tolist(), strict=True):
            weights = [mpmath.exp(beta * (value - row[label])) for value in row]
            parts = [w * (value - row[label]) for w, value in zip(weights, row, strict=True)]
            total += sum(parts) / sum(weights)
        return total

    with mpmath.workdps(40):
        return float(1 / mpmath.findroot(slope, (0.9 / near, 1.1 / near), solver="anderson"))


@pytest.mark.parametrize("factor", [1e-3, 0.4, 1.0, 2.5, 40.0, 1e6])
def test_the_fitted_temperature_is_mpmaths(factor: float) -> None:
    logits, labels = factor * TRUE[:60], LABELS[:60]
    fit = fit_temperature(logits, labels)
    assert fit.outcome == "found"
    exact = exact_temperature(logits, labels, fit.temperature)
    assert fit.temperature == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ([[800.0, 0.0, -5.0]] * 40, [0] * 39 + [2]),  # saturated
        ([[0.0, 0.0, 3.0], [0.0, 0.0, 1.0], [1.0, 3.0, 3.0]], [2, 2, 0]),  # ties
        ([[1e-12, 0.0]] * 5, [0, 0, 0, 1, 0]),  # next to no difference
        ([[2.0, 1.9, -9.0]], [1]),  # one picture, and it is wrong
        ([[1e-9, 0.0, -9.0]] + [[5.0, 0.0, 0.0]] * 3, [1, 0, 0, 0]),  # one that hardly is
    ],
    ids=["saturated", "ties", "small", "one", "hardly"],
)
def test_temperatures_at_the_edge_are_mpmaths_too(
    rows: list[list[float]], labels: list[int]
) -> None:
    logits, classes = torch.tensor(rows, dtype=torch.float64), torch.tensor(labels)
    fit = fit_temperature(logits, classes)
    assert fit.outcome == "found"
    exact = exact_temperature(logits, classes, fit.temperature)
    assert fit.temperature == pytest.approx(exact, rel=1e-10)


def test_the_fit_is_the_minimum_and_says_what_it_was_before() -> None:
    fit = fit_temperature(TOO_SURE, LABELS)
    assert fit.temperature == pytest.approx(2.5, rel=0.1)
    assert fit.nll_before == pytest.approx(cross_entropy(TOO_SURE, LABELS).mean().item())
    for near in (0.999, 1.001):
        moved = cross_entropy(TOO_SURE / (fit.temperature * near), LABELS).mean().item()
        assert moved > fit.nll
    assert fit.nll < fit.nll_before
    assert fit_temperature(TOO_SURE / fit.temperature, LABELS).temperature == pytest.approx(1)


def test_where_no_temperature_is_the_best_its_limit_is_named() -> None:
    right = fit_temperature(torch.tensor([[3.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1]))
    assert (right.outcome, right.temperature, right.nll) == ("zero", 0.0, 0.0)
    tied = fit_temperature(torch.tensor([[3.0, 3.0], [0.0, 1.0]]), torch.tensor([0, 1]))
    assert tied.outcome == "zero"
    assert tied.nll == pytest.approx(math.log(2) / 2)
    wrong = fit_temperature(torch.tensor([[3.0, 0.0], [0.0, 1.0]]), torch.tensor([1, 0]))
    assert (wrong.outcome, wrong.temperature) == ("infinite", math.inf)
    assert wrong.nll == pytest.approx(math.log(2))
    flat = fit_temperature(torch.full((3, 4), 7.0), torch.tensor([0, 1, 2]))
    assert (flat.outcome, flat.temperature) == ("any", 1.0)
    assert flat.nll == pytest.approx(math.log(4))


def test_what_is_no_prediction_is_refused_by_name() -> None:
    some = torch.tensor([True])
    with pytest.raises(InvalidTarget, match="at least one"):
        fit_temperature(torch.zeros(0, 3), torch.zeros(0).long())
    with pytest.raises(InvalidTarget, match="one label a row"):
        predictions(torch.zeros(2, 3), torch.zeros(3).long())
    with pytest.raises(InvalidTarget, match="not a class"):
        brier_score(torch.zeros(1, 3), torch.tensor([3]))
    for bad in (0.0, -1.0, math.inf, math.nan):
        with pytest.raises(InvalidLogits, match="temperature"):
            calibration_figures(torch.zeros(1, 3), torch.tensor([0]), bad)
    with pytest.raises(InvalidLogits, match="not finite"):
        fit_temperature(torch.tensor([[0.0, -math.inf]]), torch.tensor([0]))
    with pytest.raises(InvalidLogits, match="not finite"):
        fit_temperature(torch.tensor([[0.0, math.nan]]), torch.tensor([0]))
    for bad in (1.5, math.nan):
        with pytest.raises(InvalidProbabilities):
            reliability(torch.tensor([bad]), some)
    with pytest.raises(InvalidProbabilities, match="at least one"):
        smooth_calibration_error(torch.zeros(0), torch.zeros(0).bool())
    with pytest.raises(InvalidProbabilities, match="bins"):
        reliability(torch.tensor([0.5]), some, 0)
    with pytest.raises(InvalidProbabilities, match="level"):
        reliability_band(
            torch.tensor([0.5]), some, reliability(torch.tensor([0.5]), some), level=1.0
        )
    with pytest.raises(InvalidTarget, match="shapes"):
        reliability(torch.tensor([0.5]), torch.ones(2).bool())

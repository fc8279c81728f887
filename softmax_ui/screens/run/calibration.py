"""Whether a model's probabilities are true, and the temperature that makes them truer."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import streamlit as st
import torch

from softmax_core.calibration import (
    Binning,
    BrierParts,
    CalibrationFigures,
    Reliability,
    TemperatureFit,
    brier_parts,
    calibration_figures,
    expected_calibration_error,
    fit_temperature,
    predictions,
    reliability,
    reliability_band,
)
from softmax_core.data import split_validation
from softmax_core.inspection import scaled_pixels
from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_ui import cache
from softmax_ui.addresses.playground import PLAYGROUND_STATE
from softmax_ui.addresses.state import PageState
from softmax_ui.addresses.training import (
    PRESET,
    dashboard_state,
    settings_of,
    watching_state,
)
from softmax_ui.cache import moments_of, weights
from softmax_ui.colours import VARIANT_COLOURS
from softmax_ui.components.live_figure import live_figure
from softmax_ui.components.logit_board.value import TEMPERATURES
from softmax_ui.components.reliability import Bin, Moment, Other, reliability_board
from softmax_ui.figures.calibration import excess_figure
from softmax_ui.model import Model, model_at, settled_epoch
from softmax_ui.notices import quoted
from softmax_ui.page import page_link
from softmax_ui.pages import LESSON, PLAYGROUND, TRAINING
from softmax_ui.screens.run.choices import chosen_model, epoch_control
from softmax_ui.screens.run.picture_history import epochs_to_draw
from softmax_ui.terms import axis_name, split_name, variant_names
from softmax_ui.text import N_, Names, _, enumerated
from softmax_ui.widgets.number_table import number_table

Judged = Literal["test", "validation"]

_binning_name: Final = Names[str]({"width": N_("equal width"), "mass": N_("equally many")})
_STEPS_AN_OCTAVE: Final = 6
_GRID: Final = [2 ** (k / _STEPS_AN_OCTAVE) for k in range(-12, 25)]
"""Where the slider stops: T from 1/4 to 16, evenly by ratio; 1 is among them."""

_SATURATED: Final = 0.95
"""With this mean confidence softmax has little derivative left: ½ ‖J‖₁ is below 0.1."""

_NOTICED: Final = 0.01
"""A confidence - accuracy smaller than this is as good as 0."""

_WORSE: Final = 0.001
"""A negative log-likelihood larger by no more than this is as good as before."""

_BY_ID: Final[dict[str | type[Any], Any]] = {Run: lambda run: run.id}

# Fewer than the core's own choice, for the band is drawn anew at each place of the slider.
_RESAMPLES: Final = 300


@dataclass(frozen=True, slots=True)
class _At:
    """Everything that the view shows of one temperature."""

    binned: Reliability
    band: tuple[torch.Tensor, torch.Tensor]
    histogram: list[int]
    figures: CalibrationFigures
    by_mass: float


def calibration_view(run: Run, history: History, state: PageState) -> None:
    """Draw the reliability diagram with its slider T, what T = 1 and the fitted T come to."""
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        epoch_control(run)
        judged = _judged_control(run, state)
        st.segmented_control(
            _("Bins"),
            ("width", "mass"),
            key="binning",
            required=True,
            width="content",
            format_func=_binning_name,
        )
    values = state.values()
    model = chosen_model(run, history, state, epoch=values["epoch"])
    if model is None:
        return
    by: Binning = "mass" if values["binning"] == "mass" else "width"
    fit = _fit(model) if run.experiment.validation_size else None
    _board(run, history, model, judged, by, fit, state)
    left, right = st.columns(2, gap="large")
    with left:
        _before_and_after(model, judged, by, fit)
        _said_of(model, fit)
        if fit is not None and fit.outcome == "found":
            _what_it_did(_at(model, judged, by, 1.0), _at(model, judged, by, fit.temperature))
    with right:
        _course(run, model, judged)
    _further(model, state)


def _judged_control(run: Run, state: PageState) -> Judged:
    """Draw the choice of the pictures, where any are held out."""
    if not run.experiment.validation_size:
        return "test"
    st.segmented_control(
        _("Pictures"),
        ("test", "validation"),
        key="judged",
        required=True,
        width="content",
        format_func=split_name,
    )
    return "validation" if state.value("judged") == "validation" else "test"


def _rows(model: Model, judged: Judged) -> tuple[torch.Tensor, torch.Tensor]:
    """Return logits and labels of a split."""
    data = cache.dataset_of(model.run.data)
    if judged == "test":
        return model.logits("test"), data.test.labels
    held_out = _held_out(model.run)
    return model.logits("train")[held_out], data.train.labels[held_out]


def _held_out(run: Run) -> torch.Tensor:
    experiment = run.experiment
    count = len(cache.dataset_of(run.data).train)
    _trained, held_out = split_validation(count, experiment.validation_size, experiment.seed)
    return held_out


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs={Model: Model.key})
def _fit(model: Model) -> TemperatureFit:
    return fit_temperature(*_rows(model, "validation"))


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs={Model: Model.key})
def _sure_of_the_held_out(model: Model) -> float:
    return float(predictions(*_rows(model, "validation")).confidence.mean())


@st.cache_resource(show_spinner=False, max_entries=2000, hash_funcs={Model: Model.key})
def _at(model: Model, judged: Judged, by: Binning, temperature: float) -> _At:
    logits, labels = _rows(model, judged)
    found = predictions(logits, labels, temperature)
    binned, even = reliability(*found, by=by), reliability(*found)
    band = reliability_band(*found, binned, resamples=_RESAMPLES)
    return _At(
        binned,
        (band.low, band.high),
        even.counts.tolist(),
        calibration_figures(logits, labels, temperature),
        expected_calibration_error(reliability(*found, by="mass")),
    )


def _places(fit: TemperatureFit | None) -> list[float]:
    """Return the temperatures that the slider stops at, the fitted one among them."""
    fitted = {fit.temperature} if fit is not None and fit.outcome == "found" else set()
    return sorted({*_GRID, *fitted})


def _board(
    run: Run,
    history: History,
    model: Model,
    judged: Judged,
    by: Binning,
    fit: TemperatureFit | None,
    state: PageState,
) -> None:
    places, names = _places(fit), variant_names(run)
    with st.spinner(_("Computing the diagram at each temperature …"), show_time=False):
        found = [_at(model, judged, by, temperature) for temperature in places]
    chosen = min(places, key=lambda place: abs(math.log(place / state.value("temperature"))))
    one = places.index(1.0)
    jumps = {"T = 1": one}
    if fit is not None and fit.outcome == "found":
        jumps[_("the fitted T = {T}", T=_short(fit.temperature))] = places.index(fit.temperature)
    others = [
        Other(names[k], VARIANT_COLOURS[k], points)
        for k, points in _other_lines(run, history, model, judged, by, state).items()
    ]
    now = found[one].figures
    reliability_board(
        [_moment(place, at) for place, at in zip(places, found, strict=True)],
        place=places.index(chosen),
        jumps=jumps,
        name=names[model.variant],
        colour=VARIANT_COLOURS[model.variant],
        others=others,
        rows=[
            _("confidence − accuracy"),
            _("mean confidence"),
            _("accuracy (no T changes it)"),
            _("expected calibration error"),
            _("smooth calibration error"),
            _("Brier score"),
            _("negative log-likelihood"),
        ],
        labels={
            "confidence": _("confidence: the largest probability"),
            "accuracy": _("accuracy"),
            "predictions": _("predictions by their confidence"),
            "too_sure": _("too sure"),
            "not_sure": _("not sure enough"),
            "temperature": _("Temperature T: softmax(o / T)"),
            "alt": _(
                "Reliability diagram of {name} {moment}: at T = 1 the mean confidence is "
                "{confidence}, the accuracy {accuracy}.",
                name=names[model.variant],
                moment=model.moment,
                confidence=f"{now.confidence:.4f}",
                accuracy=f"{now.accuracy:.4f}",
            ),
        },
        key="reliability",
        on_release=lambda place: state.apply(temperature=places[place]),
    )
    st.caption(
        _(
            "Of all predictions with the confidence c, is the share c right? Then the points are "
            "on the dashed line. Each band holds 95 of 100 accuracies when the pictures ({n}) are "
            "drawn anew (bootstrap); the dotted line is T = 1, thin lines are the other variants.",
            n=f"{sum(found[one].histogram):,}",
        )
    )


def _moment(temperature: float, at: _At) -> Moment:
    binned, (low, high) = at.binned, at.band
    figures = at.figures
    bins = [
        Bin(
            low=round(float(binned.edges[k]), 4),
            high=round(float(binned.edges[k + 1]), 4),
            confidence=round(float(binned.confidence[k]), 4),
            accuracy=round(float(binned.accuracy[k]), 4),
            band=(round(float(low[k]), 4), round(float(high[k]), 4)),
            count=count,
        )
        for k, count in enumerate(binned.counts.tolist())
        if count
    ]
    return Moment(
        _short(temperature),
        bins,
        at.histogram,
        [
            _signed(figures.excess),
            f"{figures.confidence:.4f}",
            f"{figures.accuracy:.4f}",
            f"{figures.expected_error:.4f}",
            f"{figures.smooth_error:.4f}",
            f"{figures.brier:.4f}",
            f"{figures.nll:.4f}",
        ],
    )


def _other_lines(
    run: Run, history: History, model: Model, judged: Judged, by: Binning, state: PageState
) -> dict[int, list[tuple[float, float]]]:
    """Return the diagram's points of each other variant that has any, at T = 1."""
    epoch = settled_epoch(run, history, state.value("epoch"))
    lines = {}
    for variant in range(len(run.experiment.variants)):
        if variant == model.variant:
            continue
        other = model_at(run, history, variant, epoch, int(state.value("step")))
        if other is not None and other.has_numbers:
            lines[variant] = _line(other, judged, by)
    return lines


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs={Model: Model.key})
def _line(model: Model, judged: Judged, by: Binning) -> list[tuple[float, float]]:
    binned = reliability(*predictions(*_rows(model, judged)), by=by)
    filled = binned.counts > 0
    pairs = zip(binned.confidence[filled].tolist(), binned.accuracy[filled].tolist(), strict=True)
    return [(round(sure, 4), round(right, 4)) for sure, right in pairs]


@st.cache_resource(show_spinner=False, max_entries=256, hash_funcs={Model: Model.key})
def _parts(model: Model, judged: Judged, temperature: float) -> BrierParts:
    return brier_parts(*_rows(model, judged), temperature)


def _before_and_after(
    model: Model, judged: Judged, by: Binning, fit: TemperatureFit | None
) -> None:
    """Draw all figures at T = 1, and beside them at the fitted T."""
    temperatures = [1.0]
    if fit is not None and fit.outcome == "found":
        temperatures.append(fit.temperature)
    rows: dict[str, list[str]] = {}
    for temperature in temperatures:
        at, parts = _at(model, judged, by, temperature), _parts(model, judged, temperature)
        figures = at.figures
        for name, value in {
            _("confidence − accuracy"): _signed(figures.excess),
            _("mean confidence"): f"{figures.confidence:.4f}",
            _("accuracy"): f"{figures.accuracy:.4f}",
            _("ECE, bins of equal width"): f"{figures.expected_error:.4f}",
            _("ECE, bins of equally many"): f"{at.by_mass:.4f}",
            _("ECE, without what chance adds"): f"{figures.debiased_error:.4f}".replace("-", "−"),
            _("smooth ECE, without bins"): f"{figures.smooth_error:.4f}",
            _("negative log-likelihood"): f"{figures.nll:.4f}",
            _("Brier score"): f"{figures.brier:.4f}",
            _("= reliability"): f"{parts.reliability:.4f}",
            _("− resolution"): f"{parts.resolution:.4f}",
            _("+ uncertainty"): f"{parts.uncertainty:.4f}",
            _("+ what differs inside of the bins"): _signed(
                parts.within_variance - parts.within_covariance
            ),
        }.items():
            rows.setdefault(name, []).append(value)
    number_table(
        _("On the {split} {moment}", split=split_name(judged), moment=model.moment),
        [_("Figure"), *(f"T = {_short(temperature)}" for temperature in temperatures)],
        [[name, *cells] for name, cells in rows.items()],
        strong=[0],
    )


def _said_of(model: Model, fit: TemperatureFit | None) -> None:
    """Say where the fitted T comes from and what it does, or why there is none."""
    experiment = model.run.experiment
    if fit is None:
        _no_fit(model.run)
        return
    given = {"T": _short(fit.temperature), "n": f"{experiment.validation_size:,}"}
    match fit.outcome:
        case "found":
            first = _(
                "T = {T} has the smallest negative log-likelihood on the pictures held out ({n}).",
                **given,
            )
            said = _("{first} {second}", first=first, second=_what_it_means(model, fit.temperature))
        case "zero":
            said = _(
                "On the pictures held out ({n}) every label has the largest logit: the loss falls "
                "for ever as T goes to 0, and no T is the best.",
                **given,
            )
        case "infinite":
            said = _(
                "On the pictures held out ({n}) the labels' logits are on average not above the "
                "others: the larger T, the better, and equal probabilities are best. These logits "
                "know nothing that a temperature could bring out.",
                **given,
            )
        case _:
            said = _("All logits are equal; no temperature changes anything.")
    st.caption(said)


def _what_it_means(model: Model, temperature: float) -> str:
    """Say what a fitted T tells about the model on the pictures that it was fitted on."""
    if temperature <= 1:
        return _(
            "Below 1, the model was not sure enough of them: its logits are too small, and "
            "dividing them by T makes them larger. No prediction changes, only how sure it is."
        )
    if _sure_of_the_held_out(model) < _SATURATED:
        return _(
            "Above 1, the model was too sure of them: its logits are too large, and dividing them "
            "by T makes them smaller. No prediction changes, only how sure it is."
        )
    return _(
        "Above 1, the model was too sure of them: its logits are so large that softmax is "
        "nearly saturated, and dividing them cures that after the fact. No prediction "
        "changes, only how sure it is."
    )


def _what_it_did(before: _At, after: _At) -> None:
    """Say where the fitted T has made things worse, or gone beyond the mean confidence."""
    if after.figures.nll - before.figures.nll > _WORSE:
        st.caption(
            _(
                "On the pictures shown here T makes the negative log-likelihood larger, from "
                "{before} to {after}: it fits what is peculiar to those held out. The fewer they "
                "are, the more of T is chance.",
                before=f"{before.figures.nll:.4f}",
                after=f"{after.figures.nll:.4f}",
            )
        )
        return
    excess, left = before.figures.excess, after.figures.excess
    if excess * left >= 0 or abs(left) < _NOTICED:
        return
    given = {"before": _signed(excess), "after": _signed(left)}
    st.caption(
        _(
            "Confidence − accuracy goes from {before} through 0 to {after}: T is chosen by the "
            "likelihood, to which a few mistakes that were very sure count more than many "
            "probabilities that are a little off.",
            **given,
        )
        if left < 0
        else _(
            "Confidence − accuracy goes from {before} through 0 to {after}: T is chosen by the "
            "likelihood of the pictures held out, not so that confidence and accuracy agree.",
            **given,
        )
    )


def _no_fit(run: Run) -> None:
    """Say why no temperature is fitted, with the way to a run in which one is."""
    held_out = max(run.data.training // 6, 1)
    st.caption(
        _(
            "No temperature is fitted here: this run has held no pictures out. Fitted on the test "
            "set, T would have seen the answers by which it is judged, and the figures would be "
            "too good. The slider is yours; to fit, hold pictures out and train again."
        )
    )
    experiment = replace(run.experiment, validation_size=held_out)
    page_link(
        TRAINING,
        _("The same experiment with {n} pictures held out", n=f"{held_out:,}"),
        icon=":material/content_cut:",
        query={
            **dashboard_state().query(**settings_of(experiment)),
            **watching_state().query(view="calibration"),
        },
    )


def _course(run: Run, model: Model, judged: Judged) -> None:
    """Draw confidence - accuracy of all variants over the epochs."""
    epochs, names = epochs_to_draw(run.id), variant_names(run)
    if len(epochs) < 2:
        return
    by_epoch = [_excess(run, epoch, judged) for epoch in epochs]
    excess = {name: [values[k] for values in by_epoch] for k, name in enumerate(names)}
    shown = excess[names[model.variant]]
    st.markdown("**" + _("Confidence − accuracy, epoch by epoch") + "**")
    live_figure(
        excess_figure(
            epochs,
            excess,
            x_title=axis_name("epoch"),
            y_title=_("confidence − accuracy"),
            now=model.step / (run.total_steps / run.experiment.epochs),
        ),
        key="excess_by_epoch",
        alt=_(
            "Mean confidence minus accuracy by epoch; for {name} from {first} to {last}.",
            name=names[model.variant],
            first=_signed(shown[0]),
            last=_signed(next(filter(math.isfinite, reversed(shown)), math.nan)),
        ),
        height=330,
    )
    st.caption(_above_and_below())


def excess_told(run: Run) -> list[str]:
    """Say how much surer each variant is at the end than right, but for those that diverged."""
    found = zip(variant_names(run), _excess(run, run.experiment.epochs, "test"), strict=True)
    said = [f"{quoted(name)} {_signed(excess)}" for name, excess in found if math.isfinite(excess)]
    if not said:
        return []
    told = _("Confidence minus accuracy on the test set: {variants}.", variants=enumerated(said))
    return [told, _above_and_below()]


def _above_and_below() -> str:
    return _("Above 0 a variant is too sure of itself, below 0 not sure enough.")


@st.cache_resource(show_spinner=False, max_entries=1000, hash_funcs=_BY_ID)
def _excess(run: Run, epoch: int, judged: Judged) -> list[float]:
    """Return confidence - accuracy of each variant at an epoch's end; nan where it diverged."""
    w, b = weights(run.id, epoch)
    features, labels = _features(run, judged)
    found = []
    for variant in range(len(w)):
        logits = torch.addmm(b[variant], features, w[variant].T)
        if not logits.isfinite().all():
            found.append(math.nan)
            continue
        sure, right = predictions(logits, labels)
        found.append(float(sure.mean() - right.double().mean()))
    return found


@st.cache_resource(show_spinner=False, max_entries=2, hash_funcs=_BY_ID)
def _features(run: Run, judged: Judged) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the features and labels of a split, 31 MB of 10,000 pictures."""
    data, experiment = cache.dataset_of(run.data), run.experiment
    images, labels = data.test.images, data.test.labels
    if judged == "validation":
        held_out = _held_out(run)
        images, labels = data.train.images[held_out], data.train.labels[held_out]
    return scaled_pixels(images, experiment.pixel_scale, moments_of(run)), labels


def _further(model: Model, state: PageState) -> None:
    """Draw the ways to the playground's T and to models that are too sure, or not enough."""
    st.caption(
        _(
            "T here is the T of the playground. To see models that are too sure and models that "
            "are not sure enough beside each other, train the first of these; the second starts "
            "saturated, as on the page of the vanishing gradient, and ends far too sure."
        )
    )
    with st.container(horizontal=True, gap="medium"):
        _playground_link(model, state)
        for preset, label in (
            ("calibration", _("Too sure, and not sure enough")),
            ("losses", _("Two losses from a saturated start")),
        ):
            page_link(
                TRAINING,
                label,
                icon=":material/arrow_forward:",
                query={PRESET: preset, **watching_state().query(view="calibration")},
            )
        page_link(
            LESSON,
            _("Is 0.9 really 0.9? The lesson's section on it"),
            icon=":material/school:",
            query={"step": "calibration"},
        )


def _playground_link(model: Model, state: PageState) -> None:
    """Draw a link that opens a picture's logits in the playground, with this T."""
    logits = model.logits("test")
    picture = int(state.value("picture"))
    picture = picture if 0 <= picture < len(logits) and state.value("split") == "test" else 0
    temperature = min(max(state.value("temperature"), TEMPERATURES[0]), TEMPERATURES[1])
    names = model.run.data.class_names
    query: dict[str, Any] = {
        "o": logits[picture].double().tolist(),
        "t": int(cache.dataset_of(model.run.data).test.labels[picture]),
        "T": temperature,
        "names": names,
    }
    page_link(
        PLAYGROUND,
        _("Test picture {n} in the playground, at T = {T}", n=picture, T=_short(temperature)),
        icon=":material/tune:",
        query=PLAYGROUND_STATE.query(**query),
    )


def _short(temperature: float) -> str:
    """Write a temperature with four digits.

    >>> _short(1.0), _short(1.5338), _short(743.2)
    ('1', '1.534', '743.2')
    """
    return f"{temperature:.4g}"


def _signed(value: float) -> str:
    """Write a difference with its sign.

    >>> _signed(0.2371), _signed(-0.046)
    ('+0.2371', '−0.0460')
    """
    return f"{value:+.4f}".replace("-", "−")

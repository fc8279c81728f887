"""The film of a run: a slider over its steps, and a new run that goes on from one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import streamlit as st

from softmax_core.runs import Run
from softmax_core.runs.history import History
from softmax_core.training.experiment import EXPERIMENT_RANGES, LOSSES, VARIANT_RANGES
from softmax_core.training.replay import Progress
from softmax_ui.addresses.state import PageState, number, whole
from softmax_ui.addresses.training import NEWEST, RUN
from softmax_ui.cache import films, runner, store
from softmax_ui.components.film_strip import film_strip
from softmax_ui.live.film import address
from softmax_ui.live.message import MOVING
from softmax_ui.live.watched import Watched
from softmax_ui.page import page_link
from softmax_ui.pages import TRAINING
from softmax_ui.steering import attempt, found, owner, proof
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import field_name, loss_name, title_of, variant_names
from softmax_ui.text import _, language
from softmax_ui.widgets.number_field import is_refused, number_field
from softmax_ui.widgets.pace import set_speed
from softmax_ui.widgets.starting import start_button

_ASKED: Final = "fork_asked"
_WAITED: Final = 200  # steps that are computed before anybody could wonder


def show_film(run: Run, history: History, state: PageState, live: str) -> None:
    """Draw the slider over the steps that the run has made, and the way to go on from one.

    Args:
        run: the run.
        history: its records.
        state: has the chosen step.
        live: the address of the messages about the run.
    """
    if st.query_params.get(RUN, run.id) != run.id:
        st.rerun()  # another run was just started from here: the whole page shows it
    _obey(run.id, state)
    last = min(history.last_step, run.step)
    values = state.values()
    chosen = None if values["step"] == NEWEST else min(int(values["step"]), last)
    if chosen is not None:
        _compute(run.id, chosen)

    def go_to(step: int | None) -> None:
        state.apply(step=NEWEST if step is None else step)

    frames = address(Watched.of(run.id, language(), {**values, "step": NEWEST}))
    steps = max(run.total_steps // run.experiment.epochs, 1)
    film_strip(frames, live, step=chosen, last=last, epoch_steps=steps, on_step=go_to)
    _fork_form(run, chosen if chosen is not None or run.status in MOVING else last)
    _ancestry(run)


def _ancestry(run: Run) -> None:
    """Say which run this one went on from, with the way there while it exists."""
    if not run.parent:
        return
    step, parents = f"{run.forked_at:,}", store().runs(found([run.parent]))
    if parents:
        page_link(
            TRAINING,
            _(
                "Goes on from step {step} of {run}",
                step=step,
                run=as_markdown(title_of(parents[0])),
            ),
            icon=":material/fork_right:",
            query={RUN: run.parent, "step": str(run.forked_at)},
        )
    else:
        st.caption(_("Goes on from step {step} of a run that is not here.", step=step))


def _compute(run_id: str, step: int) -> None:
    """Have the weights at a step computed."""
    with _telling(step) as tell:
        films().at(run_id, step, tell)


@contextmanager
def _telling(step: int) -> Iterator[Progress]:
    """Say how far the computing of a step is, where it takes a while."""
    place = st.empty()

    def tell(made: int, steps: int) -> None:
        if steps > _WAITED:
            said = _("Computing step {step} again …", step=f"{step:,}")
            place.progress(made / steps, said)

    yield tell
    place.empty()


# -- going on from a step ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """A run that was asked for, to go on from another one.

    Attributes:
        run_id: the other one.
        step: of that one.
        rows: for each variant its "rate", "loss" and "decay" from there on.
        epochs: in all.
    """

    run_id: str
    step: int
    rows: Sequence[dict[str, Any]]
    epochs: int


def _fork_form(run: Run, step: int | None) -> None:
    """Draw the settings with which a new run goes on from a step, and its button."""
    with st.popover(
        _("Go on from here"), icon=":material/fork_right:", width="content", key=f"go_on_{run.id}"
    ):
        if step is None:
            st.markdown(_("The run is moving on. Choose a step with the slider, or pause it."))
            return
        st.caption(
            _(
                "A new run has everything that this one recorded up to step {step}, and goes on "
                "from there. This run stays as it is. With nothing changed the new one comes to "
                "the same bits.",
                step=f"{step:,}",
            )
        )
        rates = _rates_at(run, step)
        rows = [
            _variant_row(run, place, name, rates[place])
            for place, name in enumerate(variant_names(run))
        ]
        epochs = whole(f"fork_epochs_{run.id}", run.experiment.epochs, *EXPERIMENT_RANGES["epochs"])
        with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
            until = number_field(epochs, _("Epochs in all"), width=160)
            keys = [epochs.name, *(key for row in rows for key in row["keys"])]
            start_button(
                _("Start from step {step}", step=f"{step:,}"),
                "fork",
                _ask,
                _Asked(run.id, step, rows, int(until)),
                kind="primary",
                icon=":material/fork_right:",
                disabled=any(map(is_refused, keys)),
            )


def _variant_row(run: Run, place: int, name: str, rate: float) -> dict[str, Any]:
    """Draw what may differ of a variant, with the values that it has at the step."""
    variant = run.experiment.variants[place]
    # A value of the parent's that is another one gives the field a new key.
    rate_key = f"fork_rate_{run.id}_{place}_{rate:g}"
    decay_key = f"fork_decay_{run.id}_{place}"
    if len(run.experiment.variants) > 1:
        st.markdown(f"**{as_markdown(name)}**")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        chosen = number_field(
            number(rate_key, rate, *VARIANT_RANGES["learning_rate"]),
            field_name("learning_rate"),
            width=160,
        )
        loss = st.selectbox(
            field_name("loss"),
            LOSSES,
            index=LOSSES.index(variant.loss),
            key=f"fork_loss_{run.id}_{place}",
            format_func=loss_name,
            width=240,
        )
        decay = number_field(
            number(decay_key, variant.weight_decay, *VARIANT_RANGES["weight_decay"]),
            field_name("weight_decay"),
            width=160,
        )
    return {"rate": chosen, "loss": loss, "decay": decay, "keys": (rate_key, decay_key)}


def _rates_at(run: Run, step: int) -> list[float]:
    """Return the learning rate of each variant with which the update after a step is made."""
    rates = [variant.learning_rate for variant in run.experiment.variants]
    for change in store().rate_changes(run.id):
        if change.step <= step:
            rates[change.variant] = change.learning_rate
    return rates


def _ask(asked: _Asked) -> None:
    st.session_state[_ASKED] = asked


def _obey(run_id: str, state: PageState) -> None:
    """Start the new run that was asked for, and show it.

    In the script's run and not in the button's callback: it can say how far the step is that has to
    be computed first. What ends this run of the script has it done in the next one.
    """
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None:
        return
    if asked.run_id == run_id:
        with _telling(asked.step) as tell:
            attempt(_go_on, asked, state, tell)
    del st.session_state[_ASKED]
    st.rerun()


def _go_on(asked: _Asked, state: PageState, tell: Progress) -> None:
    """Start the new run; whoever may start runs may do this with any they may see."""
    parent = store().run(asked.run_id)
    variants = [
        replace(variant, loss=row["loss"], weight_decay=row["decay"])
        for variant, row in zip(parent.experiment.variants, asked.rows, strict=True)
    ]
    run = runner().fork(
        asked.run_id,
        asked.step,
        replace(parent.experiment, variants=variants, epochs=asked.epochs),
        learning_rates=[row["rate"] for row in asked.rows],
        owner=owner(),
        steering=proof(),
        on_progress=tell,
    )
    st.query_params[RUN] = run.id
    state.apply(step=NEWEST)
    set_speed(run.id)

"""With which other variant, of this run or of another, a confusion matrix is compared."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import history, store
from softmax_ui.curve_names import curves_of, labels_of
from softmax_ui.model import Model, model_at, settled_epoch
from softmax_ui.notices import quoted
from softmax_ui.screens.run.choices import chosen_variant
from softmax_ui.steering import listed
from softmax_ui.terms import curve_name, data_words, variant_names
from softmax_ui.text import _

AGAINST: Final = "against"
"""The setting: `<run>.<variant>`, as the curves of the runs page are named, or "" for none."""

_OTHER_RUNS: Final = 12


def against_control(run: Run, state: PageState) -> None:
    """Draw the choice of the variant to compare with; nothing where there is no other."""
    options = _options(run, state)
    if len(options) < 2:
        return
    if st.session_state.get(AGAINST) not in options:
        st.session_state[AGAINST] = ""
    st.selectbox(
        _("Compare with"), list(options), format_func=options.__getitem__, key=AGAINST, width=260
    )


def _options(run: Run, state: PageState) -> dict[str, str]:
    """Return what can be compared with, and its name: other variants, those of newest runs."""
    own = chosen_variant(run, state)
    names = {f"{run.id}.{k}": name for k, name in enumerate(variant_names(run)) if k != own}
    ended = [head.id for head in listed(store().heads()) if head.status == "finished"]
    ids = [one for one in ended if one != run.id][:_OTHER_RUNS]
    named = str(state.values()[AGAINST]).rpartition(".")[0]
    others = {one.id: one for one in store().runs({*ids, named} - {run.id, ""})}
    # On other pictures a matrix means something else; one that a link names is told of.
    compared = [
        others[key]
        for key in dict.fromkeys([named, *ids])
        if key in others and (key == named or others[key].data.digest == run.data.digest)
    ]
    curves = {key: curve for key, curve in curves_of([run]).items() if key in names}
    curves |= curves_of(compared)
    nothing = _("nothing")
    return {"": nothing} | labels_of(curves, names, {nothing})


def compared_model(run: Run, state: PageState) -> tuple[str, Model] | None:
    """Return the name and the model that are compared with; None where there are none."""
    values = state.values()
    run_id, _dot, variant = str(values[AGAINST]).rpartition(".")
    if not run_id or not variant.isdigit():
        return None
    found = [run] if run_id == run.id else store().runs([run_id])
    if not found or int(variant) >= len(found[0].experiment.variants):
        return None
    other, position = found[0], int(variant)
    if other.data.digest != run.data.digest:
        own, their = data_words([run.data, other.data])
        st.warning(
            _(
                "{name} was trained on other pictures ({other}) than this run ({own}): their "
                "confusion matrices cannot be compared.",
                name=quoted(curve_name(other, position)),
                other=quoted(their),
                own=quoted(own),
            ),
            icon=":material/compare_arrows:",
        )
        return None
    # Another run is compared at the same epoch, or at its last one if it has ended before.
    read = history(other.id)
    read.update(at_once=other.status == "finished")
    epoch = settled_epoch(other, read, values["epoch"])
    model = model_at(other, read, position, epoch)
    name = _options(run, state).get(f"{run_id}.{position}", curve_name(other, position))
    if model is None or not model.has_numbers:
        st.caption(_("{name} has no weights to compare with at this moment.", name=quoted(name)))
        return None
    return name, model

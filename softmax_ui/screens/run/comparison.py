"""With which other variant, of this run or of another, a confusion matrix is compared."""

from __future__ import annotations

from collections import Counter
from typing import Final

import streamlit as st

from softmax_core.runs import Run
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import history, store
from softmax_ui.model import Model, model_at, settled_epoch
from softmax_ui.notices import quoted
from softmax_ui.screens.run.choices import chosen_variant
from softmax_ui.steering import listed
from softmax_ui.terms import curve_name, data_words, to_the_second, variant_names, when
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
    names = variant_names(run)
    options = {"": _("nothing")}
    options |= {f"{run.id}.{k}": name for k, name in enumerate(names) if k != own}
    ended = [head.id for head in listed(store().heads()) if head.status == "finished"]
    ids = [one for one in ended if one != run.id][:_OTHER_RUNS]
    named = str(state.values()[AGAINST]).rpartition(".")[0]
    others = {one.id: one for one in store().runs({*ids, named} - {run.id, ""})}
    curves: dict[str, tuple[Run, int]] = {}
    for key in dict.fromkeys([named, *ids]):
        # On other pictures a matrix means something else; one that a link names is told of.
        if key in others and (key == named or others[key].data.digest == run.data.digest):
            other = others[key]
            places = range(len(other.experiment.variants))
            curves |= {f"{key}.{k}": (other, k) for k in places}
    return options | _names(curves)


def _names(curves: dict[str, tuple[Run, int]]) -> dict[str, str]:
    """Return a name for each curve, no two the same: a list finds what was chosen by its label.

    Those of one name get the run's seed, then the second of its start, then its id.
    """
    names = {key: curve_name(run, variant) for key, (run, variant) in curves.items()}
    for with_detail in (_with_seed, _with_second, _with_id):
        counted = Counter(names.values())
        for key, name in names.items():
            if counted[name] > 1:
                names[key] = with_detail(name, curves[key][0])
    return names


def _with_seed(name: str, run: Run) -> str:
    return f"{name} · {_('seed {seed}', seed=run.experiment.seed)}"


def _with_second(name: str, run: Run) -> str:
    minute, second = when(run.created), to_the_second(run.created)
    return name.replace(minute, second) if minute in name else f"{name} · {second}"


def _with_id(name: str, run: Run) -> str:
    return f"{name} · {run.id}"


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

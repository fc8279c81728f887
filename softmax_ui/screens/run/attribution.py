"""Where a picture's logits come from: one number for each training picture, and what if."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st
import torch

from softmax_core import softmax
from softmax_core.inspection import likely_wrong_labels
from softmax_core.training.attribution import (
    Attribution,
    Contributions,
    attribute,
    pictures_for_half,
    retrain_without,
    share_of,
    shares_of_classes,
    strongest,
)
from softmax_ui import cache
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import store
from softmax_ui.components.live_figure import live_figure
from softmax_ui.components.picture_grid import Picture, picture_grid
from softmax_ui.computing import Tell
from softmax_ui.figures.attribution import shares_figure
from softmax_ui.figures.pictures import grey_picture
from softmax_ui.model import Model
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words
from softmax_ui.text import N_, Names, _, enumerated, ngettext
from softmax_ui.text.numbers import written
from softmax_ui.widgets.computed import computed
from softmax_ui.widgets.number_table import number_table

_MOST: Final = 6
_STRONGEST: Final = 100
"""Of so many training pictures, the one that speaks most for a logit is left out."""

_DOZENS: Final = 100
"""More pictures than this are no handful."""

_without_name: Final = Names[str](
    {
        "strongest": N_("the strongest for it"),
        "class": N_("a whole class"),
        "suspects": N_("suspected labels"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class _Traced:
    """One variant's sums, and whether the replay came to the weights of the run."""

    sums: Attribution
    is_same: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A picture whose logits are explained."""

    model: Model
    image: torch.Tensor
    features: torch.Tensor
    label: int | None
    names: Sequence[str]
    key: str

    @property
    def logits(self) -> torch.Tensor:
        return self.features @ self.model.weights.T + self.model.bias


def show_attribution(
    model: Model,
    image: torch.Tensor,
    features: torch.Tensor,
    label: int | None,
    state: PageState,
    *,
    key: str,
) -> None:
    """Draw what each training picture has added to a picture's logits, once a person asks.

    Args:
        model: the model.
        image: the picture, uint8 (H, W).
        features: the same as features, (H * W,).
        label: its class, or None if unknown.
        state: the settings of the view.
        key: the beginning of the components' keys.
    """
    st.markdown("**" + _("Where these logits come from: the training pictures") + "**")
    traced = _traced(model, key)
    if traced is None:
        st.caption(
            _(
                "Each step adds multiples of its minibatch's pictures to W. So every logit is a "
                "sum of one number for each training picture: how much it has pushed for the "
                "class, times how alike the two are. The run keeps none of it; to compute it, its "
                "{steps} steps are made again, to the same bits.",
                steps=f"{model.step:,}",
            )
        )
        return
    if not traced.is_same:
        st.warning(
            _(
                "Made again from the first step, this run does not come to the same weights, so "
                "nothing is said about its pictures. A run that went on from another one with "
                "another loss or weight decay cannot be made again with one set of settings; nor "
                "can one that was trained on another kind of processor."
            ),
            icon=":material/info:",
        )
        return
    names = class_words(model.run.data.class_names)
    asked = _Asked(model, image, features, label, names, key)
    parts = traced.sums.contributions(cache.dataset_of(model.run.data).train.images, image, 0)
    k = _class_control(asked, state)
    chosen = parts.of_class(k)
    _sum(asked, parts, chosen, k)
    left, right = st.columns([3, 4], gap="large")
    with left:
        _classes(asked, chosen, k)
    with right:
        _strongest(asked, chosen, k)
    suspects = _suspects(model)
    _said_of_suspects(suspects, chosen)
    _what_if(asked, parts, chosen, k, suspects, state)


def _traced(model: Model, key: str) -> _Traced | None:
    """Have the run made again up to the model's step; None until that is done."""
    run, variant = model.run, model.variant
    changes, data = store().rate_changes(run.id), cache.dataset_of(run.data)

    def work(tell: Tell) -> _Traced:
        found = attribute(
            run.experiment, data, rate_changes=changes, until=model.step, on_progress=tell
        )
        made = found.checkpoint
        is_same = torch.equal(made.weights[variant], model.weights) and torch.equal(
            made.bias[variant], model.bias
        )
        # Of this variant alone: sixteen would be 77 MB.
        own = slice(variant, variant + 1)
        pushes = found.pushes[own].clone()
        shared = found.bias_pushes is found.pushes
        alone = replace(
            found,
            pushes=pushes,
            bias_pushes=pushes if shared else found.bias_pushes[own].clone(),
            of_start=found.of_start[own].clone(),
            start=found.start[own].clone(),
        )
        return _Traced(alone, is_same)

    found: _Traced | None = computed(
        ("attribution", *model.key()),
        work,
        label=_("Trace these logits to the training pictures"),
        doing=_("Making the run's steps again …"),
        key=f"{key}_trace",
    )
    return found


def _class_control(asked: _Asked, state: PageState) -> int:
    """Draw the choice of the logit; return its class."""
    predicted = int(asked.logits.argmax())
    chosen = st.selectbox(
        _("Logit of"),
        range(-1, len(asked.names)),
        key="logit",
        format_func=lambda k: (
            _("the predicted class, {name}", name=asked.names[predicted])
            if k < 0
            else asked.names[k]
        ),
        width=320,
    )
    del chosen  # the setting is read where it is checked
    k = int(state.value("logit"))
    return k if 0 <= k < len(asked.names) else predicted


def _sum(asked: _Asked, parts: Contributions, chosen: torch.Tensor, k: int) -> None:
    """Say what the logit consists of, and how many pictures make half of it."""
    added, taken = float(chosen.clamp(min=0).sum()), float(chosen.clamp(max=0).sum())
    start = float(parts.of_start[k])
    half, count = pictures_for_half(chosen), int((chosen != 0).sum())
    st.markdown(
        _(
            "o({name}) = **{logit}** = {added} − {taken} {start}: what speaks for it, what "
            "speaks against it, and what is left of the initial weights. The sum differs from the "
            "model's logit by {error}, which is rounding.",
            name=as_markdown(asked.names[k]),
            logit=written(float(parts.logits[k])),
            added=written(added),
            taken=written(-taken),
            start=f"{'−' if start < 0 else '+'} {written(abs(start))}",
            error=f"{abs(float(parts.logits[k] - asked.logits[k])):.1e}",
        )
    )
    if not count:
        return
    said = _(
        "**{half} of {count} pictures** ({percent}), the largest by their size, whatever their "
        "sign, make half of all that is added and taken away.",
        half=f"{half:,}",
        count=f"{count:,}",
        percent=f"{half / count:.1%}",
    )
    if half > _DOZENS:
        said = _("{first} {second}", first=said, second=_("No handful of them decided it."))
    st.markdown(said)


def _classes(asked: _Asked, chosen: torch.Tensor, k: int) -> None:
    """Draw what the training pictures of each class add to the logit together."""
    labels = cache.dataset_of(asked.model.run.data).train.labels
    shares = shares_of_classes(chosen, labels, len(asked.names))
    live_figure(
        shares_figure(shares.numpy(), asked.names, x_title=_("added to the logit")),
        key=f"{asked.key}_classes",
        alt=_(
            "What the training pictures of each class add to o({name}): {classes}.",
            name=asked.names[k],
            classes=enumerated(
                f"{name} {_number(value)}"
                for name, value in zip(asked.names, shares.tolist(), strict=True)
            ),
        ),
        height=330,
    )
    name = as_markdown(asked.names[k])
    st.caption(_("What the training pictures of each class add to o({name}).", name=name))


def _strongest(asked: _Asked, chosen: torch.Tensor, k: int) -> None:
    """Draw the training pictures that speak most for the logit, and most against it."""
    train = cache.dataset_of(asked.model.run.data).train
    for positions, title, word in zip(
        strongest(chosen, _MOST),
        (
            _("The strongest for o({name})", name=asked.names[k]),
            _("The strongest against o({name})", name=asked.names[k]),
        ),
        ("for", "against"),
        strict=True,
    ):
        marked = torch.zeros(len(chosen), dtype=torch.bool)
        marked[positions] = True
        st.caption(
            _(
                "{title}: together {share} of all that is added and taken away",
                title=as_markdown(title),
                share=f"{share_of(chosen, marked):.2%}",
            )
        )
        pictures = []
        for position in positions.tolist():
            only = torch.zeros(len(chosen), dtype=torch.bool)
            only[position] = True
            name = asked.names[int(train.labels[position])]
            note = f"{_number(float(chosen[position]))}\n{share_of(chosen, only):.3%}"
            pictures.append(
                Picture(
                    grey_picture(train.images[position].numpy()),
                    _(
                        "Training picture {position}, {name}: {note}",
                        position=position,
                        name=name,
                        note=note.replace("\n", ", "),
                    ),
                    f"{name}\n{note}",
                )
            )
        picture_grid(pictures, key=f"{asked.key}_{word}", label=title, size=84)


@st.cache_resource(show_spinner=False, max_entries=8, hash_funcs={Model: Model.key})
def _suspects(model: Model) -> torch.Tensor:
    """Return which training pictures have labels that are likely wrong, bool (N,)."""
    labels = cache.dataset_of(model.run.data).train.labels
    found = likely_wrong_labels(model.logits("train"), labels, len(labels))
    marked = torch.zeros(len(labels), dtype=torch.bool)
    marked[found.pictures] = True
    return marked


def _said_of_suspects(suspects: torch.Tensor, chosen: torch.Tensor) -> None:
    """Say how much of the logit comes from pictures whose labels are suspected to be wrong."""
    count = int(suspects.sum())
    st.markdown(
        ngettext(
            "One training picture has a label that is suspected to be wrong (confident learning): "
            "{part} of the pictures, {share} of all that is added and taken away.",
            "{count} training pictures have labels that are suspected to be wrong (confident "
            "learning): {part} of the pictures, {share} of all that is added and taken away.",
            count,
            count=f"{count:,}",
            part=f"{count / len(suspects):.1%}",
            share=f"{share_of(chosen, suspects):.1%}",
        )
    )


def _what_if(
    asked: _Asked,
    parts: Contributions,
    chosen: torch.Tensor,
    k: int,
    suspects: torch.Tensor,
    state: PageState,
) -> None:
    """Draw what would be without some pictures: what the sum says, and what a training does."""
    st.markdown("**" + _("What if some of these pictures had not been there?") + "**")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        st.segmented_control(
            _("Without"),
            ("strongest", "class", "suspects"),
            key="without",
            required=True,
            width="content",
            format_func=_without_name,
        )
        which = state.value("without")
        if which == "class":
            st.selectbox(
                _("The class left out"),
                range(len(asked.names)),
                key="left_out",
                format_func=lambda index: asked.names[index],
                width=220,
            )
    left_out = _left_out(asked, chosen, which, suspects, state)
    count = int(left_out.sum())
    found = _retrained(asked.model, left_out, count, asked.key)
    if found is None:
        return
    _compare(asked, parts, left_out, k, found)


def _left_out(
    asked: _Asked, chosen: torch.Tensor, which: str, suspects: torch.Tensor, state: PageState
) -> torch.Tensor:
    """Return which training pictures are left out, bool (N,)."""
    if which == "suspects":
        return suspects
    if which == "class":
        index = min(int(state.value("left_out")), len(asked.names) - 1)
        return cache.dataset_of(asked.model.run.data).train.labels == index
    marked = torch.zeros(len(chosen), dtype=torch.bool)
    marked[strongest(chosen, max(len(chosen) // _STRONGEST, 1))[0]] = True
    return marked


def _retrained(
    model: Model, left_out: torch.Tensor, count: int, key: str
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """Have the run trained without some pictures; return W and b, or None until that is done."""
    run, variant = model.run, model.variant
    changes, data = store().rate_changes(run.id), cache.dataset_of(run.data)
    digest = hashlib.sha256(left_out.numpy().tobytes()).hexdigest()[:16]

    def work(tell: Tell) -> tuple[torch.Tensor, torch.Tensor]:
        made = retrain_without(
            run.experiment,
            data,
            left_out,
            rate_changes=changes,
            until=model.step,
            on_progress=tell,
        )
        return made.weights[variant].clone(), made.bias[variant].clone()

    found: tuple[torch.Tensor, torch.Tensor] | None = computed(
        ("without", *model.key(), digest),
        work,
        label=ngettext(
            "Train again without this picture",
            "Train again without these {count} pictures",
            count,
            count=f"{count:,}",
        ),
        doing=_("Training without them …"),
        key=f"{key}_retrain",
    )
    return found


def _compare(
    asked: _Asked,
    parts: Contributions,
    left_out: torch.Tensor,
    k: int,
    retrained: tuple[torch.Tensor, torch.Tensor],
) -> None:
    """Draw the logits as they are, as the sum has them without the pictures, and retrained."""
    weights, bias = retrained
    before, forecast = asked.logits.double(), parts.without(left_out)
    after = (asked.features @ weights.T + bias).double()
    columns = (before, forecast, after)
    taken = [int(logits.argmax()) for logits in columns]
    p_before, p_after = softmax(before), softmax(after)
    number_table(
        _("With all pictures, by the sum without them, and trained without them"),
        [_("Class"), "o", _("o by the sum"), _("o retrained"), "p", _("p retrained")],
        [
            [
                name,
                *(_number(float(logits[index])) for logits in columns),
                written(float(p_before[index])),
                written(float(p_after[index])),
            ]
            for index, name in enumerate(asked.names)
        ],
        strong=[k],
    )
    shown = [as_markdown(name) for name in asked.names]
    names = [shown[index] for index in taken]
    given = {"now": names[0], "forecast": names[1], "retrained": names[2]}
    said = (
        _(
            "It is {true}. The model says {now}; by the sum without them it would say "
            "{forecast}; trained without them it says {retrained}.",
            true=shown[asked.label],
            **given,
        )
        if asked.label is not None
        else _(
            "The model says {now}; by the sum without them it would say {forecast}; trained "
            "without them it says {retrained}.",
            **given,
        )
    )
    st.markdown(said)
    st.caption(
        _(
            "For o({name}) the sum goes from {now} to {forecast}, the training to {retrained}: "
            "they are {apart} apart. The sum says what these pictures have added in the training "
            "that was. Without them every later step is another one: the model makes the mistakes "
            "that they had corrected, so the other pictures push harder in their place. A sum is "
            "no forecast of a retraining.",
            name=shown[k],
            now=_number(float(before[k])),
            forecast=_number(float(forecast[k])),
            retrained=_number(float(after[k])),
            apart=written(abs(float(forecast[k] - after[k]))),
        )
    )


def _number(value: float) -> str:
    """Write a number with a real minus sign.

    >>> _number(-0.5), _number(2.0)
    ('−0.5000', '2.0000')
    """
    return written(value).replace("-", "−", 1) if value < 0 else written(value)

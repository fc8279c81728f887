"""Which pictures are trained on: a button that says it, and the panel that it unfolds."""

from __future__ import annotations

from typing import Final

import streamlit as st

from softmax_core.data import FASHION_MNIST, Description
from softmax_core.data.named import SETS, WORDS, Word, title_of
from softmax_core.errors import DataNotFound, DatasetMissing
from softmax_core.folders import data_folder
from softmax_ui.addresses.pictures import FASHION, FEWEST_CLASSES, is_word
from softmax_ui.addresses.state import PageState
from softmax_ui.cache import collection
from softmax_ui.components.arrival import arrival_at, reveal
from softmax_ui.components.picture_grid import Picture, chosen_in, picture_grid
from softmax_ui.notices import quoted, sentence
from softmax_ui.screens.training.bringing import fetch, follow, show_bringing, show_failed_fetch
from softmax_ui.screens.training.chosen import Chosen, shown_run_id
from softmax_ui.screens.training.class_samples import class_samples
from softmax_ui.screens.training.look import own_set, show_deleted, show_look, titles_of
from softmax_ui.sharing import is_shared
from softmax_ui.steering import attempt, may_start, owner
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import class_words
from softmax_ui.text import _, enumerated
from softmax_ui.text.lines import one_line

_OPEN: Final = "pictures_open"
"""The run that was shown when the panel was unfolded, so that the next one finds it folded."""
_ADD: Final = "add"
_SHOES: Final = (7, 5, 9)
_TOPS: Final = (0, 2, 6)
_TWO: Final = (1, 3)
_IN_A_ROW: Final = 58


def pictures_button(pictures: PageState, chosen: Chosen) -> None:
    """Draw the button that says which pictures are trained on, and unfolds their panel."""
    st.button(
        _("Pictures: {name}", name=as_markdown(_named(chosen))),
        key="pictures_button",
        icon=":material/photo_library:",
        on_click=_toggle,
        args=(pictures, is_open(pictures, chosen)),
    )


def _named(chosen: Chosen) -> str:
    """Return what is trained on in few words."""
    if chosen.whole is None:
        return _("not here")
    name = one_line(chosen.whole.name)
    if chosen.data is None or chosen.data == chosen.whole:
        return name
    learned, all_of_it = len(chosen.data.class_names), len(chosen.whole.class_names)
    return _("{name}, {n} of {all} classes", name=name, n=learned, all=all_of_it)


def is_open(pictures: PageState, chosen: Chosen) -> bool:
    """Tell whether the panel is unfolded, as it is where a link's pictures are not here."""
    is_asked = st.session_state.get(_OPEN) == shown_run_id() or pictures.value("bring")
    return is_asked or isinstance(chosen.error, DatasetMissing)


def show_panel(pictures: PageState, chosen: Chosen) -> None:
    """Draw the panel: the choice, its classes, and the way to bring one's own."""
    # As it was opened, by a link too, it stays until it is closed, or until a run starts.
    st.session_state[_OPEN] = shown_run_id()
    with st.container(border=True, key="pictures_panel", gap="small"):
        st.subheader(_("Pictures to learn from"), anchor=False)
        arrival_at("pictures", "pictures_panel", takes_focus=False)
        show_deleted(pictures)
        adding = _show_sets(pictures, chosen)
        if isinstance(chosen.error, DatasetMissing):
            _say_missing(chosen.error)
        elif chosen.error is not None and not isinstance(chosen.error, DataNotFound):
            st.error(sentence(chosen.error), icon=":material/error:")
        if adding or isinstance(chosen.error, DatasetMissing):
            if may_start():
                show_bringing(pictures)
            return
        if follow(pictures):
            return
        if isinstance(chosen.error, DataNotFound):
            _show_fetching(pictures.value("pictures"))
        elif chosen.whole is not None:
            _show_classes(pictures, chosen.whole)
            kept = own_set(chosen.whole)
            if kept is not None:
                show_look(kept, pictures)


def _toggle(pictures: PageState, was_open: bool) -> None:
    st.session_state[_OPEN] = None if was_open else shown_run_id()
    if was_open:
        pictures.apply(bring=False)
    else:
        reveal("pictures")


# -- which set -------------------------------------------------------------------------------------


def _show_sets(pictures: PageState, chosen: Chosen) -> bool:
    """Draw the data sets to choose from; return whether one of one's own is to be added."""
    brought = [kept.data for kept in collection().listed(owner())]
    asked = pictures.value("pictures")
    published = {str(word): title_of(word) for word in WORDS}
    listed = {*published, *(each.digest for each in brought)}
    if asked not in listed and chosen.whole is not None:
        brought.append(chosen.whole)  # somebody else's, by a link
    adding = _("Add your own …")
    names = titles_of(brought, {*published.values(), adding})
    titles = published | names | {_ADD: adding}
    now = _ADD if pictures.value("bring") else asked
    st.session_state["pictures_set"] = now if now in titles else None
    st.pills(
        _("Which pictures"),
        list(titles),
        format_func=lambda code: as_markdown(titles.get(str(code), str(code))),
        key="pictures_set",
        on_change=_take_set,
        args=(pictures,),
        label_visibility="collapsed",
    )
    return now == _ADD


def _take_set(pictures: PageState) -> None:
    code = st.session_state["pictures_set"]
    pictures.apply(bring=code == _ADD)
    if code is None or code == _ADD:
        return
    known = collection().find(code, owner()) if not is_word(code) else None
    pictures.apply(pictures=code, classes=(), called=known.name if known else "")


def _say_missing(error: DatasetMissing) -> None:
    st.warning(sentence(error), icon=":material/image_not_supported:")


# -- published ones that are not here --------------------------------------------------------------


def _show_fetching(word: Word) -> None:
    """Offer to fetch a published data set, and say what to do without a network."""
    title = title_of(word)
    if word == FASHION:
        st.info(_("Fashion-MNIST is fetched on the home page."), icon=":material/download:")
        return
    show_failed_fetch(word)
    named = SETS[word]
    size = sum(length for _md5, length in named.archives.values())
    st.button(
        _("Fetch {title} ({megabytes} MB)", title=title, megabytes=f"{size / 1e6:.0f}"),
        key="fetch_set",
        type="primary",
        icon=":material/download:",
        disabled=not may_start(),
        on_click=attempt,
        args=(fetch, word),
    )
    # Where it lies is told to whoever sits at the machine; of a server it is nobody's affair.
    folder = "SOFTMAX_DATA" if is_shared() else str(data_folder())
    st.caption(
        _(
            "Where the network does not reach, put its files ({files}) into {folder}, below "
            "{kind}/raw, and open the page again.",
            files=enumerated(quoted(name) for name in named.files),
            folder=quoted(folder, 200),
            kind=quoted(named.kind),
        )
    )


# -- classes ---------------------------------------------------------------------------------------


def _show_classes(pictures: PageState, whole: Description) -> None:
    """Draw the classes of a data set to choose from: none framed stands for all."""
    try:
        samples = class_samples(whole)
    except DataNotFound as error:
        st.warning(sentence(error), icon=":material/image:")
        return
    names = class_words(whole.class_names)
    framed = [index for index in pictures.value("classes") if index < len(names)]
    if not framed:
        said = _("All {n} classes. Choose two or more to train on those alone.", n=len(names))
    elif len(framed) < FEWEST_CLASSES:
        said = _("One class is chosen: choose at least one more to tell it from.")
    else:
        said = _("{n} of {all} classes are chosen.", n=len(framed), all=len(names))
    st.caption(said)
    picture_grid(
        [
            Picture(
                sample.source,
                _("Pictures of the class {name}", name=name),
                f"{name}\n{sample.train:,} + {sample.test:,}",
            )
            for sample, name in zip(samples, names, strict=True)
        ],
        key="set_classes",
        label=_("Classes to learn"),
        size=_IN_A_ROW,
        chosen=framed,
        on_choose=lambda: _choose_class(pictures, len(names)),
    )
    with st.container(horizontal=True, gap="small"):
        if framed:
            _classes_button(pictures, _("All classes"), ())
        if whole.digest == FASHION_MNIST.digest:
            for classes in (_SHOES, _TOPS, _TWO):
                words = [names[index] for index in classes]
                _classes_button(pictures, _against(words), classes)


def _against(names: list[str]) -> str:
    if len(names) == 2:
        return _("{first} or {second}?", first=names[0], second=names[1])
    return _("{first}, {second} or {third}?", first=names[0], second=names[1], third=names[2])


def _classes_button(pictures: PageState, label: str, classes: tuple[int, ...]) -> None:
    st.button(
        label,
        key=f"classes_{'_'.join(map(str, classes)) or 'all'}",
        type="tertiary",
        on_click=lambda: pictures.apply(classes=classes),
    )


def _choose_class(pictures: PageState, count: int) -> None:
    position = chosen_in("set_classes", count)
    if position is None:
        return
    framed = list(pictures.value("classes"))
    if position in framed:
        framed.remove(position)
    else:
        framed.append(position)
    pictures.apply(classes=tuple(framed))

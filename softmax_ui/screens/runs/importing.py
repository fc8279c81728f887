"""Import of an experiment from a file, checked field by field."""

from __future__ import annotations

import streamlit as st

from softmax_core.data import FASHION_MNIST
from softmax_core.errors import DataError, InvalidExperiment
from softmax_core.runs.exporting import read_experiment
from softmax_ui import cache
from softmax_ui.addresses.training import experiment_query
from softmax_ui.notices import quoted, say_lost, sentence
from softmax_ui.page import page_link
from softmax_ui.pages import TRAINING
from softmax_ui.streamlit_inside.markdown import as_markdown
from softmax_ui.terms import data_line, settings_line
from softmax_ui.text import _, enumerated
from softmax_ui.text.lines import one_line, plain


def experiment_import() -> None:
    """Take a file and link to the dashboard with its settings; no run is started."""
    with st.expander(_("Import an experiment"), icon=":material/upload_file:"):
        given = st.file_uploader(
            _("A JSON file that this app exported"), type="json", key="file", max_upload_size=1
        )
        if given is None:
            say_lost("file")
            return
        try:
            described = read_experiment(given.getvalue())
        except InvalidExperiment as error:
            st.error(sentence(error), icon=":material/error:")
            return
        names = enumerated(quoted(variant.name) for variant in described.experiment.variants)
        if described.name:
            st.markdown(f"**{as_markdown(one_line(described.name))}**")
        st.markdown(f"{settings_line(described.experiment)} · {names}")
        if described.data.digest != FASHION_MNIST.digest:
            st.caption(as_markdown(data_line(described.data)))
            try:
                cache.dataset_of(described.data)
            except DataError as missing:
                st.warning(sentence(missing), icon=":material/image_not_supported:")
                return
        if described.note:
            st.text(plain(described.note))
        if described.forks:
            fork = described.forks[-1]
            st.caption(
                _(
                    "The run of this file went on from step {step} of run {run}. Its settings "
                    "alone, trained from the start, give another result.",
                    step=f"{fork.step:,}",
                    run=quoted(fork.parent),
                )
            )
        page_link(
            TRAINING,
            _("Open in the dashboard with these settings"),
            icon=":material/monitoring:",
            query=experiment_query(
                described.experiment,
                described.data,
                is_kept=cache.collection().find(described.data.digest) is not None,
            ),
        )

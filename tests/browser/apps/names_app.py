"""Each hostile name in the places that read Markdown, and as the page's other text."""

import streamlit as st

from softmax_ui.notices import quoted
from softmax_ui.streamlit_inside.markdown import as_markdown
from tests.browser.names import HOSTILE

for place, name in enumerate(HOSTILE):
    with st.container(key=f"sentence{place}"):
        st.markdown(f"**Deleted:** {as_markdown(name)}.")
    with st.container(key=f"alone{place}"):
        st.markdown(as_markdown(name))
    with st.container(key=f"heading{place}"):
        st.subheader(as_markdown(name), anchor=False)
    with st.container(key=f"label{place}"):
        st.button(as_markdown(name), key=f"button{place}")
    with st.container(key=f"quoted{place}"):
        st.info(quoted(name))

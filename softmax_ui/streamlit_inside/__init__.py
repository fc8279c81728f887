"""All that depends on what Streamlit does not promise; nothing outside of here may depend on it.

docs/streamlit-inside.md lists each touchpoint, why it is needed and how it shows when Streamlit
changes it; tests/ui/streamlit_inside holds each with a test that names it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

STREAMLIT_CSS: Final = Path(__file__).parent / "streamlit.css"
"""Every rule of ours that names an element of Streamlit's own."""

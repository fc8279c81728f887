"""The few words that Streamlit itself says on our pages; it knows no language but English."""

from __future__ import annotations

from softmax_ui.text import _


def streamlit_words() -> dict[str, str]:
    """Return each of Streamlit's own words beside what it is in the reader's language."""
    return {
        "Skip to main content": _("Skip to main content"),
        "Main menu": _("Main menu"),
        "Close": _("Close"),
        "Open": _("Open"),
        "Search": _("Search"),
        "Fullscreen": _("Fullscreen"),
        "Close fullscreen": _("Close fullscreen"),
        "Show/hide columns": _("Show/hide columns"),
        "Download as CSV": _("Download as CSV"),
        "Copy to clipboard": _("Copy to clipboard"),
        "Copied": _("Copied"),
        "Decrement": _("Decrement"),
        "Increment": _("Increment"),
        "Clear value": _("Clear value"),
        "Clear all": _("Clear all"),
        "Select all": _("Select all"),
        "Selected values": _("Selected values"),
        "No results": _("No results"),
        "Choose an option": _("Choose an option"),
        "Choose options": _("Choose options"),
        "Upload": _("Upload"),
        "Browse files": _("Browse files"),
        "file upload": _("file upload"),
        "{size} per file": _("{size} per file", size="{size}"),
        "File must be {size} MB or smaller.": _(
            "Not taken: a file may have at most {size} MB. Save it smaller.", size="{size}"
        ),
        "Files are not allowed.": _("Not taken: a file of this kind is not read here."),
        "Drag and drop file here": _("Drag and drop file here"),
        "Link to heading": _("Link to heading"),
        "Copy link to heading": _("Copy link to heading"),
        "Help for": _("Help for"),
        "Scroll tabs left": _("Scroll tabs left"),
        "Scroll tabs right": _("Scroll tabs right"),
        "Notifications": _("Notifications"),
        "progress": _("progress"),
        "Running...": _("Running …"),
    }

"""The few words that Streamlit itself says on our pages; it knows no language but English.

Where it speaks to whoever programs an app ("streamlit run yourscript.py"), a reader is told instead
what happened and what to do, in English too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

Translate = Callable[..., str]


def streamlit_words(_: Translate) -> Mapping[str, str]:
    """Return each of Streamlit's own phrases beside its translation.

    Args:
        _: translates a message (`softmax_ui.text`, which itself stands on this package).
    """
    return {**_controls(_), **_trouble(_)}


def _controls(_: Translate) -> dict[str, str]:
    return {
        "Skip to main content": _("Skip to main content"),
        "Main menu": _("Main menu"),
        "Close": _("Close"),
        "Open": _("Open"),
        "Search": _("Search"),
        "Fullscreen": _("Fullscreen"),
        "Close fullscreen": _("Close fullscreen"),
        "Show/hide columns": _("Show/hide columns"),
        "Copy to clipboard": _("Copy to clipboard"),
        "Copied": _("Copied"),
        "Clear value": _("Clear value"),
        "Clear all": _("Clear all"),
        "Select all": _("Select all"),
        "Selected values": _("Selected values"),
        "Remove {name}": _("Remove {name}", name="{name}"),
        "No results": _("No results"),
        "Choose an option": _("Choose an option"),
        "Choose options": _("Choose options"),
        "Upload": _("Upload"),
        "file upload": _("file upload"),
        "{size} per file": _("{size} per file", size="{size}"),
        "File must be {size} MB or smaller.": _(
            "Not taken: a file may have at most {size} MB. Save it smaller.", size="{size}"
        ),
        "Files are not allowed.": _("Not taken: a file of this kind is not read here."),
        "Drag and drop file here": _("Drag and drop file here"),
        "Take Photo": _("Take the photograph"),
        "Clear photo": _("Clear the photograph"),
        "Switch camera": _("Switch camera"),
        "This app would like to use your camera.": _("The browser asks whether to use the camera."),
        "Learn how to allow access.": _("How to allow it"),
        "Link to heading": _("Link to heading"),
        "Help for": _("Help for"),
        "Scroll tabs left": _("Scroll tabs left"),
        "Scroll tabs right": _("Scroll tabs right"),
        "Notifications": _("Notifications"),
        "Pagination": _("Pagination"),
        "Previous page": _("Previous page"),
        "Next page": _("Next page"),
        "Page {n}": _("Page {n}", n="{n}"),
        "progress": _("progress"),
        "Running...": _("Running …"),
    }


def _trouble(_: Translate) -> dict[str, str]:
    elsewhere = _(
        "The server does not answer: it was stopped, or the network is gone. Nothing that was "
        "stored is lost. Check your connection, or tell whoever serves this page; it goes on by "
        "itself as soon as the server answers."
    )
    not_arrived = _(
        "The file did not arrive: the server that was taking it has ended, is busy or cannot be "
        "reached. Choose the file again."
    )
    return {
        "Request failed with status code ": not_arrived,
        "Request failed with status code 413": _(
            "Not taken: the file, or all of them together, is larger than this page takes."
        ),
        "Network Error": not_arrived,
        "Connecting": _("Connecting"),
        "Connecting to Streamlit server": _("Connecting to the server"),
        "Error": _("Error"),
        "Unable to connect to Streamlit server": _("The server cannot be reached"),
        "Connection error": _("The server does not answer"),
        "Connection timed out.": elsewhere,
        "Streamlit server is not responding. Are you connected to the internet?": elsewhere,
        "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in "
        "your terminal:": _(
            "It was stopped, or it ended. Nothing that was stored is lost. Start it again in the "
            "project's folder; this page goes on by itself as soon as it answers:"
        ),
        "streamlit run yourscript.py": "make run",
        "Page not found": _("There is no such page"),
        "The page that you have requested does not seem to exist. Running the app's main page.": _(
            "The address leads to no page of this app, so this is the start page. The menu leads "
            "to the others."
        ),
        "This app has encountered an error. The original error message is redacted to prevent data "
        "leaks. Full error details have been recorded in the logs (if you're on Streamlit Cloud, "
        "click on 'Manage app' in the lower right of your app).": _(
            "The program made a mistake here, not you. Reload the page; your runs and what is in "
            "the address are kept. If it comes again, tell whoever serves this app: the details "
            "are in the server's log."
        ),
    }

"""What we use of Streamlit's insides is still there; a failure names the touchpoint that is gone.

docs/streamlit-inside.md says of each what it is for and how its loss shows in the app.
"""

from __future__ import annotations

import gc
import inspect
import re
import weakref
from contextvars import copy_context
from functools import lru_cache
from pathlib import Path
from unittest.mock import Mock

import pytest
from streamlit import runtime
from streamlit.elements import exception
from streamlit.elements.widgets import camera_input, file_uploader
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests
from streamlit.runtime.scriptrunner_utils.script_run_context import (
    RunLocation,
    ScriptRunContext,
    ThreadState,
)
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
from streamlit.web.server.app_discovery import discover_asgi_app

from softmax_ui.streamlit_inside import STREAMLIT_CSS
from softmax_ui.streamlit_inside.built import BUILT, HIGHLIGHTER, WIDGETS, scripts
from softmax_ui.streamlit_inside.callbacks import _after_callbacks
from softmax_ui.streamlit_inside.sessions import forget_expired
from softmax_ui.streamlit_inside.words import streamlit_words

ROOT = Path(__file__).parents[3]
SEAM = STREAMLIT_CSS.parent

# Streamlit puts these together out of a kind or a value; what stands in its code is the beginning.
COMPOSED = {
    "stBaseButton": "`stBaseButton-${",
    "{size} per file": " per file`",
    "File must be {size} MB or smaller.": "`File must be ${",
    "Page {n}": "`Page ${",
    "Remove {name}": "`Remove ${",
    "Files are not allowed.": " files are not allowed.`",
    "Request failed with status code 413": "`Request failed with status code `",
    "Drag and drop file here": "`Drag and drop ${",
    "The page that you have requested does not seem to exist. Running the app's main page.": (
        ". Running the app's main page.`"
    ),
}


def named_elements() -> list[str]:
    used = "".join(path.read_text(encoding="utf-8") for path in SEAM.iterdir() if path.is_file())
    return sorted(set(re.findall(r"data-testid\^?=\"?(st[A-Za-z]+(?:-NavLink)?)", used)))


@lru_cache(maxsize=1)
def built() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in BUILT.glob("*.js"))


def is_built(text: str) -> bool:
    marks = ("`{}`", '"{}"', "'{}'", "`{} ")
    return any(mark.format(text) in built() for mark in marks)


@pytest.mark.parametrize("test_id", named_elements())
def test_an_element_that_we_style_or_look_for_has_its_test_id(test_id: str) -> None:
    assert is_built(test_id) or COMPOSED.get(test_id, "no such text") in built(), (
        f"Streamlit has no element with the test id {test_id} any more: the rules and modules in "
        "softmax_ui/streamlit_inside that name it have no effect."
    )


def test_the_button_of_a_table_that_writes_csv_has_the_label_that_we_hide() -> None:
    labels = re.findall(r'aria-label\^="([^"]+)"', STREAMLIT_CSS.read_text(encoding="utf-8"))
    assert labels == ["Download as CSV"]
    assert is_built(labels[0]), (
        "Streamlit's button that writes a table as CSV is called otherwise now, and is shown: in a "
        "spreadsheet its file may hold a name as a formula (streamlit_inside/streamlit.css)."
    )
    assert labels[0] not in streamlit_words(lambda message, **_given: message)


def test_the_root_element_says_how_the_connection_stands() -> None:
    assert all(map(is_built, ("data-test-connection-state", "CONNECTED"))), (
        "Streamlit's root element does not say how the connection stands: a page is not run when "
        "its server was started anew, and the first click does nothing (connection.js)."
    )


@pytest.mark.parametrize("phrase", sorted(streamlit_words(lambda message, **_given: message)))
def test_a_phrase_that_we_translate_is_one_that_streamlit_says(phrase: str) -> None:
    said = re.sub(r'"\s*"', "", Path(str(exception.__file__)).read_text(encoding="utf-8"))
    assert is_built(phrase) or COMPOSED.get(phrase, phrase) in built() + said, (
        f"Streamlit does not say {phrase!r} any more: find what it says instead, or remove the "
        "phrase from softmax_ui/streamlit_inside/words.py."
    )


def test_each_widget_has_one_script_of_its_own() -> None:
    assert [name.split(".")[0] for name in scripts(*WIDGETS)] == list(WIDGETS), (
        "Streamlit builds its widgets into other files: what is fetched ahead "
        "(softmax_ui/streamlit_inside/built.py) comes late, and grey bars stand in their places."
    )
    assert [name.split(".")[0] for name in scripts(HIGHLIGHTER)] == [HIGHLIGHTER]


def test_a_script_run_knows_its_page_its_query_and_its_main_script() -> None:
    fields = set(ScriptRunContext.__dataclass_fields__) | set(dir(ScriptRunContext))
    assert {"query_string", "main_script_path", "page_script_hash"} <= fields, (
        "Streamlit's script run context has other fields: softmax_ui/streamlit_inside/script_run.py"
        " can tell neither the page nor its query."
    )


def test_a_lost_session_is_forgotten_when_its_time_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    manager = WebsocketSessionManager(storage, *[Mock()] * 3)
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(
        runtime, "get_instance", lambda: Mock(spec=["_session_mgr"], _session_mgr=manager)
    )
    kept = Mock()
    storage.save(kept)
    lost = weakref.ref(kept)
    del kept
    gc.collect()
    assert lost(), "Streamlit forgets lost sessions by itself: sessions.py is not needed any more."
    forget_expired()
    gc.collect()
    assert not lost(), (
        "Streamlit keeps lost sessions somewhere else: what a class leaves behind stays in memory."
    )
    assert "self._session_mgr =" in inspect.getsource(runtime.Runtime)


def test_a_rerun_is_made_by_the_thread_that_draws_the_page_and_never_beside_it() -> None:
    drawing = Mock(spec=ScriptRunner)
    session = Mock(spec=AppSession, _scriptrunner=drawing, _client_state=ClientState(), _state=None)
    AppSession.request_rerun(session, ClientState(query_string="o=1,2,3"))
    asked = [call[0] for call in drawing.method_calls]
    assert asked == ["request_rerun"], (
        "Two threads run the page of one session, each with a lock of its own over the session's "
        "values: now and then a page shows 'dictionary changed size during iteration'. Is "
        "`fastReruns = false` still in .streamlit/config.toml, and does Streamlit still read it?"
    )


def test_the_home_page_is_found_to_hold_the_server() -> None:
    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app", (
        "`streamlit run app.py` no longer takes `app` in app.py for the server: our routes are not "
        "served, and runs are not stored when the server ends."
    )


def test_a_callback_is_known_as_one_where_a_run_may_be_ended() -> None:
    asked = inspect.getsource(ScriptRunner._maybe_handle_execution_control_request)
    assert "self._requests.on_scriptrunner_yield()" in asked, (
        "Streamlit asks otherwise whether a run is to end: a double click ends a callback."
    )
    requests = ScriptRequests()
    requests.request_stop()

    def ask() -> None:
        ThreadState.initialize()
        with ThreadState.scoped(run_location=RunLocation.CALLBACK):
            assert _after_callbacks(requests) is None
        assert _after_callbacks(requests) == requests.on_scriptrunner_yield()

    copy_context().run(ask)


def test_uploads_are_kept_where_they_are_counted() -> None:
    manager = MemoryUploadedFileManager("/upload")
    manager.add_file("session", UploadedFileRec("one", "one.png", "image/png", b"12"))
    assert manager._lock
    assert {name: len(file.data) for name, file in manager.file_storage["session"].items()} == {
        "one": 2
    }, "Streamlit keeps uploads elsewhere: softmax_ui/streamlit_inside/uploads.py bounds nothing."
    for camera_or_file in (camera_input, file_uploader):
        assert "file_uploader_state_value" in inspect.getsource(camera_or_file), (
            "Streamlit has another word for an uploader: every upload is refused."
        )


INSIDES = re.compile(
    r"streamlit\.(runtime|web|elements|proto|delta_generator)|data-testid|static/js/|"
    r"history\.pushState|/dev/fd"
)


def test_nothing_outside_of_the_seam_names_streamlits_insides() -> None:
    ours = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "softmax_ui").rglob("*.*")]
    read = [path for path in ours if path.suffix in (".py", ".js", ".css") and path.is_file()]
    assert len(read) > 150
    found = [
        path.relative_to(ROOT).as_posix()
        for path in read
        if SEAM not in path.parents and INSIDES.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []

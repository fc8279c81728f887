"""A run's records as files: `GET export/<run>/steps.csv`, sent while they are still being made.

Whoever has a run's id may watch it, and so may have its records.
"""

from __future__ import annotations

import asyncio
import threading
import zlib
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from softmax_core.errors import ExportsBusy, RunNotFound, SoftmaxError
from softmax_core.runs.exports import TABLES, Export, Exports, pieces
from softmax_core.runs.run import mark_of
from softmax_ui import cache
from softmax_ui.notices import sentence
from softmax_ui.server.codings import coding_for
from softmax_ui.sharing import is_shared
from softmax_ui.text import as_language, speaking

_HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_WAIT_SECONDS: Final = 0.1  # until a file has grown

_exports: Exports | None = None
_lock: Final = threading.Lock()


def exports() -> Exports:
    """Return the files of the store that is open, one of it a process."""
    global _exports
    store = cache.store()
    with _lock:
        if _exports is None or _exports.store is not store:
            close_exports()
            folder = cache.own_folder() / "exports"
            _exports = Exports(store, per_person=1 if is_shared() else None, folder=folder)
        return _exports


def close_exports() -> None:
    """End what is being made; the files go with it."""
    global _exports
    if _exports is not None:
        _exports.close()
        _exports = None


async def export(request: Request) -> Response:
    """Answer with a table of a run's records, or with a sentence that says why not."""
    table = request.path_params["table"]
    if table not in TABLES:
        return PlainTextResponse("", 404, _HEADERS)
    run_id = request.path_params["run_id"]
    person = request.query_params.get("by", "")[:64]
    try:
        files = await asyncio.to_thread(exports)
        found = await asyncio.to_thread(files.open, run_id, table, person)
    except SoftmaxError as error:
        with speaking(as_language(request.query_params.get("lang")) or "en"):
            said = sentence(error).replace("`", "")
        busy = {"Retry-After": "60"} if isinstance(error, ExportsBusy) else {}
        status = 404 if isinstance(error, RunNotFound) else 503
        return PlainTextResponse(said, status, {**_HEADERS, **busy})
    headers = {
        **_HEADERS,
        "Content-Disposition": f'attachment; filename="{table}-{mark_of(run_id)}.csv"',
        "Vary": "Accept-Encoding",
    }
    packed = coding_for(request.headers.get("accept-encoding", ""), ("gzip",)) == "gzip"
    # To be sent as it is, too: said, or Streamlit's middleware would compress it once more.
    headers["Content-Encoding"] = "gzip" if packed else "identity"
    return StreamingResponse(_follow(files, found, packed), headers=headers, media_type="text/csv")


async def _follow(files: Exports, found: Export, packed: bool) -> AsyncIterator[bytes]:
    """Yield a file as it grows; a reader that goes away ends this, too."""
    unpacked = zlib.decompressobj(wbits=31)
    try:
        for piece in pieces(found):
            if not piece:
                await asyncio.sleep(_WAIT_SECONDS)
            else:
                yield piece if packed else await asyncio.to_thread(unpacked.decompress, piece)
    finally:
        files.leave(found)

"""The process that a crash test kills: the service itself, and a reader of files that come over HTTP.

Whoever tells "done" of a file does so after its commit, as an answer to a webhook does.
"""

import gc
import signal
import socket
import threading
from datetime import UTC, datetime
from multiprocessing.connection import Connection

import httpx
import uvicorn

from market.app import _doors, create_app
from market.database import writing
from market.settings import Settings
from reconciliation.fetching.download import download
from reconciliation.fetching.retrying import Patience, PatientClient
from reconciliation.intake import long_files
from reconciliation.intake.ingest import Incoming, ingest
from reconciliation.intake.raw_store import RawStore
from reconciliation.records import SignatureStatus, SourceChannel

_doors()  # built once for all victims, which are forked from a process that has imported this

LONG_FROM_BYTES = 10_000
"""Longer files are taken in parts, so that a kill meets one half-written."""


def serve(settings: Settings, listener: socket.socket, files: list[str], told: Connection) -> None:
    """Serve webhooks on the listener, take in the files of these addresses, until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    long_files.LONG_FROM_BYTES = LONG_FROM_BYTES
    long_files.PART_FACTS = 50
    app = create_app(settings)
    gc.freeze()
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False))
    reader = threading.Thread(target=_take_files, args=(app, settings, files, told), daemon=True)
    reader.start()
    server.run([listener])


def _take_files(app: object, settings: Settings, files: list[str], told: Connection) -> None:
    engine = app.state.engine  # type: ignore[attr-defined]
    store = RawStore(settings.raw_dir)
    with httpx.Client(timeout=30) as client:
        patient = PatientClient(client, Patience())
        for url in files:
            now = datetime.now(UTC)
            file = Incoming(
                provider="bank_vcb",
                content=download(patient, url, headers={}),
                channel=SourceChannel.FILE,
                received_at=now,
                signature_status=SignatureStatus.NOT_CHECKED,
                name=url.rpartition("/")[2],
            )
            with writing(engine, is_durable=True) as session:
                ingest(session, store, sealer=settings.sealer, incoming=file, now=now)
            told.send(url)

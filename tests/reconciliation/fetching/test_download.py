"""A settlement file is whole or not there: cut, changed and broken downloads are got again."""

import httpx
import pytest

from market.sandbox import SandboxFaults, create_sandbox
from market.sandbox.papers import repr_digest
from reconciliation.errors import FeedRefused, FeedUnreachable
from reconciliation.fetching.download import READS_MAX, download
from reconciliation.fetching.retrying import Patience, PatientClient
from tests.serving import serving

PAPER = bytes(range(256)) * 40


def get(client: httpx.Client, url: str) -> bytes:
    return download(PatientClient(client, Patience(sleep=lambda _: None)), url, headers={})


@pytest.mark.parametrize(
    "faults",
    [
        SandboxFaults(),
        SandboxFaults(drop_every=2, seed=1),
        SandboxFaults(server_error_every=2, too_many_every=3, retry_after_s=0),
        SandboxFaults(truncated_every=2, seed=1),
        SandboxFaults(truncated_every=3, seed=2),
    ],
)
def test_whatever_happens_on_the_way_the_file_is_whole(faults: SandboxFaults) -> None:
    app = create_sandbox({}, faults, papers={"a.csv": PAPER})
    with serving(app) as url, httpx.Client() as client:
        assert [get(client, f"{url}/files/a.csv") for _ in range(3)] == [PAPER] * 3


def scripted(*answers: httpx.Response) -> tuple[httpx.Client, list[httpx.Request]]:
    seen: list[httpx.Request] = []
    script = iter(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return next(script)

    return httpx.Client(transport=httpx.MockTransport(answer)), seen


def told(status: int, content: bytes, digest_of: bytes = PAPER) -> httpx.Response:
    headers = {"Repr-Digest": repr_digest(digest_of), "ETag": '"one"'}
    return httpx.Response(status, content=content, headers=headers)


def test_the_rest_of_a_cut_file_is_asked_for_from_there_on() -> None:
    client, seen = scripted(told(200, PAPER[:1000]), told(206, PAPER[1000:]))

    assert get(client, "http://files.test/a") == PAPER
    assert seen[1].headers["Range"] == "bytes=1000-"
    assert seen[1].headers["If-Range"] == '"one"'


def test_a_file_that_changed_meanwhile_is_taken_whole() -> None:
    other = b"another file"
    client, _ = scripted(told(200, PAPER[:1000]), told(200, other, other))

    assert get(client, "http://files.test/a") == other


def test_without_a_digest_the_bytes_are_taken_as_they_come() -> None:
    client, _ = scripted(httpx.Response(200, content=PAPER))

    assert get(client, "http://files.test/a") == PAPER


def test_bytes_that_never_have_their_digest_are_refused() -> None:
    client, seen = scripted(*[told(200, b"wrong")] * READS_MAX)

    with pytest.raises(FeedUnreachable, match="digest"):
        get(client, "http://files.test/a")
    assert len(seen) == READS_MAX


def test_a_file_that_is_not_there_is_refused_at_once() -> None:
    client, seen = scripted(httpx.Response(404))

    with pytest.raises(FeedRefused):
        get(client, "http://files.test/a")
    assert len(seen) == 1

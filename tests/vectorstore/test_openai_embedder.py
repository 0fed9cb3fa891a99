"""The OpenAI embedder against a real server on loopback, well-behaved and not."""

from __future__ import annotations

import json
import traceback
from collections.abc import Iterator

import numpy as np
import pytest

from tests.fakes.model_server import DIMENSIONS, ModelServer, Reply, model_server
from vectorstore.embedding import Embedder, open_embedder
from vectorstore.errors import EmbedderError
from vectorstore.openai_embedder import BATCH, RETRIES, OpenAIEmbedder

KEY = "a-most-secret-key-0123456789"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def embedder(server: ModelServer) -> Iterator[Embedder]:
    opened = open_embedder("openai:scripted", api_key=KEY, base_url=server.url)
    assert isinstance(opened, OpenAIEmbedder)
    yield opened
    opened._client.close()


def failure(embedder: Embedder, texts: list[str] | None = None) -> EmbedderError:
    """Embed, expecting an error that shows the key nowhere, not even in its traceback."""
    with pytest.raises(EmbedderError) as caught:
        embedder.embed(texts or ["some words"])
    shown = "".join(traceback.format_exception(caught.value)) + caught.value.hint
    assert KEY not in shown
    return caught.value


def test_vectors_are_unit_length_and_in_the_order_of_the_texts(embedder: Embedder) -> None:
    texts = ["one cat", "two dogs", "three birds"]
    vectors = embedder.embed(texts)
    assert vectors.shape == (3, DIMENSIONS) == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1)
    for text, vector in zip(texts, vectors, strict=True):
        assert np.allclose(embedder.embed([text])[0], vector)


def test_the_name_a_library_remembers_holds_the_model(embedder: Embedder) -> None:
    assert embedder.name == "openai:scripted"


def test_the_dimensions_of_known_models_are_known_without_a_request(server: ModelServer) -> None:
    assert open_embedder("openai:text-embedding-3-small", api_key=KEY, base_url=server.url).dimensions == 1536
    assert server.requests == []


def test_many_texts_go_in_batches_with_progress(embedder: Embedder, server: ModelServer) -> None:
    assert embedder.dimensions == DIMENSIONS  # asked for once, ahead of the batches
    server.requests.clear()
    done: list[int] = []
    vectors = embedder.embed([f"text {number}" for number in range(BATCH * 2 + 1)], done.append)
    assert [len(request["input"]) for request in server.requests] == [BATCH, BATCH, 1]
    assert done == [BATCH, BATCH * 2, BATCH * 2 + 1]
    assert len(vectors) == BATCH * 2 + 1


def test_an_empty_text_is_not_sent_empty(embedder: Embedder, server: ModelServer) -> None:
    embedder.embed([""])
    assert server.requests[-1]["input"] == [" "]


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_a_passing_failure_is_retried(embedder: Embedder, server: ModelServer) -> None:
    server.replies = [Reply(500, "{}"), Reply(429, "{}")]
    assert embedder.embed(["some words"]).shape == (1, DIMENSIONS)


def test_a_lasting_failure_is_retried_by_one_layer_only(embedder: Embedder, server: ModelServer) -> None:
    server.replies = [Reply(500, '{"error": {"message": "out of order"}}')] * 50
    error = failure(embedder)
    assert "500" in error.message and "out of order" in error.message
    assert len(server.requests) == RETRIES + 1


def test_a_lasting_refusal_names_the_quota(embedder: Embedder, server: ModelServer) -> None:
    server.replies = [Reply(429, '{"error": {"message": "quota exceeded"}}')] * 50
    error = failure(embedder)
    assert "quota exceeded" in error.message
    assert "kept" in error.hint


def test_a_wrong_key_is_named_but_not_shown(embedder: Embedder, server: ModelServer) -> None:
    server.replies = [Reply(401, '{"error": {"message": "Incorrect API key: {key}"}}')]
    error = failure(embedder)
    assert server.keys == [KEY]
    assert "key" in error.message
    assert "OPENAI_API_KEY" in error.hint


def test_a_redirect_is_not_followed(embedder: Embedder, server: ModelServer) -> None:
    with model_server() as other:
        server.replies = [Reply(307, "{}", headers={"Location": f"{other.url}/embeddings"})]
        assert "307" in failure(embedder).message
        assert other.paths == []


def test_openais_environment_is_none_of_the_servers_business(
    server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-of-mine")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-of-mine")
    open_embedder("openai:scripted", api_key=KEY, base_url=server.url).embed(["some words"])
    assert server.headers and "of-mine" not in str(server.headers)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_an_echoed_key_is_redacted(embedder: Embedder, server: ModelServer, status: int) -> None:
    server.replies = [Reply(status, '{"error": {"message": "no: {key}, Bearer {key}, sk-part...0123"}}')]
    error = failure(embedder)
    assert "[key]" in error.message
    assert "0123" not in error.message


@pytest.mark.parametrize(
    "body",
    [
        "<html>Welcome to the router</html>",
        "",
        "[]",
        "null",
        '{"data": "none"}',
        '{"data": []}',
        '{"data": [{"index": 0}]}',
        '{"data": [{"index": 0, "embedding": []}]}',
        '{"data": [{"index": 0, "embedding": "AAAA"}]}',
        '{"data": [{"index": 0, "embedding": [0, 0]}]}',
        '{"data": [{"index": 0, "embedding": [NaN, 1]}]}',
        '{"data": [{"index": 1, "embedding": [1, 0]}]}',
        '{"data": [{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1]}]}',
        '{"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}',
    ],
)
def test_an_answer_that_is_no_list_of_vectors_is_an_error(embedder: Embedder, server: ModelServer, body: str) -> None:
    server.replies = [Reply(200, body, "text/html" if body.startswith("<") else "application/json")]
    assert "EMBEDDING_BASE_URL" in failure(embedder).hint


def test_vectors_of_another_length_are_an_error(embedder: Embedder, server: ModelServer) -> None:
    assert embedder.dimensions == DIMENSIONS
    server.replies = [Reply(200, json.dumps({"data": [{"index": 0, "embedding": [1.0, 0.0]}]}))]
    assert f"{DIMENSIONS} was expected" in failure(embedder).message


def test_a_server_that_is_not_there_is_an_error(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vectorstore.openai_embedder.RETRIES", 0)
    gone = open_embedder("openai:scripted", api_key=KEY, base_url="http://127.0.0.1:9/v1")
    assert "cannot be reached" in failure(gone).message


def test_without_a_key_or_a_server_it_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with pytest.raises(EmbedderError, match="needs an API key"):
        open_embedder("openai:text-embedding-3-small")


def test_a_server_of_ones_own_needs_no_key(server: ModelServer) -> None:
    opened = open_embedder("openai:scripted", base_url=server.url)
    assert opened.embed(["some words"]).shape == (1, DIMENSIONS)

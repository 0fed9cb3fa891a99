"""Counts tokens offline, with the vocabulary that llama-index ships. Knows no server."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import math
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

_VOCABULARY = "o200k_base"
_VOCABULARY_URL = "https://openaipublic.blob.core.windows.net/encodings/o200k_base.tiktoken"  # the name of its file
_CACHE = "TIKTOKEN_CACHE_DIR"
_SLICE = 20_000  # characters counted at once: the tokenizer's time grows faster than a text without spaces
_BYTES_A_TOKEN = 2.5  # where there is no vocabulary; English has 4 to 5
_loading = threading.Lock()


def count_tokens(text: str) -> int:
    """Count the tokens of a text in the newest vocabulary of OpenAI; other models need a little more."""
    encoding = _encoding()
    if encoding is None:
        return math.ceil(len(text.encode("utf-8", "replace")) / _BYTES_A_TOKEN)
    return sum(len(encoding.encode_ordinary(text[start : start + _SLICE])) for start in range(0, len(text), _SLICE))


@functools.cache
def _encoding() -> tiktoken.Encoding | None:
    """Load the vocabulary; None where its file is missing, since tiktoken would then go and fetch it."""
    core = importlib.util.find_spec("llama_index.core")
    folder = Path(core.origin).parent / "_static" / "tiktoken_cache" if core and core.origin else None
    if not folder or not (folder / hashlib.sha1(_VOCABULARY_URL.encode()).hexdigest()).is_file():
        return None
    import tiktoken

    with _loading:
        before = os.environ.get(_CACHE)
        os.environ[_CACHE] = str(folder)
        try:
            return tiktoken.get_encoding(_VOCABULARY)
        finally:
            if before is None:
                del os.environ[_CACHE]
            else:
                os.environ[_CACHE] = before

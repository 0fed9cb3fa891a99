"""Keeps keys out of the logs of the packages that talk to servers. Knows nothing of what they log otherwise."""

from __future__ import annotations

import logging

from assistant.llm.sieve import REDACTED, is_secret

# A logger's filter sees only what is logged by that very logger, so each is named.
_LOGGERS = (
    *("openai", "openai._base_client", "openai._response", "httpx", "httpx2"),
    *(
        f"{package}.{part}"
        for package in ("httpcore", "httpcore2")
        for part in ("connection", "http11", "http2", "proxy", "socks")
    ),
)


class _WithoutKeys(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self.keys: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        for key in self.keys:
            if key in message:
                message = message.replace(key, REDACTED)
                record.msg, record.args = message, ()
        return True


_filter = _WithoutKeys()


def keep_out_of_logs(key: str) -> None:
    """Have the key taken out of what those packages log from now on, at whatever level: some servers echo it."""
    if is_secret(key):
        _filter.keys.add(key)
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(_filter)  # once, however often it is called

"""The address of a server and the key for it, as they are set. Sends nothing."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from assistant.errors import SettingsError

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"


def host_of(url: str) -> str:
    """Return host and port of a base url; raise SettingsError when it is none."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        plain = not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        usable = plain = False
    if not usable or not plain:
        raise SettingsError(
            "The setting base_url is no plain address of a server.",
            "Write it as http://localhost:11434/v1, with no name, password or key in it.",
        )
    return parts.netloc.lower()


def usable_key(key: str, host: str) -> str:
    """Return a key that a request can carry; raise SettingsError when it is none, or OpenAI's host would need one."""
    if not key and host == OPENAI_HOST:
        raise SettingsError(
            "The model needs an API key.", "Set OPENAI_API_KEY, or FOOTNOTE_BASE_URL for a server of your own."
        )
    if not key.isascii() or not key.isprintable() or " " in key:
        raise SettingsError("The API key has characters that no key has.", "Copy OPENAI_API_KEY anew.")
    return key


def is_this_machine(url: str) -> bool:
    """Tell whether an address is on loopback."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

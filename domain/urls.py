"""Web addresses that people type: what is one, and the form in which Discord takes it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

import idna

from domain.errors import Refusal

_HARMFUL = re.compile(r"[\s<>()\[\]\"`\\|]")
"""What would end a link in a message early, or be part of none."""

_LETTER = re.compile(r"[a-z]")


def web_address(text: str) -> SplitResult | None:
    """The parts of an http or https address that leads somewhere public; None if it is none.

    Its host is a name of at least two labels and comes in lower case and in ASCII: that of
    another script in punycode, in which no letter passes for another one. There is no user name
    and no password, and a port only if it is one.
    """
    try:
        parts = urlsplit(text.strip())
        host, port = _ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host is None or port == 0:
        return None
    if "@" in parts.netloc or not text.strip().isprintable():
        return None
    return parts._replace(netloc=host if port is None else f"{host}:{port}")


def read_url(text: str) -> str:
    """An http or https address without spaces, brackets or a user name, in `web_address`' form."""
    url = text.strip()
    address = web_address(url)
    if address is None or _HARMFUL.search(url):
        raise Refusal("field.link.invalid", text=url)
    return address.geturl()


def _ascii_host(host: str) -> str | None:
    """A host's name in ASCII, or None if it can't be one. Raises ValueError (IDNAError) too."""
    name = idna.encode(host, uts46=True).decode("ascii")
    top = name.rpartition(".")[2]
    # An address of digits alone is a machine's, not a charity's or a platform's.
    return name if "." in name and _LETTER.search(top) else None

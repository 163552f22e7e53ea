"""How much Discord takes of a message, in characters.

(https://discord.com/developers/docs/resources/message, https://discord.com/developers/docs/components/reference)
"""

from __future__ import annotations

MAX_CONTENT = 2000
"""A message's content."""

MAX_TEXTS = 4000
"""All text displays of a layout together."""

MAX_OPTION_LABEL = 100
"""What an option of a select is called."""

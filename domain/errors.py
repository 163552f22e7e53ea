"""The one family of errors whose message is safe to show to a person."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is refused for a reason its author can understand and act on.

    `key` names the sentence in the catalogue, `values` fill its placeholders. Values that a
    person typed are escaped where the sentence is drawn, not here.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class NotAllowed(Refusal):
    """The person lacks what the act needs; the sentence names what is missing."""


class Gone(Refusal):
    """The thing acted upon does not exist (any more), or belongs to another server."""


class SendFailed(Exception):
    """A message could not be sent.

    `permanent` failures (missing permission, deleted channel) are not tried again; `reason` is
    one word for the log and the delivery's row. `retry_after` is in seconds, if Discord named it.
    `unsure`: Discord may have taken it all the same. `lacks` are the names of the permissions that
    the bot lacks in the channel `channel_id`, where that is why and they are known.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        unsure: bool = False,
        lacks: tuple[str, ...] = (),
        channel_id: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.lacks = lacks
        self.channel_id = channel_id
        self.unsure = unsure
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after

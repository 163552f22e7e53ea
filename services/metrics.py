"""What is counted for whoever watches over a running bot: deliveries, and how late they were."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Histogram, start_http_server

from domain.deliveries import DeliveryKind
from locales import language

LATENESS = (0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 6 * 3600, 24 * 3600)
"""Seconds after the due instant, as upper bounds of the histogram's buckets."""


class Metrics:
    """Numbers since the start, in a registry of their own."""

    def __init__(self) -> None:
        say = language(None)
        self.registry = CollectorRegistry()
        self._deliveries = Counter(
            "fanchant_deliveries",
            say("metrics.deliveries"),
            ("kind", "outcome"),
            registry=self.registry,
        )
        self._lateness = Histogram(
            "fanchant_delivery_lateness_seconds",
            say("metrics.lateness"),
            ("kind",),
            buckets=LATENESS,
            registry=self.registry,
        )

    def offer(self, host: str, port: int | None) -> Callable[[], None]:
        """Offer the numbers to Prometheus, nowhere without a port; returns what ends that.

        Raises `OSError` where the address can't be had.
        """
        if port is None:
            return lambda: None
        server, thread = start_http_server(port, host, self.registry)

        def end() -> None:
            server.shutdown()
            server.server_close()
            thread.join()

        return end

    def count(self, kind: DeliveryKind, outcome: str) -> None:
        """Count what became of a delivery, or of one attempt to send it, in one word."""
        self._deliveries.labels(kind.value, outcome).inc()

    def count_sent(self, kind: DeliveryKind, late: float) -> None:
        """Count a delivery that was sent, `late` seconds after it was due."""
        self.count(kind, "sent")
        self._lateness.labels(kind.value).observe(max(0.0, late))

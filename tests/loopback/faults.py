"""Faults: answers gone wrong on purpose, and rate limits that are kept."""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict, deque
from dataclasses import dataclass, field

from .violations import Json


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong with the next requests of a kind.

    Attributes:
        method: The HTTP method, or "*".
        pattern: A regular expression found in the path.
        times: How many more requests it hits.
        share: The share of the requests that are meant which it hits, at random.
        status: The status they are answered with; None lets them through after the delay.
        retry_after: Seconds that a 429 tells the client to wait.
        is_global: Whether a 429 speaks for every route.
        delay: Seconds before the answer.
        applied: Whether the request takes effect and only its answer is lost.
        disconnect: Whether the connection is cut instead of answered.
        body: The JSON of the answer, if it is not Discord's usual one.
    """

    method: str
    pattern: re.Pattern[str]
    times: int = 1
    status: int | None = 500
    retry_after: float = 0.2
    is_global: bool = False
    delay: float = 0.0
    applied: bool = False
    disconnect: bool = False
    body: Json | None = None
    share: float = 1.0
    _chance: random.Random = field(default_factory=lambda: random.Random(7))

    def hits(self, method: str, path: str) -> bool:
        """Return whether a request is hit, and count it if it is."""
        meant = self.times > 0 and self.method in ("*", method) and self.pattern.search(path)
        hit = bool(meant) and (self.share == 1 or self._chance.random() < self.share)
        self.times -= hit
        return hit

    def answer(self) -> Json:
        """Return the JSON that goes with the status."""
        if self.body is not None:
            return self.body
        if self.status == 429:
            return too_many(self.retry_after, is_global=self.is_global)
        return {"message": f"{self.status}: injected", "code": 0}

    def headers(self) -> dict[str, str]:
        """Return the headers that go with the status."""
        if self.status != 429:
            return {}
        return {
            "Retry-After": str(self.retry_after),
            "X-RateLimit-Scope": "global" if self.is_global else "user",
        }


@dataclass(slots=True)
class Bucket:
    """A rate limit that is kept: so many requests of a kind in so many seconds.

    Attributes:
        method: The HTTP method, or "*".
        pattern: A regular expression found in the path; what its groups match is counted apart,
            as Discord counts each channel.
        limit: Requests allowed in one window.
        per: Seconds in a window.
        exceeded: How many requests came over the limit.
    """

    method: str
    pattern: re.Pattern[str]
    limit: int
    per: float
    exceeded: int = 0
    _counted: dict[tuple[str, ...], deque[float]] = field(
        default_factory=lambda: defaultdict(deque)
    )

    def meant(self, method: str, path: str) -> bool:
        """Return whether a request counts here."""
        return self.method in ("*", method) and bool(self.pattern.search(path))

    def take(self, now: float, path: str) -> float | None:
        """Count a request; return None, or the seconds to wait when it is one too many."""
        hits = self._hits(path)
        while hits and hits[0] <= now - self.per:
            hits.popleft()
        if len(hits) >= self.limit:
            self.exceeded += 1
            return self._reset_after(now, path)
        hits.append(now)
        return None

    def headers(self, now: float, path: str) -> dict[str, str]:
        """Return the rate limit headers of an answer."""
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - len(self._hits(path)))),
            "X-RateLimit-Reset-After": f"{self._reset_after(now, path):.3f}",
            "X-RateLimit-Bucket": f"{abs(hash(self.pattern)):x}",
        }

    def _hits(self, path: str) -> deque[float]:
        found = self.pattern.search(path)
        return self._counted[found.groups("") if found else ()]

    def _reset_after(self, now: float, path: str) -> float:
        hits = self._hits(path)
        left = max(0.0, hits[0] + self.per - now) if hits else self.per
        # Up to the next millisecond: a client that waits exactly so long must not be early.
        return math.ceil(left * 1000) / 1000


def too_many(retry_after: float, *, is_global: bool = False) -> Json:
    """Return the JSON of a 429."""
    message = "You are being rate limited."
    return {"message": message, "retry_after": retry_after, "global": is_global, "code": 0}

"""The sandbox's own time, which tests may move without waiting."""

import time


class Clock:
    """Epoch seconds as the sandbox sees them: the machine's clock plus an offset, or one fixed moment."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen: float | None = None

    def now(self) -> int:
        """The sandbox's time in whole epoch seconds."""
        return int(self.precise())

    def precise(self) -> float:
        """The sandbox's time in epoch seconds with a fraction."""
        return time.time() + self._offset if self._frozen is None else self._frozen

    @property
    def offset(self) -> float:
        """Seconds by which the running clock differs from the machine's."""
        return self._offset

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._frozen is not None

    def set(self, moment: float, *, frozen: bool) -> None:
        """Make it `moment` (epoch seconds) now, and stop there if `frozen`."""
        self._offset = moment - time.time()
        self._frozen = moment if frozen else None

    def shift(self, offset: float) -> None:
        """Run `offset` seconds away from the machine's clock."""
        self._offset = offset
        self._frozen = None

    def advance(self, seconds: float) -> None:
        """Move forward (or back, if negative) by `seconds`, running or frozen as before."""
        self._offset += seconds
        if self._frozen is not None:
            self._frozen += seconds

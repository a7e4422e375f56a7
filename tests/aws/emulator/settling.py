"""States that take time: what is asked for is not there at once."""

import time

from . import settings


class Settling:
    """`state` until `seconds[name]` have passed since it was made; a test may change that meanwhile."""

    def __init__(self, state, name):
        self.state = state
        self._name = name
        self._since = time.monotonic()

    def is_over(self):
        return time.monotonic() >= self._since + settings.seconds[self._name]


def delayed(attribute):
    """A property that moto's code sets as ever, and that reads otherwise while `settling` lasts."""
    def read(self):
        settling = getattr(self, "settling", None)
        if settling is None or settling.is_over():
            return getattr(self, attribute)
        return settling.state

    def write(self, value):
        setattr(self, attribute, value)

    return property(read, write)

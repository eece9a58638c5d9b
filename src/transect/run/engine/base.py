"""What every engine answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol


class Engine(Protocol):
    """Calls a function many times, in other processes."""

    def run(
        self, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the place of each of the arguments and what `function` makes of it, as it is done.

        Args:
            function: Importable by its name. It may be called again with the same arguments where
                the machine that it ran on was lost, so it goes on where it stopped.
            arguments: Of each call; they and what is returned are pickled.
        """
        ...

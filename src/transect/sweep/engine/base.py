"""What every engine answers."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol


class Lost(NamedTuple):
    """In place of what a call returns: the process that it ran in ended before it did.

    Attributes:
        reason: What is known of it.
    """

    reason: str


class Engine(Protocol):
    """Calls a function many times, in other processes."""

    def run(
        self, function: Callable[..., Any], arguments: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[int, Any]]:
        """Yield the place of each of the arguments and what `function` makes of it, as it is done.

        A call that takes its process with it, for want of memory say, is tried again, and is `Lost`
        in the end; it does not stop the others.

        Args:
            function: Importable by its name. It may be called again with the same arguments where
                the process that it ran in was lost, so it goes on where it stopped.
            arguments: Of each call; they and what is returned are pickled.
        """
        ...

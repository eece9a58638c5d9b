"""Checks of values: arguments of functions, and fields of a configuration.

A configuration comes from files and from people, so its values are checked where it is made, by one
rule for every field and every option: a truth value is no number, text is no number, and a number
is finite and neither so large nor so small that single precision can't hold it. The annotation says
of which type a value is; limits of a field, and what it changes, stand in its metadata.
"""

import copy
import dataclasses
import types
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from math import inf, isfinite
from numbers import Integral, Real
from typing import Any, Literal, TypeGuard, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import ArrayLike, NDArray

from transect.space.denormals import denormals

SMALLEST, LARGEST = 1e-30, 1e30
"""Sizes between which a number lies that is not 0."""

MOST_WHOLE = 2**63 - 1
"""The largest whole number, that of 64 bits."""

LONGEST = 4096
"""Most characters of a text: those of the longest path on Linux."""

SHOWN = 60
"""Most characters of a value in a message."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """Where a number may lie.

    Attributes:
        least: The smallest value.
        above: What a value is greater than.
        most: The largest value.
    """

    least: float = -inf
    above: float = -inf
    most: float = inf

    def __str__(self) -> str:
        """Return the limits as they follow a noun: " from 1 up"."""
        most = f" to {self.most:.16g}" if isfinite(self.most) else ""
        if isfinite(self.above):
            return f" above {self.above:.16g}" + most.replace(" to ", ", at most ")
        if isfinite(self.least):
            return f" from {self.least:.16g}" + (most or " up")
        return most.replace(" to ", " of at most ")

    def hold(self, value: Any) -> bool:
        """Return whether a value lies within."""
        return self.least <= value <= self.most and value > self.above


Role = Literal["data", "split", "task", "model", "training", "measuring", "presentation"]
"""What a field of the configuration changes:

- `data`: the images that models and their oracles are trained on.
- `split`: which points are drawn in the hole and outside, and which of them are set aside. An
  oracle of matched points does not depend on them.
- `task`: what is asked of a model beside these images.
- `model`: a property of the model, whoever made it.
- `training`: how a run makes its model.
- `measuring`: how models are measured.
- `presentation`: no number.
"""

Value = TypeVar("Value")


def setting(
    default: Value,
    role: Role,
    *,
    least: float = -inf,
    above: float = -inf,
    most: float = inf,
    component: object = None,
) -> Value:
    """Return a field of a class of `settings`.

    Args:
        default: Its value if none is given; a list or a mapping is copied.
        role: What the field changes.
        least: The smallest value of its numbers.
        above: What its numbers are greater than.
        most: The largest value of its numbers.
        component: The kind of component that it holds, if it holds one.
    """
    metadata = {"role": role, "limits": Limits(least=least, above=above, most=most)}
    if component is not None:
        metadata["component"] = component
    if isinstance(default, dict | list):
        return dataclasses.field(default_factory=partial(copy.deepcopy, default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def section(of: type[Value]) -> Value:
    """Return a field of a class of `settings` that holds other settings, with roles of their own.

    Args:
        of: Their class, all of whose fields have defaults.
    """
    return dataclasses.field(default_factory=of, metadata={"section": of})


def settings(owner: type[Value]) -> type[Value]:
    """Check that all fields of a dataclass say what they change.

    Args:
        owner: The dataclass; each of its fields is a `setting` or a `section`.

    Returns:
        The same class.

    Raises:
        TypeError: A field is neither.
    """
    for one in dataclasses.fields(owner):  # pyright: ignore[reportArgumentType]
        if not one.metadata.keys() & {"role", "section"}:
            raise TypeError(
                f"{owner.__name__}.{one.name} needs a role, one of {', '.join(get_args(Role))}: "
                "declare it by `setting`"
            )
    return owner


def check_fields(owner: Any, prefix: str = "") -> None:
    """Check every field of a dataclass against its annotation and its limits.

    Numbers of NumPy become those of Python.

    Args:
        owner: The dataclass.
        prefix: What its fields are called before their names, as "points.".

    Raises:
        ValueError: A value is of another type or out of its limits; the message names the field.
    """
    hints = get_type_hints(type(owner))
    for one in dataclasses.fields(owner):
        value = getattr(owner, one.name)
        if isinstance(value, np.generic):  # which no file can hold
            value = value.item()
            object.__setattr__(owner, one.name, value)
        check_value(prefix + one.name, value, hints[one.name], one.metadata.get("limits", Limits()))


@denormals(flushed=False)  # a caller who flushes them takes one for 0, other processes don't
def check_value(name: str, value: Any, hint: Any, limits: Limits = Limits()) -> None:
    """Check a value against a type.

    Args:
        name: What the value is called in the message.
        value: Anything.
        hint: The annotation. What it says of classes of arrays and functions is not checked.
        limits: Where a number may lie.

    Raises:
        ValueError: The value, or one in it, is of another type or out of the limits.

    Examples:
        >>> check_value("radius", "0.3", float)
        Traceback (most recent call last):
        ...
        ValueError: radius needs a number, got '0.3'
    """
    _check_plain(name, value)
    number = isinstance(value, Real) and not isinstance(value, bool)
    if not _fits(value, hint) or (number and not limits.hold(value)):
        raise ValueError(f"{name} needs {_words(hint, limits)}, got {shown(value)}")


def shown(value: Any) -> str:
    """Return a value for a message: one line, and no longer than a line."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole numbers of more than 4300 digits
        text = "a whole number of thousands of digits"
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _check_plain(name: str, value: Any) -> None:
    """Check what holds for numbers and texts everywhere.

    Raises:
        ValueError: A number is not finite or beyond single precision, or a text is too long.
    """
    if isinstance(value, str):
        if len(value) > LONGEST:
            raise ValueError(
                f"{name} needs a text of at most {LONGEST} characters, got {len(value)}"
            )
        if "\0" in value:
            raise ValueError(f"{name} needs a text without the character NUL, got {shown(value)}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            _check_plain(name, key)
            _check_plain(f"{name}.{shown_key(key)}", item)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            _check_plain(f"{name}[{place}]", item)
    elif isinstance(value, Integral):
        if abs(int(value)) > MOST_WHOLE:
            raise ValueError(f"{name} needs a whole number of 64 bits, got {shown(value)}")
    elif isinstance(value, Real):
        size = abs(float(value))
        if size and not SMALLEST <= size <= LARGEST:
            raise ValueError(
                f"{name} needs a finite number, 0 or of a size from {SMALLEST:g} to {LARGEST:g}, "
                f"got {shown(value)}"
            )


def shown_key(key: Any) -> str:
    """Return the name of an option for a message."""
    return key if isinstance(key, str) and len(key) <= SHOWN else shown(key)


def _fits(value: Any, hint: Any) -> bool:
    """Return whether a value is of a type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return any(_fits(value, one) for one in arguments)
    if origin is Literal:
        return any(type(value) is type(one) and value == one for one in arguments)
    if hint in _SIMPLE:
        return _SIMPLE[hint](value)
    if origin is None and not (isinstance(hint, type) and issubclass(hint, Iterable)):
        return not isinstance(hint, type) or isinstance(value, hint)
    return _fits_container(value, origin or hint, arguments)


def _fits_container(value: Any, container: Any, arguments: tuple[Any, ...]) -> bool:
    if not isinstance(container, type) or issubclass(container, np.ndarray):
        return True
    if issubclass(container, Mapping):
        known = arguments or (Any, Any)
        return isinstance(value, Mapping) and all(
            _fits(key, known[0]) and _fits(item, known[1]) for key, item in value.items()
        )
    if not issubclass(container, Iterable) or issubclass(container, str | bytes):
        return isinstance(value, container)
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return False
    # What is a tuple in Python is a list in a file.
    if issubclass(container, tuple) and arguments and arguments[-1] is not Ellipsis:
        items = list(value)
        return len(items) == len(arguments) and all(map(_fits, items, arguments))
    return not arguments or all(_fits(item, arguments[0]) for item in value)


def _is_whole(value: object) -> TypeGuard[Integral]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    real = isinstance(value, Real) and not isinstance(value, bool)
    return real and abs(float(value)) <= LARGEST


_SIMPLE: dict[Any, Any] = {
    Any: lambda value: True,
    None: lambda value: value is None,
    types.NoneType: lambda value: value is None,
    bool: lambda value: isinstance(value, bool | np.bool_),
    int: _is_whole,
    float: _is_number,
    str: lambda value: isinstance(value, str),
}

_WORDS: dict[Any, str] = {
    Any: "a value",
    types.NoneType: "null",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text",
}


def _words(hint: Any, limits: Limits = Limits()) -> str:
    """Return a type and the limits of its numbers in words."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in _WORDS:
        return f"{_WORDS[hint]}{limits if hint in {int, float} else ''}"
    if origin in {Union, types.UnionType}:
        return " or ".join(dict.fromkeys(_words(one, limits) for one in arguments))
    if origin is Literal:
        words = [str(one) for one in arguments]
        return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
    return _container_words(origin or hint, arguments)


def _container_words(container: Any, arguments: tuple[Any, ...]) -> str:
    if not isinstance(container, type):
        return "a value"
    if issubclass(container, Mapping):
        return "{name: value}"
    if issubclass(container, Iterable) and not issubclass(container, str | bytes):
        return f"a list, each of it {_words(arguments[0])}" if arguments else "a list"
    return f"a {container.__name__}"


def check_number(name: str, value: ArrayLike) -> float:
    """Return the argument `name` as one finite float.

    Raises:
        ValueError: It is something else.
    """
    array = check_numbers(name, value)
    if array.ndim:
        raise ValueError(f"{name} needs one number, got {value!r}")
    return float(array)


def check_numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """Return the argument `name` as a float64 array of finite numbers.

    Raises:
        ValueError: It is something else.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:  # lists of different lengths
        raise ValueError(f"{name} needs numbers, got {values!r}") from error
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} needs numbers, got {values!r}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} needs finite numbers, got {values!r}")
    return array.astype(np.float64)


def check_positive(name: str, value: float) -> float:
    """Return the argument `name` as a finite number above 0.

    Raises:
        ValueError: It is something else.
    """
    number = check_number(name, value)
    if number <= 0:
        raise ValueError(f"{name} needs to be greater than 0, got {value!r}")
    return number


def check_whole(name: str, value: object, least: int, most: int | None = None) -> int:
    """Return the argument `name` as a whole number from `least` to `most`.

    Raises:
        ValueError: It is something else; truth values are none.

    Example:
        >>> check_whole("count", 0, least=1)
        Traceback (most recent call last):
        ...
        ValueError: count needs a whole number of at least 1, got 0
    """
    if not _is_whole(value) or (number := int(value)) < least:
        raise ValueError(f"{name} needs a whole number of at least {least}, got {shown(value)}")
    if most is not None and number > most:
        raise ValueError(f"{name} needs a whole number of at most {most}, got {shown(value)}")
    return number


def check_counts(name: str, values: Sequence[int]) -> list[int]:
    """Return the argument `name` as at least one whole number, each from 1 up.

    Raises:
        ValueError: It is something else.
    """
    if not values:
        raise ValueError(f"{name} needs at least one whole number, got {list(values)}")
    return [check_whole(f"{name}[{place}]", value, least=1) for place, value in enumerate(values)]

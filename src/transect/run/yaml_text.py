"""YAML as configurations are written in: plain values and nothing that could act.

Beside what the safe loader of PyYAML reads, `1e-3` is a number, as in YAML 1.2 and everywhere else.
Text from a stranger can be small and yet grow without bounds when it is read: aliases of aliases
double at each step, and brackets in brackets exhaust the stack. Both are measured before anything
is made of them.
"""

import re

import yaml

LONGEST = 1_000_000
"""Most characters of a text."""

LARGEST = 100_000
"""Most values in a text, those of an alias counted wherever it stands."""

DEEPEST = 50
"""Most lists and mappings around a value."""

_FLOAT = re.compile(r"[-+]?(\d[\d_]*\.?|\.\d)[\d_]*[eE][-+]?\d+$")
_BREAK = re.compile("[\x85\u2028\u2029\ufeff]")


class _Loader(yaml.SafeLoader):
    """The safe loader, which also knows numbers such as 1e-3."""


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which quotes a text that the loader would take for a number."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Only double quotes keep breaks of lines beside the common one, which YAML folds elsewhere.
    style = '"' if _BREAK.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
for _one in (_Loader, _Dumper):
    _one.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))


def parse(text: str) -> object:
    """Return the value that a text of YAML describes.

    Raises:
        ValueError: It is not YAML, or it is too long, too large or too deep for a configuration.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a configuration has at most {LONGEST} characters, got {len(text)}")
    loader = _Loader(text)
    try:
        _check_depth(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _count(node, {})
        return loader.construct_document(node)
    except yaml.YAMLError as error:
        raise ValueError(f"this is not YAML: {' '.join(str(error).split())}") from error
    # Dates that do not exist, and whole numbers of more digits than Python reads.
    except (ArithmeticError, AttributeError, KeyError) as error:
        raise ValueError(f"YAML with an impossible value: {error}") from error
    finally:
        loader.dispose()


def dump(values: object) -> str:
    """Return plain values as YAML that `parse` reads, in their order."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True)


def _check_depth(text: str) -> None:
    """Check how deep a text is nested, without making anything of it.

    Raises:
        ValueError: It is deeper than `DEEPEST`.
    """
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise ValueError(f"a configuration has at most {DEEPEST} lists and mappings in another")


def _count(node: yaml.Node, known: dict[int, int]) -> int:
    """Return the number of values below a node, those of an alias counted wherever it stands.

    Raises:
        ValueError: There are more than `LARGEST`, or an alias stands in what it names.
    """
    if id(node) in known:
        if not known[id(node)]:
            raise ValueError("an alias of a configuration stands in what it names, without end")
        return known[id(node)]
    known[id(node)] = 0
    parts: list[yaml.Node] = []
    if isinstance(node, yaml.MappingNode):
        parts = [part for pair in node.value for part in pair]
    elif isinstance(node, yaml.SequenceNode):
        parts = node.value
    count = 1 + sum(_count(part, known) for part in parts)
    if count > LARGEST:
        raise ValueError(f"a configuration has at most {LARGEST} values, aliases included")
    known[id(node)] = count
    return count

"""The explorer as a part of a page."""

from collections.abc import Mapping
from typing import NamedTuple

from markupsafe import Markup

from transect.report.document import json_text
from transect.report.explorer.bundle import script
from transect.report.explorer.exploration import Exploration
from transect.report.explorer.payload import MOST_BYTES, make_payload
from transect.report.explorer.sentences import precision, volume_words


class Section(NamedTuple):
    """What the template of the explorer needs.

    Attributes:
        questions: Question -> answer, in words.
        precision: What the page holds and how exact it is.
        volume: What the decoded latent space holds.
        json: What the script reads, safe within a script element.
        script: The script.
    """

    questions: Mapping[str, str]
    precision: str
    volume: str
    json: Markup
    script: str


def make_section(
    exploration: Exploration, questions: Mapping[str, str], most_bytes: int = MOST_BYTES
) -> Section:
    """Return the explorer of an exploration.

    Args:
        exploration: What to show.
        questions: Question -> answer, to stand above it.
        most_bytes: Of all sprite sheets together.
    """
    payload = make_payload(exploration, most_bytes=most_bytes)
    return Section(
        questions,
        precision(exploration, payload),
        volume_words(exploration.models[0]),
        json_text(payload.values),
        script(),
    )

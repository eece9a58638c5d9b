"""Output in any encoding: what a terminal or a pipe can't hold is spelled with what it can.

The texts of this program hold a few signs beyond ASCII, and names that users choose hold any.
Neither may stop a program whose output goes to a terminal or a pipe of another encoding than
UTF-8, as on Windows (cp1252, cp437, cp932) or under `LC_ALL=C`.
"""

import codecs
import io
import sys
import unicodedata

HANDLER = "transect.spell"
"""Name under which Python knows what `encode_anything` lets the streams do."""

SIGNS = {
    "−": "-",
    "–": "-",
    "’": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "×": "x",
    "÷": "/",
    "·": "*",
    "√": "sqrt",
    "≈": "~",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "↑": "(higher is better)",
    "↓": "(lower is better)",
}
"""Sign of the program's own texts: its spelling in ASCII."""

_RAW = range(0xDC80, 0xDD00)  # stands for a byte of a file name that is no text


def encode_anything() -> None:
    """Let standard output and standard error spell what their encoding can't hold.

    Signs become ASCII that reads alike (`SIGNS`), Greek letters their names, a raised 2 becomes ^2;
    the bytes of a file name that is no text come out as they are. Anything else becomes an escape
    of its code point, which keeps different names different. A stream that is no text file, as in
    a notebook, is left alone.
    """
    codecs.register_error(HANDLER, _spell)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=HANDLER)


def _spell(error: UnicodeError) -> tuple[str | bytes, int]:
    """Return what takes the place of the first character that can't be encoded.

    Raises:
        UnicodeError: `error` itself, where it isn't one of encoding.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    character, end = error.object[error.start], error.start + 1
    if ord(character) in _RAW:
        return bytes([ord(character) - 0xDC00]), end
    return _ascii(character), end


def _ascii(character: str) -> str:
    if character in SIGNS:
        return SIGNS[character]
    name, plain = unicodedata.name(character, ""), unicodedata.normalize("NFKC", character)
    if unicodedata.decomposition(character).startswith("<super>"):
        plain = f"^{plain}"
    if name.startswith("GREEK ") and " LETTER " in name:
        letter = name.partition(" LETTER ")[2].partition(" ")[0]
        return letter.lower() if " SMALL " in name else letter.capitalize()
    if plain.isascii():
        return plain
    return character.encode("ascii", "backslashreplace").decode("ascii")

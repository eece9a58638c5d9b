"""Pages as their readers meet them: parsed, and opened in a real browser with no network."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

EVIL = """<script>alert(1)</script>'"><img src=x onerror=alert(1)>$x_{$ %{y} {{ 7*7 }}"""
VOID = {"meta", "link", "img", "br", "input"}
CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# What a graphics driver in software and the canvas of a scene say about their speed.
ABOUT_SPEED = ("GL Driver Message", "willReadFrequently")


class Parsed(HTMLParser):
    """Elements with their attributes, texts by element, and whether tags are balanced."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open:
            self.texts.append((self.open[-1], data))

    def text(self, *tags: str) -> str:
        return " ".join(" ".join(t for tag, t in self.texts if tag in tags).split())

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def scripts(self) -> list[str]:
        return [text for tag, text in self.texts if tag == "script"]


def check_policy(parsed: Parsed, scripts: int) -> None:
    """Check that the policy of a page allows its scripts and style by hash, and nothing else."""
    (policy,) = [
        attributes["content"]
        for attributes in parsed.every("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert "unsafe-eval" not in policy and "*" not in policy
    assert "unsafe-inline" not in policy
    run = [
        text
        for attributes, text in zip(parsed.every("script"), parsed.scripts(), strict=True)
        if attributes.get("type") != "application/json"
    ]
    styles = [text for tag, text in parsed.texts if tag == "style"]
    hashes = {b64encode(sha256(text.encode()).digest()).decode() for text in [*run, *styles]}
    assert hashes == set(re.findall(r"'sha256-([^']+)'", policy))
    assert len(run) == scripts
    assert not any("style" in attributes for _, attributes in parsed.elements)


class Visit:
    """A page that was opened, with all that it said and asked for."""

    def __init__(self, browser, address: str, width: int, **options) -> None:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, offline=True, **options
        )
        self.address = address
        self.page = context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: self.said.append(f"dialog {dialog.message}"))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation',"
            " e => console.error('violation ' + e.violatedDirective + e.blockedURI))"
        )
        self.page.goto(address)

    @property
    def complaints(self) -> list[str]:
        return [text for text in self.said if not any(part in text for part in ABOUT_SPEED)]

    def check_offline(self) -> None:
        """Check that all images are there, without a complaint, a request or sideways scroll."""
        loaded = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
        assert self.page.evaluate(loaded)
        assert self.complaints == []
        assert all(url.startswith("data:") or url == self.address for url in self.asked)
        assert self.overflow() == 0

    def is_light(self) -> bool:
        """Return whether the page is dark on light."""
        colours = self.page.evaluate(
            "(s => [s.backgroundColor, s.color])(getComputedStyle(document.body))"
        )
        ground, foreground = (sum(int(part) for part in c[4:-1].split(",")) for c in colours)
        return ground > foreground

    def overflow(self) -> int:
        root = "document.documentElement"
        return self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")

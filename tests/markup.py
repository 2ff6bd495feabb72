"""A page as a browser takes it apart: its tags, the names of its attributes, its words."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "br", "input", "img", "hr"})
"""Tags that are never closed."""


class Markup(HTMLParser):
    """What a page is made of; a tag that closes another than the last one open is an error."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.words, self._open = set(), set(), "", []
        self.feed(page)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.words += data

    @property
    def obeyed(self):
        """Attributes and tags by which a text would do something."""
        acts = {name for name in self.attributes if name.startswith("on") or name == "src"}
        return acts | (self.tags & {"script", "img", "iframe", "object", "embed", "base"})

"""A person before a real browser."""

from pathlib import Path

from tests.web.site import PASSWORD, address_of

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True}


class Visitor:
    """A person who signs in, and everything that went wrong in the browser."""

    def __init__(self, chromium, base, role, *, slug="shop", **context):
        self.base, self.slug = base, slug
        self.context = chromium.new_context(**context)
        self.context.set_default_timeout(120_000)  # a busy machine
        self.page = self.context.new_page()
        self.problems = []
        self.page.on("console", self._heard)
        self.page.on("request", self._asked)
        self.page.goto(f"{base}/sign-in")
        self.page.fill("#email", address_of(role))
        self.page.fill("#password", PASSWORD)
        self.page.click("button.main")
        self.page.wait_for_url(f"**/p/{slug}/monday")

    def _heard(self, message):
        if message.type in {"error", "warning"}:
            self.problems.append(message.text)

    def _asked(self, request):
        if not request.url.startswith(self.base):
            self.problems.append(f"asked for {request.url}")

    def goto(self, path):
        """Open a page of the project."""
        return self.page.goto(f"{self.base}/p/{self.slug}/{path}")

    def press(self, name):
        """Press the first button of that name."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def width(self):
        """How wide the page is (pixels)."""
        return self.page.evaluate("document.documentElement.scrollWidth")

    def text(self):
        """Everything that stands on the page."""
        return self.page.inner_text("main")

"""A visitor: one browser window with one face. Each page that he sees is looked through and photographed."""
import copy
import json
import os
import pathlib
import re

from playwright.sync_api import Error

PACKAGE = pathlib.Path(__file__).resolve().parents[2]
SCREENSHOTS = PACKAGE / ".build" / "screenshots"
PATIENCE = 10_000  # milliseconds
# Where nobody looks at the pictures, none are taken.
KEEPS_PICTURES = os.environ.get("BROWSER_PICTURES") != "no"
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # of those who test side by side


class Visitor:
    taken = {}  # pictures taken, by face, so that two tests with the same face number on

    def __init__(self, chromium, shop, face):
        self.shop, self.face = shop, face
        self.context = chromium.new_context(base_url=shop, **face.browser_settings())
        self.context.set_default_timeout(PATIENCE)
        self.keeps_pictures = True
        self._opens_page()
        words = PACKAGE / "Themes" / "classic" / "words" / f"{face.language}.json"
        self._words = json.loads(words.read_text(encoding="utf-8"))

    def _opens_page(self):
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        self.page.on("requestfailed", self._miss)
        self.page.on("response", self._note)

    def in_another_tab(self):
        """The same visitor with a second page before him."""
        twin = copy.copy(self)
        twin._opens_page()
        return twin

    @property
    def word_groups(self):
        """What the keys of words begin with."""
        return list(self._words)

    def close(self):
        self.context.close()

    # What the browser tells

    def _hear(self, message):
        if message.type in ("error", "warning"):
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _miss(self, request):
        # A request that the next page cut off is nobody's fault.
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.complaints.append(f"no answer: {request.url} {request.failure}")

    def _note(self, response):
        if response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")

    # What the visitor does

    def word(self, path):
        """The theme's words: `word("product.soldOut")`."""
        found = self._words
        for part in path.split("."):
            found = found[part]
        return found

    def open(self, address):
        self.page.goto(address)

    def expects(self, status):
        """Takes the answers of that status for what was to be shown, and proves that there was one; the browser's own
        complaint about it is no fault."""
        answers = [complaint for complaint in self.complaints if re.search(rf"\b{status}\b", complaint)]
        assert answers, f"nothing was answered with {status}: {self.complaints}"
        self.complaints[:] = [complaint for complaint in self.complaints if complaint not in answers]

    def press(self, what):
        """A tap on a phone, a click elsewhere. Links and buttons that lead to another page are waited for by `see`."""
        found = self.page.locator(what).first if isinstance(what, str) else what.first
        found.scroll_into_view_if_needed()
        found.tap() if self.face.is_phone else found.click()

    def see(self, name, address=None, speaks=None):
        """Waits for the page at `address` (a pattern for what follows the host), proves that it is whole, and keeps a
        picture of it. Pages of others may speak another language than the visitor's."""
        self.arrives(address)
        try:
            self.page.evaluate(FETCH_PICTURES)
        except Error:
            # A page that follows what it is about was just fetched anew.
            self.page.wait_for_load_state()
            self.page.evaluate(FETCH_PICTURES)
        self._keep_picture(name)
        faults = [*self._faults(speaks or self.face.language), *self.complaints]
        self.complaints.clear()
        assert not faults, f"{name} at {self.page.url}:\n  " + "\n  ".join(faults)

    def arrives(self, address=None):
        """As `see`, without a look around."""
        if address:
            self.page.wait_for_url(re.compile("^https?://[^/]+" + address))
        self.page.wait_for_load_state("load")

    def _keep_picture(self, name):
        if not (KEEPS_PICTURES and self.keeps_pictures):
            return
        number = Visitor.taken[self.face] = Visitor.taken.get(self.face, 0) + 1
        self.page.screenshot(
            path=SCREENSHOTS / str(self.face) / f"{'ab'[WORKER]}{number:02}-{name}.png", full_page=True, animations="disabled")

    def keep_failure(self, test):
        """Photographs the page as it is, and says where it was. A page that can't be photographed is told in words, so that
        the test's own failure stays the one that is reported."""
        path = SCREENSHOTS / "failed" / (re.sub(r"[^\w-]+", "-", test).strip("-") + ".png")
        try:
            self.page.screenshot(path=path, full_page=True, animations="disabled")
        except Exception as error:
            path = f"no picture: {error}"
        return f"{self.page.url}\n{path}"

    def _faults(self, expected):
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > self.face.width:
            wide = self.page.evaluate(WIDER_THAN, self.face.width)
            yield f"it is {width} wide on a screen of {self.face.width}: {wide}"
        for picture in self.page.evaluate(BROKEN_PICTURES):
            yield f"a picture doesn't load: {picture}"
        language = self.page.locator("html").get_attribute("lang")
        if language != expected:
            yield f"it speaks {language}"
        if "{{" in self.page.content():
            yield "a template shows its braces"


# Pictures further down are fetched as the visitor scrolls; here all of them are asked for and waited for.
FETCH_PICTURES = """
() => Promise.all([...document.images].map(img => {
  img.loading = "eager";
  return img.complete || new Promise(done => { img.onload = img.onerror = done; });
}))
"""

BROKEN_PICTURES = """
[...document.images].filter(img => !(img.complete && img.naturalWidth > 0)).map(img => img.outerHTML.slice(0, 200))
"""

WIDER_THAN = """
width => [...document.querySelectorAll("body *")]
  .filter(part => part.getBoundingClientRect().right > width + 1)
  .slice(0, 5).map(part => part.outerHTML.slice(0, 80))
"""

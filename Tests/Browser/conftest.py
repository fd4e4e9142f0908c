"""What every browser test gets: the shop's address, one Chromium for all of them, and visitors."""
import os

import pytest
from playwright.sync_api import sync_playwright

from sandbox import METHODS, Sandbox
from trade import FACE, Trade
from treasurer import Treasurer
from visitor import WORKER, Visitor

VISITORS = pytest.StashKey()


def pytest_configure():
    """Of the shops that bin/test-browser has started, each of those who test side by side has one."""
    shops = os.environ.get("MARTLET_BROWSER_SHOPS", "").splitlines()
    if shops:
        names = ("SHOP", "MAIL", "SANDBOX", "SETTINGS")
        for name, value in zip(names, shops[WORKER].split(" "), strict=True):
            os.environ[f"MARTLET_BROWSER_{name}"] = value


@pytest.fixture(scope="session")
def shop():
    return os.environ["MARTLET_BROWSER_SHOP"]


@pytest.fixture(scope="session")
def chromium():
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    # Chromium's own sandbox can't be had in most containers; it visits nothing but this shop.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, shop, request):
    """Opens a window for a face; all windows of a test are closed when it ends."""
    visitors = request.node.stash[VISITORS] = []

    def open_window(face):
        visitors.append(Visitor(chromium, shop, face))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.close()


@pytest.fixture(scope="session")
def sandbox(shop):
    """Whoever plays the bank; skips where bin/test-browser hasn't started one."""
    sandbox = Sandbox()
    sandbox.is_told_where(shop)
    return sandbox


@pytest.fixture(scope="session")
def methods(chromium, shop, sandbox):
    """All ways to pay, set up once for all tests that ask for them."""
    clerk = Treasurer(Visitor(chromium, shop, FACE))
    clerk.visitor.keeps_pictures = False
    clerk.enters("/admin/payments/methods", "methods")
    for method in METHODS:
        clerk.sets_up(method, sandbox.fields(method))
    clerk.visitor.close()
    return METHODS


@pytest.fixture(scope="session")
def trade(chromium, shop, methods):
    """A morning's trade, made once for all tests that ask for it."""
    buyer, clerk, helper = (Visitor(chromium, shop, FACE) for _ in range(3))
    made = Trade(buyer, clerk, helper)
    try:
        made.opens()
    except Exception:
        for name, visitor in (("buyer", buyer), ("clerk", clerk), ("helper", helper)):
            print(visitor.keep_failure(f"trade-{name}"))
        raise
    for visitor in (buyer, clerk, helper):
        visitor.close()
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """What a test that fails has before it, while its windows are still open: a picture of each, named after the test."""
    report = yield
    if report.failed and report.when == "call":
        for number, visitor in enumerate(item.stash.get(VISITORS, []), 1):
            name = item.name if number == 1 else f"{item.name}-{number}"
            report.sections.append((f"window {number}", visitor.keep_failure(name)))
    return report

"""What every browser test gets: the shop's address, one Chromium for all of them, and visitors."""
import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from visitor import SCREENSHOTS, Visitor


@pytest.fixture(scope="session")
def shop():
    """Set by bin/test-browser, which starts it."""
    return os.environ["MARTLET_BROWSER_SHOP"]


@pytest.fixture(scope="session")
def chromium():
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    program = os.environ.get("CHROMIUM", "/usr/bin/chromium")
    # Chromium's own sandbox can't be had in most containers; it visits nothing but this shop.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, shop):
    """Opens a window for a face; all windows of a test are closed when it ends."""
    visitors = []

    def open_window(face):
        visitors.append(Visitor(chromium, shop, face))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        visitor.close()

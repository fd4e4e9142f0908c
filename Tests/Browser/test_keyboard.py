"""The shop with nothing but a keyboard."""
import pytest

from faces import Face
from shopper import NOTEBOOK, Shopper

DESKTOPS = [Face("en", "desktop", "light", True), Face("zh-Hans", "desktop", "dark", False)]
# The search field's focus is drawn around its whole form.
CLIP = """
() => {
  const part = document.activeElement.closest(".search") ?? document.activeElement;
  const { x, y, width, height } = part.getBoundingClientRect();
  return { x: Math.max(0, x - 6), y: Math.max(0, y - 6), width: width + 12, height: height + 12 };
}
"""


def tab_to(page, what):
    """Presses Tab until the focus is on it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    raise AssertionError(f"80 tabs don't reach {what}")


def is_focus_visible(page):
    """The place of the focus looks different without it."""
    clip = page.evaluate(CLIP)
    focused = page.screenshot(clip=clip, animations="disabled")
    page.evaluate("() => { window.last = document.activeElement; last.blur() }")
    plain = page.screenshot(clip=clip, animations="disabled")
    page.evaluate("() => last.focus({ preventScroll: true, focusVisible: true })")
    return focused != plain


# req: 2.2-1
@pytest.mark.parametrize("face", DESKTOPS, ids=str)
def test_tab_reaches_skip_link_search_product_and_cart_button_and_is_seen(visit, face):
    shopper = Shopper(visit(face))
    page = shopper.page
    shopper.visitor.open(f"/?lang={face.language}")
    tab_to(page, ".skip")
    assert is_focus_visible(page), "the skip link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.reload()
    tab_to(page, "#q")
    assert is_focus_visible(page), "the search field"
    page.keyboard.type(NOTEBOOK[face.language])
    page.keyboard.press("Enter")
    shopper.see("keyboard-search", "/search")
    tab_to(page, ".card a")
    assert is_focus_visible(page), "a product"
    page.keyboard.press("Enter")
    shopper.see("keyboard-product", "/products/")
    tab_to(page, "#add")
    assert is_focus_visible(page), "the button that adds to the cart"
    page.keyboard.press("Enter")
    page.locator("#flash .flash.good").wait_for()
    shopper.see("keyboard-added")

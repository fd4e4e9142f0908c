"""The back office with nothing but a keyboard: lists, the tree of categories, and finding from anywhere."""
import secrets

import pytest

from clerk import Clerk
from faces import Face
from shopper import KETTLE
from test_dragging import adds_categories, order_of, removes_categories, row_named

FACES = [Face("en", "desktop", "light", True), Face("zh-Hans", "desktop", "dark", True)]
HERE = "() => [...document.querySelectorAll('table[data-list] tbody tr')].findIndex(row => row.hasAttribute('data-here'))"
FOCUSED_ROW = "() => document.activeElement.closest('tbody tr')?.rowIndex - 1"


@pytest.mark.parametrize("face", FACES, ids=str)
def test_rows_of_a_list_are_walked_ticked_and_opened_by_keys(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/products", "products")
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        assert page.evaluate(HERE) == row, f"after {key}"
        assert page.evaluate(FOCUSED_ROW) == row
    page.keyboard.press("x")
    assert page.locator("[name=select]:checked").count() == 1
    assert page.locator("tbody tr").nth(1).locator("[name=select]").is_checked()
    assert page.locator(".tick-bar.has-ticked [data-ticked='1']").count() == 1
    clerk.see("row-ticked")
    page.keyboard.press("x")
    assert not page.locator(".tick-bar.has-ticked").count()
    address = page.locator("tbody tr").nth(1).locator("a").first.get_attribute("href")
    page.keyboard.press("Enter")
    clerk.see("row-opened", address.replace("?", r"\?"))


@pytest.mark.parametrize("face", FACES, ids=str)
def test_the_sheet_of_keys_opens_and_closes_and_letters_in_fields_stay_letters(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/products", "products")
    page.keyboard.press("?")
    sheet = page.locator("#list-keys")
    assert sheet.is_visible()
    assert page.evaluate("() => document.activeElement.closest('dialog')?.id") == "list-keys"
    clerk.see("sheet-of-keys")
    page.keyboard.press("j")
    assert page.evaluate(HERE) == -1, "keys reach the list below the sheet"
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.closest('.admin-filters[open]') !== null")
    page.keyboard.type("jk?x")
    assert page.evaluate("() => document.activeElement.value") == "jk?x"
    assert page.evaluate(HERE) == -1 and not sheet.is_visible()


@pytest.mark.parametrize("face", FACES, ids=str)
def test_ctrl_k_finds_goods_and_desks_from_any_page(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin", "today")
    finder = page.locator("dialog.finder")
    # Until the scripts are there nobody hears the keys.
    page.wait_for_load_state("load")
    page.keyboard.press("Control+k")
    finder.wait_for()
    page.keyboard.type(KETTLE[face.language][:8])
    goods = finder.locator("a[href^='/admin/products/']")
    goods.first.wait_for()
    clerk.see("finder")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("() => document.activeElement === document.querySelector('.finder a')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("() => document.activeElement.localName") == "input"
    page.keyboard.press("Escape")
    assert not finder.is_visible()

    clerk.goes("/admin/stock", "stock")
    page.keyboard.press("Control+k")
    page.keyboard.type(clerk.word("desks.carriers"))
    finder.locator("a[href='/admin/carriers']").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    clerk.see("found-desk", "/admin/carriers")


@pytest.mark.parametrize("face", FACES, ids=str)
def test_categories_are_moved_by_alt_and_arrows_and_the_focus_goes_with_them(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/categories", "categories")
    first, second = names = [f"{name} {secrets.token_hex(3)}" for name in ("Ropes", "Sails")]
    adds_categories(clerk, names)
    row_named(clerk, second).locator("a").first.focus()

    def moves(key, expected, is_inside=False):
        with page.expect_navigation():
            page.keyboard.press(f"Alt+{key}")
        page.wait_for_function("name => document.activeElement?.closest('.tree > li')?.innerText.includes(name)", arg=second)
        assert order_of(clerk, names) == expected, key
        parent = row_named(clerk, second).get_attribute("data-parent")
        assert (parent == row_named(clerk, first).get_attribute("data-id")) == is_inside, key

    moves("ArrowUp", [second, first])
    moves("ArrowDown", [first, second])
    moves("ArrowRight", [first, second], is_inside=True)
    clerk.see("category-moved-in")
    moves("ArrowLeft", [first, second])
    removes_categories(clerk, [second, first])

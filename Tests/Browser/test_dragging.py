"""What lies in an order is dragged into another one, and the order stays."""
import secrets

import pytest

from clerk import Clerk
from faces import Face

FACES = [Face("en", "desktop", "light", True), Face("zh-Hans", "desktop", "dark", True)]
NAMES = "rows => rows.map(row => row.querySelector('a').innerText)"


def drags(page, row, over, part):
    """By its left edge, where nothing else is taken hold of, to this part of the other's height."""
    # Not where something that stays at the foot of the screen covers it.
    over.evaluate("row => row.scrollIntoView({ block: 'center' })")
    box = over.bounding_box()
    row.drag_to(over, source_position={"x": 3, "y": 3}, target_position={"x": 30, "y": box["height"] * part})


def adds_categories(clerk, names):
    for name in names:
        clerk.visitor.open("/admin/categories")
        clerk.page.fill("#nameEn", name)
        with clerk.page.expect_navigation():
            clerk.press("form[action='/admin/categories'] button.first")
    clerk.see("categories-added", "/admin/categories")


def removes_categories(clerk, names):
    for name in names:
        clerk.visitor.open("/admin/categories")
        clerk.follows(clerk.page.locator(".tree a.link", has_text=name), "category", "/admin/categories/")
        with clerk.page.expect_navigation():
            clerk.press("form[action$='/remove'] button")


def row_named(clerk, name):
    return clerk.page.locator(".tree > li", has_text=name).first


def order_of(clerk, names):
    found = clerk.page.locator(".tree > li").evaluate_all(NAMES)
    return [name for name in found if name in names]


@pytest.mark.parametrize("face", FACES, ids=str)
def test_categories_are_dragged_before_behind_and_into_one_another(visit, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin/categories", "categories")
    first, second, third = names = [f"{name} {secrets.token_hex(3)}" for name in ("Lamps", "Mats", "Nets")]
    adds_categories(clerk, names)
    assert order_of(clerk, names) == names

    with clerk.page.expect_navigation():
        drags(clerk.page, row_named(clerk, third), row_named(clerk, first), 0.1)
    clerk.see("category-dragged-before", "/admin/categories")
    assert order_of(clerk, names) == [third, first, second]

    with clerk.page.expect_navigation():
        drags(clerk.page, row_named(clerk, third), row_named(clerk, second), 0.9)
    assert order_of(clerk, names) == [first, second, third]

    with clerk.page.expect_navigation():
        drags(clerk.page, row_named(clerk, third), row_named(clerk, first), 0.5)
    clerk.see("category-dragged-into", "/admin/categories")
    assert order_of(clerk, names) == [first, third, second]
    inner = row_named(clerk, third)
    assert inner.get_attribute("data-parent") == row_named(clerk, first).get_attribute("data-id")
    # Nothing can lie in what lies in itself.
    with clerk.page.expect_navigation():
        drags(clerk.page, row_named(clerk, first), inner, 0.5)
    assert clerk.page.locator("#flash .flash, .note.red, .fault").count(), "nobody says why it stays"
    clerk.visitor.complaints.clear()
    clerk.visitor.open("/admin/categories")
    assert row_named(clerk, third).get_attribute("data-parent") == row_named(clerk, first).get_attribute("data-id")
    removes_categories(clerk, [third, second, first])


def positions(page):
    return page.locator("[data-position]").evaluate_all("fields => fields.map(field => Number(field.value))")


def saves(clerk, button, name):
    with clerk.page.expect_navigation():
        clerk.press(button)
    clerk.page.locator("#flash .flash.good").wait_for()
    clerk.see(name)


@pytest.mark.parametrize("face", FACES, ids=str)
def test_pictures_of_goods_are_dragged_and_saved_in_their_order(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/products", "products")
    clerk.filters(**{"text" if page.locator(".admin-filters [name=text]").count() else "product": "umbrella"})
    clerk.press(page.locator("table.dense tbody a").first)
    clerk.see("product-form", "/admin/products/")
    sources = "rows => rows.map(row => row.querySelector('img').getAttribute('src'))"
    rows = page.locator(".goods-pictures > li")
    before = rows.evaluate_all(sources)
    assert len(before) > 2
    drags(page, rows.nth(2), rows.nth(0), 0.2)
    dragged = [before[2], before[0], before[1], *before[3:]]
    assert rows.evaluate_all(sources) == dragged
    assert positions(page) == [*range(1, len(before) + 1)]

    # What isn't saved yet isn't left by accident.
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator(".back a").click(no_wait_after=True)
    page.wait_for_function("() => true")
    assert asked == ["beforeunload"]
    assert rows.evaluate_all(sources) == dragged

    saves(clerk, ".goods-save button.first", "pictures-dragged")
    assert rows.evaluate_all(sources) == dragged
    drags(page, rows.nth(0), rows.nth(2), 0.8)
    saves(clerk, ".goods-save button.first", "pictures-dragged-back")
    assert rows.evaluate_all(sources) == before


@pytest.mark.parametrize("face", FACES, ids=str)
def test_lines_of_a_menu_and_banners_are_dragged(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/content/menus/footer", "menu")
    titles = "fields => fields.map(field => field.value)"
    fields = page.locator("[name^=titleEn]")
    before = fields.evaluate_all(titles)
    rows = page.locator(".menu-rows > li")
    drags(page, rows.nth(2), rows.nth(1), 0.1)
    assert fields.evaluate_all(titles) == [before[0], before[2], before[1], *before[3:]]
    saves(clerk, ".go-row button.first", "menu-dragged")
    assert fields.evaluate_all(titles) == [before[0], before[2], before[1], *before[3:]]
    drags(page, rows.nth(2), rows.nth(1), 0.1)
    saves(clerk, ".go-row button.first", "menu-dragged-back")
    assert fields.evaluate_all(titles) == before

    clerk.goes("/admin/content/banners", "banners")
    ids = "rows => rows.map(row => row.dataset.id)"
    banners = page.locator("[data-arrange]").first.locator("> li")
    before = banners.evaluate_all(ids)
    assert len(before) > 1
    for expected in ([before[1], before[0], *before[2:]], before):
        with page.expect_navigation():
            drags(page, banners.nth(1), banners.nth(0), 0.1)
        clerk.see("banners-dragged", "/admin/content/banners")
        assert banners.evaluate_all(ids) == expected

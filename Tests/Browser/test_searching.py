"""Finding: suggestions while one types, filters and their chips, other words than those typed, what was searched for before."""
import re

import pytest

from faces import FOUR_FACES, Face
from looks import faults_of_look
from shopper import KETTLE, Shopper

TYPING_FACES = (Face("en", "desktop", "light", True), Face("zh-Hans", "desktop", "dark", True))
THUMB_FACES = (Face("en", "phone", "dark", True), Face("zh-Hans", "phone", "light", True))
WORD = {"en": "kettle", "zh-Hans": "水壶"}
FILTERS = ".filters > summary"


def looks_well(shopper):
    faults = faults_of_look(shopper.visitor)
    assert not faults, "\n".join(faults)


def opens_filters(shopper):
    """They are folded on a phone; those that somebody opened stay so while they choose."""
    summary = shopper.page.locator(FILTERS)
    if shopper.visitor.face.is_phone and not shopper.page.locator(".filters form").is_visible():
        shopper.press(summary)


def chooses(shopper, row):
    """Without scripts the form has to be sent."""
    shopper.press(row)
    if not shopper.visitor.face.scripts:
        shopper.press(".filters form > button")


# req: 3.1.1-1
@pytest.mark.parametrize("face", FOUR_FACES, ids=str)
def test_filters_say_what_they_leave_and_chips_take_them_off_one_by_one(visit, face):
    shopper = Shopper(visit(face))
    page = shopper.page
    shopper.visitor.open(f"/c/kitchen?lang={face.language}")
    shopper.see("facets", "/c/kitchen")
    looks_well(shopper)
    opens_filters(shopper)
    row = page.locator(".facet .tick:visible:has(input[name^='a.'])").first
    name, count = row.locator("span").inner_text(), row.locator("i").inner_text()
    chooses(shopper, row)
    shopper.see("narrowed", r"/c/kitchen\?.*a\.")
    looks_well(shopper)
    shopper.reads(name, ".found > .chips")
    assert re.search(rf"\b{count}\b", page.locator("#total").inner_text())
    # The filter counts without itself, so what stood beside the choice still does.
    opens_filters(shopper)
    assert page.locator(".facet input:checked").count() == 1
    chooses(shopper, page.locator(".tick:has([name=inStock])"))
    shopper.see("narrowed-twice", r"/c/kitchen\?.*inStock=1")
    assert page.locator(".chip.on").count() == 2
    assert page.locator(".filters .count").first.text_content() == "2"
    shopper.press(page.locator(".chip.on", has_text=name))
    shopper.see("widened", r"/c/kitchen\?inStock=1$")
    shopper.press(".chip.plain")
    shopper.see("cleared", "/c/kitchen$")
    assert page.locator(".chip.on").count() == 0


# req: 3.1.1-1
@pytest.mark.parametrize("face", FOUR_FACES, ids=str)
def test_a_slip_is_corrected_and_can_be_insisted_on(visit, face):
    shopper = Shopper(visit(face))
    shopper.visitor.open(f"/?lang={face.language}")
    shopper.page.fill("#q", "hedphones")
    shopper.press(".search-go")
    shopper.see("corrected", r"/search\?q=hedphones")
    looks_well(shopper)
    shopper.reads(shopper.word("phrases.search.showing").split("{")[0], ".correction")
    assert shopper.page.locator(".card").count() > 0
    shopper.press(".correction a")
    shopper.see("insisted", r"/search\?.*exact=1")
    looks_well(shopper)
    shopper.reads(shopper.word("browse.emptyHint"), ".empty")
    assert shopper.page.locator(".empty a[href^='/c/']").count() > 0
    assert shopper.page.locator(".cards .card").count() > 0, "what sells is offered"


# req: 4.1.1-5
@pytest.mark.parametrize("face", FOUR_FACES, ids=str)
def test_what_was_searched_for_leads_there_again_and_can_be_forgotten(visit, face):
    shopper = Shopper(visit(face))
    word = WORD[face.language]
    shopper.visitor.open(f"/?lang={face.language}")
    shopper.page.fill("#q", word)
    shopper.press(".search-go")
    shopper.see("searched", "/search")
    shopper.visitor.open("/search")
    shopper.see("search-empty", "/search$")
    looks_well(shopper)
    shopper.reads(shopper.word("history.searched"), ".searches")
    shopper.press(shopper.page.locator(".searches .chip", has_text=word))
    shopper.see("searched-again", r"/search\?q=")
    shopper.visitor.open("/search")
    shopper.press(".searches form button")
    shopper.see("forgotten", "/account/history$")
    shopper.reads(shopper.word("history.noSearches"))


# req: 4.1.1-5
@pytest.mark.parametrize("face", TYPING_FACES, ids=str)
def test_suggestions_are_moved_through_by_keys(visit, face):
    shopper = Shopper(visit(face))
    page, word = shopper.page, WORD[face.language]
    # Nobody is known before the first page.
    shopper.visitor.open(f"/?lang={face.language}")
    shopper.visitor.open(f"/search?q={word}")
    shopper.visitor.open("/")
    field, panel = page.locator("#q"), page.locator(".search-list")
    field.focus()
    panel.locator(".own a", has_text=word).wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    shopper.see("suggest-history")

    field.press_sequentially(word)
    goods = panel.locator(".goods a", has_text=KETTLE[face.language])
    goods.wait_for()
    shopper.see("suggest-typing")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "suggestion-0"
    assert panel.locator("[aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    assert field.input_value() == word
    page.keyboard.press("ArrowUp")
    assert panel.locator("[role=option]").last.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert not panel.is_visible()
    assert field.input_value() == word
    page.keyboard.press("ArrowDown")
    goods.wait_for()
    for _ in range(panel.locator("[role=option]").count()):
        page.keyboard.press("ArrowDown")
        if goods.first.get_attribute("aria-selected") == "true":
            break
    page.keyboard.press("Enter")
    shopper.see("suggested-product", "/products/")

    page.locator("#q").focus()
    button = panel.locator("button")
    button.wait_for()
    page.keyboard.press("Tab")
    while not button.evaluate("button => button === document.activeElement"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    panel.locator(".own").wait_for(state="detached")
    shopper.visitor.open("/account/history")
    shopper.reads(shopper.word("history.noSearches"))


@pytest.mark.parametrize("face", THUMB_FACES, ids=str)
def test_suggestions_are_large_enough_for_a_thumb(visit, face):
    shopper = Shopper(visit(face))
    page = shopper.page
    shopper.visitor.open(f"/?lang={face.language}")
    shopper.press("#q")
    page.locator("#q").press_sequentially(WORD[face.language])
    goods = page.locator(".search-list .goods a", has_text=KETTLE[face.language])
    goods.wait_for()
    shopper.see("suggest-phone")
    boxes = [option.bounding_box() for option in page.locator(".search-list [role=option]").all()]
    assert all(box["height"] >= 43.5 and box["x"] >= 0 and box["x"] + box["width"] <= face.width for box in boxes)
    shopper.press(goods)
    shopper.see("suggested-product-phone", "/products/")

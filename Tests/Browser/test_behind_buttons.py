"""Pages that stand at no address of the menu: what a merchant's people ask of the reviewer, reviews that are hidden together, and
what isn't published yet, as somebody sees it who was sent the link."""
import pytest

from clerk import Clerk
from customer import Customer
from faces import OPPOSITE_FACES, Face
from looks import faults_of_look

PACKER = "packing@northpine.example.com"
# Of the merchant whose packer asks.
CAP = {"en": "Washed six-panel cap", "zh-Hans": "水洗六片帽"}
WISH, ANSWER = "The buyer rang: the other colour, please", "There is none of the other colour left"


def looks_well(clerk):
    faults = faults_of_look(clerk.visitor)
    assert not faults, "\n".join(faults)


# req: 4.2.2-6
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_change_is_asked_for_and_the_reviewer_leaves_the_order_as_it_is(visit, face):
    bought = Customer(visit(face)).orders(1, CAP[face.language])
    address = f"/admin/orders/{bought.number}"
    packer = Clerk(visit(face))
    packer.enters(address, "order-to-ask-about", PACKER)
    packer.reads(packer.word("review.wishAskH"))
    looks_well(packer)
    packer.page.fill("#wish", WISH)
    packer.sends("form[action$='/wish'] button", "change-asked", f"{address}$")
    packer.reads(WISH, "#asked")
    reviewer = Clerk(visit(face))
    reviewer.enters(address, "change-asked-of-the-reviewer")
    reviewer.reads(WISH, "#asked")
    looks_well(reviewer)
    assert reviewer.page.locator("form[action$='/pass']").count() == 0
    reviewer.page.fill("#dismissal", ANSWER)
    reviewer.sends("form[action$='/dismiss'] button", "change-dismissed", f"{address}$")
    assert reviewer.page.locator("#asked").count() == 0
    assert reviewer.page.locator("form[action$='/pass']").count() == 1
    packer.goes(address, "change-dismissed-for-who-asked")
    packer.reads(ANSWER)


# req: 2.2-1 3.1.2-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_reviews_are_hidden_together_for_a_reason(visit, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin/reviews?part=unanswered", "reviews-unanswered")
    row = clerk.page.locator("table.dense tbody tr").last
    address = row.locator("a").first.get_attribute("href")
    clerk.press(row.locator("[name=select]"))
    clerk.sends("[name=act][value=hide]", "reviews-hide", "/admin/reviews/act$")
    clerk.reads(clerk.word("goodsReviews.hideHeading"))
    looks_well(clerk)
    clerk.page.fill("#reason", "It is about the weather")
    clerk.sends("main form[action$='/hide'] button.first", "reviews-hidden")
    clerk.goes(address, "review-hidden")
    assert clerk.page.locator("#reason").input_value() == "It is about the weather"
    clerk.sends("form[action$='/show'] button", "review-shown-again")


# req: 2.2-1
@pytest.mark.parametrize("face", (Face("en", "phone", "dark", True), Face("zh-Hans", "desktop", "light", True)), ids=str)
def test_who_is_sent_the_link_sees_what_is_not_published_yet_without_a_log_in(visit, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin/products?part=draft", "products-not-published")
    clerk.follows("table.dense tbody a", "product-not-published", "/admin/products/")
    title = clerk.page.locator("#titleEn" if face.language == "en" else "#titleZh").input_value()
    clerk.sends("#hand-out button", "product-link-handed-out")
    link = clerk.page.locator("#share").input_value()
    copied = clerk.page.locator("[data-copy]")
    # Only over HTTPS, or on the machine itself, does a browser let a page copy.
    clerk.visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    clerk.press(copied)
    clerk.page.locator("[data-copy-said]:not(:empty)").wait_for()
    clerk.reads(clerk.word("content.copied"), "[data-copy-said]")
    assert clerk.page.evaluate("navigator.clipboard.readText()") == link
    clerk.see("product-link-copied")
    looks_well(clerk)
    reader = visit(face)
    reader.open(f"{link}?lang={face.language}")
    reader.see("product-preview")
    assert title in reader.page.locator("main").inner_text()
    assert reader.page.locator("[name=email], #password").count() == 0
    assert reader.page.request.get(link[:-6] + "nobody").status == 404

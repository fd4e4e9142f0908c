"""Somebody asks to sell here, is let in, follows the letter and begins: with empty lists and first steps."""
import re
import secrets

import pytest

from clerk import Clerk
from faces import OPPOSITE_FACES
from letters import letter
from paper import picture

OWN_PASSWORD = "kiln and clay and fire"
# Where somebody who has just begun has nothing yet.
EMPTY = (
    "review", "review?part=reviewed", "orders", "shipping", "shipping?part=toSignFor", "shipping?part=completed",
    "shipping/picklist", "shipping/slips", "refunds", "refunds?part=settled", "products", "stock", "stock/counts", "reviews",
    "customers", "transactions", "goods/import",
)


def applies(visitor, slug, email):
    """2.3.2.4-1 recruiting: with the number and a picture of the licence."""
    page = visitor.page
    visitor.open(f"/sell?lang={visitor.face.language}")
    visitor.see("sell", "/sell")
    fields = {
        "nameEn": "Slow Kiln", "nameZh": "慢窑", "slug": "Not A Slug", "contact": "沈青禾", "phone": "13900139000",
        "email": email, "goods": "Bowls and cups", "licence": "91360200MA38Y1XQ7B",
    }
    for field, value in fields.items():
        page.fill(f"#{field}", value)
    page.set_input_files("#licencePicture", picture("licence.png", (236, 226, 200)))
    with page.expect_navigation():
        visitor.press("form[action='/sell'] .button.first")
    visitor.expects(422)
    visitor.see("sell-faults")
    assert page.locator("#slug-fault").count() == 1
    page.fill("#slug", slug)
    page.set_input_files("#licencePicture", picture("licence.png", (236, 226, 200)))
    with page.expect_navigation():
        visitor.press("form[action='/sell'] .button.first")
    visitor.see("sell-sent")
    follows_the_letter(visitor, letter(email, holding=r"/sell/\w+/"), r"https?://\S+/sell/\S+", "application")


def follows_the_letter(visitor, words, address, name):
    """To where the letter leads, at this shop's own address."""
    found = re.search(address, words)
    assert found, words
    visitor.open(re.sub(r"^https?://[^/]+", visitor.shop, found[0]))
    visitor.see(name)


def is_let_in(clerk, slug):
    clerk.enters("/admin/merchants", "applications")
    row = clerk.page.locator("table.dense tbody tr, .rows li", has_text=re.compile("Slow Kiln|慢窑")).first
    clerk.follows(row.locator("a").first, "application-at-desk", "/admin/applications/")
    licence = clerk.page.locator("img.licence")
    assert licence.evaluate("img => img.naturalWidth") > 0, "the licence can't be seen"
    clerk.page.fill("#slug", "Not A Slug")
    clerk.is_refused("form[action$='/approve'] button", "approve-without-name")
    clerk.page.fill("#slug", slug)
    clerk.sends("form[action$='/approve'] button", "admitted", "/admin/merchants/")
    clerk.is_told_that("merchantAdmitted")


def begins(owner, email):
    """With the letter's password, once; then with one of his own."""
    words = letter(email, holding="/admin")
    password = next(
        re.split("[:：]", line, maxsplit=1)[1].strip() for line in words.splitlines()
        if line.startswith(owner.word("mail.merchantNews.password")))
    visitor = owner.visitor
    visitor.open(f"/admin/login?lang={visitor.face.language}")
    owner.says_who_he_is(email, password)
    owner.see("owner-sets-password", "/admin/account")
    owner.reads(owner.word("ownLogIn.owes.newPassword"))
    visitor.open("/admin/orders")
    visitor.arrives("/admin/account")
    owner.page.fill("#current", password)
    owner.page.fill("#password", OWN_PASSWORD)
    owner.page.fill("#repeated", "another one altogether")
    owner.is_refused("form[action$='/password'] button", "owner-passwords-differ")
    owner.page.fill("#current", password)
    owner.page.fill("#password", OWN_PASSWORD)
    owner.page.fill("#repeated", OWN_PASSWORD)
    owner.sends("form[action$='/password'] button", "owner-password-set")
    owner.goes("/admin/shop", "owner-first-steps")
    steps = owner.page.locator(".first-steps a")
    assert steps.count() == 5, steps.all_inner_texts()
    for address in steps.evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        owner.goes(address, f"owner-step{re.sub(r'[^a-z]+', '-', address)}")


# req: 2.3.2.4-1 2.2-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_somebody_applies_is_let_in_and_begins_to_sell(visit, face):
    slug = f"slow-kiln-{secrets.token_hex(4)}"
    email = f"{slug}@example.com"
    applicant, clerk, owner = visit(face), Clerk(visit(face)), Clerk(visit(face))
    applies(applicant, slug, email)
    is_let_in(clerk, slug)
    applicant.page.reload()
    applicant.see("application-approved")
    begins(owner, email)
    for desk in EMPTY:
        owner.goes(f"/admin/{desk}", f"empty-{re.sub(r'[^a-zA-Z]+', '-', desk)}")
        assert owner.page.locator("table.dense tbody tr").count() == 0

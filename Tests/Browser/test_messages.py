"""The box of messages: what the shop wrote about an order, read by its buyer and by the merchant's people."""
import pytest

from customer import Customer
from faces import OPPOSITE_FACES
from looks import faults_of_look
from treasurer import Treasurer

OWNER = "northpine@example.com"
# Sold by one merchant alone.
CAP = {"en": "Washed six-panel cap", "zh-Hans": "水洗六片帽"}
BOX, DESK = "/account/messages", "/admin/messages"


def looks_well(someone):
    faults = faults_of_look(someone.visitor)
    assert not faults, "\n".join(faults)


def title(someone, key, number):
    return someone.word(f"phrases.mail.{key}").replace("{number}", number)


def waits_for(someone, address, text):
    """Facts take a moment to be heard."""
    someone.visitor.open(address)
    someone.page.wait_for_function(
        "text => document.querySelector('main').innerText.includes(text) || void location.reload()", arg=text, polling=400)


def reads_what_was_written(shopper, number):
    paid = title(shopper, "paid", number)
    waits_for(shopper, BOX, paid)
    shopper.see("messages")
    looks_well(shopper)
    entry = shopper.page.locator(f".desk-nav a[href='{BOX}']")
    before = int(entry.locator(".count [aria-hidden]").inner_text())
    assert before >= 3, "welcome, placed and paid are three"
    shopper.press(shopper.page.locator(".message-title", has_text=paid))
    shopper.visitor.arrives(f"{BOX}/msg_")
    shopper.see("message")
    looks_well(shopper)
    shopper.reads(shopper.word("mail.paid.what"))
    assert int(entry.locator(".count [aria-hidden]").inner_text()) == before - 1
    shopper.press(f"main a.button[href='/orders/{number}']")
    shopper.visitor.arrives(f"/orders/{number}")


def counts_all_as_read(shopper):
    shopper.visitor.open("/account")
    shopper.see("account-with-messages")
    assert shopper.page.locator(f".tiles a[href='{BOX}'] .count").count() == 1
    shopper.press(f".tiles a[href='{BOX}']")
    shopper.visitor.arrives(f"{BOX}$")
    with shopper.page.expect_navigation():
        shopper.press(f"form[action='{BOX}/read'] button")
    shopper.see("messages-read")
    shopper.reads(shopper.word("phrases.flash.messagesRead"), "#flash")
    assert shopper.page.locator(f".desk-nav a[href='{BOX}'] .count").count() == 0
    assert shopper.page.locator(f"form[action='{BOX}/read']").count() == 0


def a_merchant_reads_its_own(clerk, number):
    clerk.enters(DESK, "desk-messages", OWNER)
    paid = title(clerk, "merchantPaid", number)
    clerk.sees_in_time(DESK, paid, "desk-messages-with-order")
    looks_well(clerk)
    clerk.follows(clerk.page.locator("main h2 a", has_text=paid), "desk-message", f"{DESK}/msg_")
    looks_well(clerk)
    clerk.reads(clerk.word("mail.merchantPaid.inShort"))
    clerk.follows(f"main a.button[href='/admin/orders/{number}']", "desk-order-of-message", f"/admin/orders/{number}")
    clerk.goes(DESK, "desk-messages-one-read")
    row = clerk.page.locator("main li.panel", has_text=paid)
    assert row.locator(".state").count() == 0, "it still says that nobody read it"
    # Others may have read the rest meanwhile.
    if clerk.page.locator(f"form[action='{DESK}/read']").count():
        clerk.sends(f"form[action='{DESK}/read'] button", "desk-messages-read", DESK)
        clerk.is_told_that("messagesRead")


# req: 2.3.2.1-3 4.1.4-4
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_what_the_shop_writes_is_read_in_one_box_by_the_buyer_and_in_its_own_by_the_merchant(visit, face):
    shopper, clerk = Customer(visit(face)), Treasurer(visit(face))
    waits_for(shopper, BOX, shopper.word("phrases.mail.welcome"))
    bought = shopper.orders(title=CAP[face.language])
    reads_what_was_written(shopper, bought.number)
    counts_all_as_read(shopper)
    a_merchant_reads_its_own(clerk, bought.number)


# req: 2.3.2.1-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_message_of_somebody_else_isnt_there(visit, face):
    first, other = Customer(visit(face)), Customer(visit(face))
    waits_for(first, BOX, first.word("phrases.mail.welcome"))
    first.press(first.page.locator(".message-title").first)
    first.visitor.arrives(f"{BOX}/msg_")
    address = first.page.url
    answer = other.page.request.get(address)
    assert answer.status == 404

"""An order on its way through the desks: reviewed, sent, signed for, and in part given back. Each numbered step of the three
flows is a state of a page that somebody sees."""
import datetime
import decimal
import re

import pytest

from clerk import Clerk
from faces import Face
from shopper import NOTEBOOK
from test_purchase import orders_as_somebody_new

# Each language on both sizes, each size in both schemes, with scripts and without.
DESK_FACES = (
    Face("en", "desktop", "light", True),
    Face("zh-Hans", "desktop", "dark", False),
    Face("en", "phone", "dark", False),
    Face("zh-Hans", "phone", "light", True),
)


def buys(visit, face):
    """Paid for by an account of today, so that a person has to look at it."""
    shopper, number, due = orders_as_somebody_new(visit, face)
    shopper.goes_to_cashier()
    shopper.decides("pay")
    shopper.reads(shopper.word("result.paid"))
    return shopper, number, due


def reads_the_row(clerk, number, title, due):
    row = clerk.lists(number).first.inner_text()
    for text in (number, title, due):
        assert text in row, f"“{text}” isn't in the row: {row}"


def tries_each_filter(clerk, number, title, due, address):
    """The number, the product, the date, what is due and what is paid, each alone, then together."""
    day = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()
    amount = decimal.Decimal(due.strip("¥"))
    fits = {
        "number": {"number": number},
        "product": {"product": title},
        "date": {"dateFrom": f"{day}", "dateTo": f"{day}"},
        "due": {"dueFrom": f"{amount}", "dueTo": f"{amount}"},
        "paid": {"paidFrom": f"{amount}", "paidTo": f"{amount}"},
    }
    for name, fields in fits.items():
        clerk.visitor.open(address)
        clerk.finds(number, f"filtered-by-{name}", **fields)
    clerk.visitor.open(address)
    clerk.finds(number, "filtered-by-all", **{name: value for fields in fits.values() for name, value in fields.items()})
    clerk.visitor.open(address)
    clerk.misses(number, number=number, dueTo=f"{amount - 1}")


def reviews(visit, clerk, number, title, due):
    """4.2.2-1 to 4.2.2-8."""
    clerk.enters("/admin/review", "review-waiting")
    tries_each_filter(clerk, number, title, due, "/admin/review")
    clerk.goes(f"/admin/review?number={number}", "review-found")
    reads_the_row(clerk, number, title, due)
    clerk.follows(clerk.page.locator("a.number", has_text=number), "order-to-review", f"/admin/orders/{number}")
    clerk.follows(f"a[href$='/{number}/edit']", "order-edit", f"/admin/orders/{number}/edit")
    clerk.page.locator(".edit-lines input").first.fill("1")
    clerk.page.fill("#note", "To the neighbour")
    clerk.page.fill("#reason", "The buyer asked for one")
    clerk.sends("button.second[name=preview]", "order-edit-preview")
    clerk.sends("[name=save].first", "order-edited", f"/admin/orders/{number}$")
    clerk.reads(clerk.word("review.changes"))
    clerk.sends(f"form[action$='/{number}/pass'] button", "order-passed")
    clerk.goes(f"/admin/review?number={number}", "review-waiting-no-more")
    assert clerk.lists(number).count() == 0
    clerk.goes(f"/admin/review?part=reviewed&number={number}", "reviewed")
    assert clerk.lists(number).count() == 1


def sends(clerk, number, title):
    """4.2.3-1 to 4.2.3-6."""
    clerk.goes("/admin/shipping", "to-ship")
    clerk.goes(f"/admin/shipping?number={number}", "to-ship-found")
    assert clerk.lists(number).count() == 1 and title in clerk.lists(number).first.inner_text()
    clerk.follows(clerk.page.locator("a.number", has_text=number), "to-ship-order", f"/admin/shipping/{number}")
    clerk.follows(f"a[href*='/{number}/address']", "readdress", f"/admin/shipping/{number}/address")
    clerk.page.fill("#street", "文三路 92 号")
    clerk.sends("[name=save]", "readdressed")
    clerk.reads("文三路 92 号")
    clerk.page.locator("#method").select_option("station")
    clerk.sends("form[action$='/method'] button", "other-method")
    clerk.is_refused("[name=then][value=send]", "send-without-number")
    clerk.page.locator("#carrier").select_option(index=1)
    clerk.page.fill("#trackingNumber", f"SF{number.replace('-', '')[-10:]}")
    clerk.sends("[name=then][value=send]", "sent")


def signs(shopper, clerk, number, by_buyer):
    """4.2.3-7 to 4.2.3-11: by the buyer, or by the merchant on what the carrier shows."""
    clerk.goes(f"/admin/shipping?part=toSignFor&number={number}", "to-sign-for")
    clerk.follows(clerk.page.locator("a.number", has_text=number), "to-sign-for-order", f"/admin/shipping/{number}")
    clerk.reads("文三路 92 号")
    if by_buyer:
        shopper.visitor.open(f"/orders/{number}")
        shopper.see("order-sent")
        shopper.press("form[action$='/receipt'] button")
        shopper.page.locator(".flash.good").wait_for()
        shopper.see("order-received")
    else:
        clerk.page.fill("#proof", "Signed for at the gate")
        clerk.sends("form[action$='/complete'] button", "completed")
    clerk.goes(f"/admin/shipping?part=completed&number={number}", "completed-list")
    assert clerk.lists(number).count() == 1
    shopper.visitor.open(f"/orders/{number}")
    shopper.see("order-completed")
    shopper.reads(shopper.word("orderState.completed"))


def asks_back(shopper, number):
    """4.2.4-0 to 4.2.4-4: from the order's own page, with reason, explanation and a picture."""
    shopper.press("a[href$='/refund']")
    shopper.see("refund-form", f"/orders/{number}/refund")
    shopper.press(shopper.page.locator(".choice-card").first)
    shopper.page.locator("#reason").select_option("damaged")
    shopper.page.locator(".units input").first.fill("1")
    shopper.page.fill("#explanation", "The cover came bent.")
    with shopper.page.expect_navigation():
        shopper.press(".order-actions button.first")
    shopper.see("refund-asked", "/refunds/")
    shopper.reads("The cover came bent.")
    return re.search(r"/refunds/(\w+)", shopper.page.url)[1]


def gives_back(shopper, clerk, number, case):
    """4.2.4-5 to 4.2.4-7."""
    clerk.goes("/admin/refunds", "refunds-waiting")
    clerk.goes(f"/admin/refunds/{case}", "refund-to-decide")
    clerk.reads("The cover came bent.")
    clerk.page.fill("#answer", "We are sorry.")
    clerk.sends("[name=then][value=pay]", "refund-approved")
    shopper.visitor.open(f"/refunds/{case}")
    shopper.page.wait_for_function(
        "text => document.querySelector('main').innerText.includes(text) || void location.reload()",
        arg=shopper.word("refundState.settled"), polling=500)
    shopper.see("refund-settled")
    clerk.goes(f"/admin/refunds/{case}", "refund-record")
    clerk.reads(clerk.word("refunds.records"))


# req: 2.2-1 2.2-5 4.2.2-0 4.2.2-1 4.2.2-2 4.2.2-3 4.2.2-4 4.2.2-5 4.2.2-6 4.2.2-7 4.2.2-8
# req: 4.2.3-0 4.2.3-1 4.2.3-2 4.2.3-3 4.2.3-4 4.2.3-5 4.2.3-6 4.2.3-7 4.2.3-8 4.2.3-9 4.2.3-10 4.2.3-11
# req: 4.2.4-0 4.2.4-1 4.2.4-2 4.2.4-3 4.2.4-4 4.2.4-5 4.2.4-6 4.2.4-7
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_an_order_is_reviewed_sent_signed_for_and_in_part_given_back(visit, face):
    shopper, number, due = buys(visit, face)
    clerk, title = Clerk(visit(face)), NOTEBOOK[face.language]
    reviews(visit, clerk, number, title, due)
    sends(clerk, number, title)
    signs(shopper, clerk, number, by_buyer=face.is_phone)
    gives_back(shopper, clerk, number, asks_back(shopper, number))

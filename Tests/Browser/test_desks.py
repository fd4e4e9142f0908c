"""An order on its way through the desks: reviewed, sent, signed for, and in part given back. Each numbered step of the three
flows is a state of a page that somebody sees; the number stands beside it. What staff do more seldom is in
test_review.py and test_refunds.py, and a merchant's own day in test_merchant.py."""
import pytest

from clerk import Clerk
from customer import Customer
from faces import DESK_FACES
from paper import picture

NOTE, STREET, OTHER_STREET = "To the neighbour", "文三路 92 号", "文三路 94 号"


def reviews(clerk, bought):
    clerk.enters("/admin/review", "review-waiting")  # 4.2.2-2
    tabs = clerk.page.locator(".tabs a").all_inner_texts()
    for part, tab in zip(("waiting", "reviewed"), tabs, strict=True):  # 4.2.2-1
        assert clerk.word(f"review.parts.{part}") in tab
    clerk.tries_each_filter(bought, "/admin/review", "review-filtered", misses=True)  # 4.2.2-4
    clerk.reads_the_row(bought)  # 4.2.2-3
    number = bought.number
    clerk.follows(clerk.page.locator("a.number", has_text=number), "order-to-review", f"/admin/orders/{number}")  # 4.2.2-5
    clerk.follows(f"a[href$='/{number}/edit']", "order-edit", f"/admin/orders/{number}/edit")  # 4.2.2-6
    clerk.page.fill("#note", NOTE)
    clerk.page.fill("#reason", "The buyer asked for it")
    clerk.sends("button.second[name=preview]", "order-edit-preview")
    clerk.reads(clerk.word("review.same"), ".note.sky")
    clerk.sends("[name=save].first", "order-edited", f"/admin/orders/{number}$")
    clerk.reads(NOTE, ".changes ins")
    clerk.sends(f"form[action$='/{number}/pass'] button", "order-passed")  # 4.2.2-7
    clerk.is_told_that("passed")
    clerk.goes(f"/admin/review?number={number}", "review-waiting-no-more")  # 4.2.2-8
    assert clerk.lists(number).count() == 0
    clerk.tries_each_filter(bought, "/admin/review?part=reviewed", "reviewed-filtered")  # 4.2.2-4 of the other part
    clerk.reads_the_row(bought)


def sends(clerk, shopper, bought):
    number = bought.number
    clerk.goes("/admin/shipping", "to-ship")  # 4.2.3-2
    tabs = clerk.page.locator(".tabs a").all_inner_texts()
    for part, tab in zip(("toShip", "toSignFor", "completed"), tabs, strict=True):  # 4.2.3-1
        assert clerk.word(f"shipping.parts.{part}") in tab
    clerk.tries_each_filter(bought, "/admin/shipping", "to-ship-filtered", misses=True)  # 4.2.3-4
    clerk.reads_the_row(bought)  # 4.2.3-3
    clerk.follows(clerk.page.locator("a.number", has_text=number), "to-ship-order", f"/admin/shipping/{number}")  # 4.2.3-5
    clerk.reads(NOTE)  # 4.2.3-9
    shopper.sees_order(number, "order-with-note")
    shopper.reads(NOTE)
    readdresses(clerk, number, STREET, "station", "to-ship")
    clerk.is_refused("[name=then][value=send]", "send-without-number")
    clerk.page.locator("#carrier").select_option(index=1)
    clerk.page.fill("#trackingNumber", f"SF{number.replace('-', '')[-10:]}")
    clerk.sends("[name=then][value=send]", "sent")  # 4.2.3-6
    clerk.is_told_that("parcelSent")


def readdresses(clerk, number, street, method, name):
    clerk.follows(f"a[href*='/{number}/address']", f"{name}-readdress", f"/admin/shipping/{number}/address")
    clerk.page.fill("#street", street)
    clerk.sends("[name=save]", f"{name}-readdressed")
    clerk.reads(street)
    clerk.page.locator("#method").select_option(method)
    clerk.sends("form[action$='/method'] button", f"{name}-other-method")
    assert clerk.page.locator("#method").input_value() == method


def signs(shopper, clerk, bought, by_buyer):
    """By the buyer, or by the merchant on what the carrier shows."""
    number = bought.number
    clerk.tries_each_filter(bought, "/admin/shipping?part=toSignFor", "to-sign-for-filtered")  # 4.2.3-4 4.2.3-7
    clerk.reads_the_row(bought)
    assert clerk.lists(number).locator(".col-latest").inner_text().strip(), "no latest movement"  # 4.2.3-0
    address = f"/admin/shipping/{number}"
    clerk.follows(clerk.page.locator("a.number", has_text=number), "to-sign-for-order", address)  # 4.2.3-8
    clerk.reads(STREET)  # 4.2.3-9
    clerk.reads(NOTE)
    clerk.reads(clerk.word("admin.tabs.awaitingReceipt"), ".admin-head .state")
    readdresses(clerk, number, OTHER_STREET, "door", "to-sign-for")  # 4.2.3-10
    shopper.sees_order(number, "order-sent")
    shopper.reads(OTHER_STREET)
    if by_buyer:
        shopper.confirms_receipt(number)
    else:
        clerk.is_refused("form[action$='/complete'] button", "completed-without-proof")
        clerk.page.fill("#proof", "Signed for at the gate")
        clerk.page.set_input_files("#picture", picture("proof.png", (70, 120, 90)))
        clerk.sends("form[action$='/complete'] button", "completed-on-proof", f"{address}$")  # 4.2.3-10
        clerk.is_told_that("completed")
        clerk.reads("Signed for at the gate")
        assert clerk.page.locator("img.proof").count() == 1
    clerk.tries_each_filter(bought, "/admin/shipping?part=completed", "completed-filtered")  # 4.2.3-4 4.2.3-11
    clerk.reads_the_row(bought)
    clerk.goes(f"/admin/orders/{number}", "order-completed-desk")
    clerk.reads(clerk.word("orderState.completed"), ".admin-head .state")
    shopper.sees_order(number, "order-completed")  # 4.2.4-1
    shopper.reads(shopper.word("orderState.completed"), ".order-top .state")
    for text in (NOTE, OTHER_STREET, "SF"):  # 4.2.4-2
        shopper.reads(text)


def gives_back(shopper, clerk, bought):
    case = shopper.asks_back(
        bought.number, "moneyOnly", "damaged", explanation="The cover came bent.", evidence=[picture()])  # 4.2.4-0 to -4
    for text in ("The cover came bent.", shopper.word("refundReason.damaged"), shopper.word("refundState.requested")):
        shopper.reads(text)
    assert shopper.page.locator(".evidence img").count() == 1
    clerk.goes("/admin/refunds", "refunds-waiting")  # 4.2.4-5
    clerk.follows(clerk.page.locator(f"a[href='/admin/refunds/{case}']"), "refund-to-decide", f"/admin/refunds/{case}")
    clerk.reads("The cover came bent.")
    assert clerk.page.locator(".evidence img").count() == 1
    clerk.page.fill("#amount", f"{bought.amount + 1}")  # 4.2.4-6: never above what was paid
    clerk.is_refused("[name=then][value=pay]", "refund-above-what-was-paid", 409)
    clerk.page.fill("#amount", "12.50")
    clerk.page.fill("#answer", "We are sorry.")
    clerk.sends("[name=then][value=pay]", "refund-approved")
    shopper.follows(case, "settled", "refund-settled")
    shopper.reads("12.50")
    shopper.reads("We are sorry.")
    clerk.goes(f"/admin/refunds/{case}", "refund-record")  # 4.2.4-7
    clerk.reads(clerk.word("refunds.records"))
    clerk.follows(".admin-head a[href^='/admin/orders/']", "order-with-refund", f"/admin/orders/{bought.number}$")
    clerk.follows("a[href$='/ledger']", "order-ledger", f"/admin/orders/{bought.number}/ledger$")
    clerk.reads("12.50")


# req: 2.2-1 2.2-5 4.2.2-0 4.2.2-1 4.2.2-2 4.2.2-3 4.2.2-4 4.2.2-5 4.2.2-6 4.2.2-7 4.2.2-8
# req: 4.2.3-0 4.2.3-1 4.2.3-2 4.2.3-3 4.2.3-4 4.2.3-5 4.2.3-6 4.2.3-7 4.2.3-8 4.2.3-9 4.2.3-10 4.2.3-11
# req: 4.2.4-0 4.2.4-1 4.2.4-2 4.2.4-3 4.2.4-4 4.2.4-5 4.2.4-6
# part of req: 4.2.4-7
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_an_order_is_reviewed_sent_signed_for_and_in_part_given_back(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    bought = shopper.orders()
    reviews(clerk, bought)
    sends(clerk, shopper, bought)
    signs(shopper, clerk, bought, by_buyer=face.is_phone)
    gives_back(shopper, clerk, bought)

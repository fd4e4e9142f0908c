"""The ways that a request for money or goods can go, each seen from both sides: by staff at the desk, and by the buyer on
the request's own page, who follows each state."""
import pytest

from clerk import Clerk
from customer import Customer
from faces import OPPOSITE_FACES
from paper import picture

# Its two bindings differ in price, the cheaper one first.
BOOK = {"en": "Picture book: Ten Things in a Pocket", "zh-Hans": "绘本《口袋里的十样东西》"}


def opens(clerk, case, name):
    clerk.goes(f"/admin/refunds/{case}", name)


def is_rejected(shopper, clerk, bought):
    """4.2.4-6: with a reason that the buyer reads."""
    case = shopper.asks_back(
        bought.number, "moneyOnly", "notAsDescribed", explanation="The dots are lines.", evidence=[picture()],
        name="to-reject")
    shopper.follows(case, "requested", "to-reject-waits")
    opens(clerk, case, "to-reject-at-desk")
    clerk.page.fill("#rejection", " ")
    clerk.is_refused("form[action$='/reject'] button", "refused-without-reason")
    clerk.page.fill("#rejection", "The page says lines.")
    clerk.sends("form[action$='/reject'] button", "refused")
    clerk.is_told_that("refundRejected")
    shopper.follows(case, "rejected", "refused-for-the-buyer")
    shopper.reads("The page says lines.")
    shopper.reads(shopper.word("refundAdvice.rejected"))


def is_withdrawn(shopper, clerk, bought):
    case = shopper.asks_back(bought.number, "goodsBack", "changedMind", name="to-withdraw")
    shopper.press("details.ask summary")
    with shopper.page.expect_navigation():
        shopper.press("details.ask button")
    shopper.follows(case, "withdrawn", "withdrawn")
    opens(clerk, case, "withdrawn-at-desk")
    clerk.reads(clerk.word("refundState.withdrawn"), ".admin-head .state")
    assert clerk.page.locator("form[action$='/approve'], form[action$='/reject']").count() == 0


def sends_goods_back(shopper, clerk, case, name):
    """Agreed if the goods come back: the buyer says how they travel, the merchant sees it."""
    opens(clerk, case, f"{name}-at-desk")
    clerk.page.fill("#answer", "Please send it back.")
    clerk.sends("[name=then][value=goods]", f"{name}-goods-asked")
    shopper.follows(case, "awaitingGoods", f"{name}-to-send-back")
    shopper.reads("Please send it back.")
    shopper.page.locator("#carrier").select_option(index=1)
    shopper.page.fill("#trackingNumber", f"YT{case[-8:]}".upper().replace("_", "0"))
    with shopper.page.expect_navigation():
        shopper.press("form[action$='/parcel'] button")
    shopper.see(f"{name}-sent-back")
    number = shopper.page.locator(".order-side .number").first.inner_text()
    opens(clerk, case, f"{name}-on-its-way-back")
    clerk.reads(number)


def is_brought_back(shopper, clerk, bought):
    """4.2.4-6 4.2.4-7: of two units one can be sold again, the other is written off, and the money goes."""
    case = shopper.asks_back(bought.number, "goodsBack", "damaged", units=2, evidence=[picture()], name="return")
    sends_goods_back(shopper, clerk, case, "return")
    restock = clerk.page.locator("[name^='restocked.']").first
    assert restock.input_value() == "2"
    restock.fill("1")
    clerk.page.fill("form[action$='/receive'] #note", "One corner is bent")
    clerk.sends("form[action$='/receive'] button", "return-received")
    clerk.is_told_that("refundReceived")
    clerk.reads(clerk.word("phrases.refunds.inspected").replace("{restocked}", "1").replace("{writtenOff}", "1"))
    shopper.follows(case, "received", "return-looked-at")
    clerk.sends("[name=then][value=pay]", "return-paid-back")
    shopper.follows(case, "settled", "return-settled")
    opens(clerk, case, "return-record")
    clerk.reads(clerk.word("refunds.records"))
    for text in ("goodsAsked", "goodsSent", "received", "settled"):
        clerk.reads(clerk.word(f"refundStep.{text}"), ".timeline")


def is_exchanged(shopper, clerk, bought):
    """Other goods instead of money: an order with nothing to pay."""
    case = shopper.asks_back(bought.number, "exchange", "wrongGoods", name="exchange")
    sends_goods_back(shopper, clerk, case, "exchange")
    clerk.sends("form[action$='/receive'] button", "exchange-received")
    clerk.sends("[name=then][value=pay]", "exchange-sent")
    shopper.follows(case, "settled", "exchange-settled")
    shopper.reads(shopper.word("refundAdvice.exchanged"))
    shopper.press(".order-actions .button.first")
    shopper.see("exchange-order", "/orders/")
    shopper.reads("¥0.00", ".amounts .due")


def is_exchanged_for_dearer(shopper, clerk):
    """What the other goods cost more is paid first, and then they are on their way."""
    bought = shopper.orders(1, BOOK[shopper.language])
    clerk.hands_over(bought.number)
    shopper.confirms_receipt(bought.number, "dearer-received")
    case = shopper.asks_back(bought.number, "exchange", "wrongGoods", name="dearer")
    opens(clerk, case, "dearer-at-desk")
    clerk.reads("¥30.00")
    clerk.sends("[name=then][value=pay]", "dearer-agreed")
    shopper.follows(case, "approved", "dearer-to-pay")
    shopper.reads("¥30.00", ".note.amber")
    shopper.reads(shopper.word("refunds.payDifference"), ".order-actions")
    shopper.press(".order-actions a.button.first")
    shopper.see("dearer-order", "/orders/")
    shopper.reads("¥30.00", ".amounts .due")
    shopper.press(".order-actions a[href$='/pay']")
    shopper.see("dearer-pay", r"/orders/[\w-]+/pay$")
    shopper.reads("¥30.00", ".pay-due")
    shopper.pays()
    shopper.follows(case, "settled", "dearer-settled")


def gives_goodwill(shopper, clerk, bought):
    clerk.goes(f"/admin/orders/{bought.number}", "order-before-goodwill")
    clerk.follows("a[href$='/goodwill']", "goodwill", f"/admin/orders/{bought.number}/goodwill")
    clerk.page.fill("#amount", "99999")
    clerk.page.fill("#words", "For the wait")
    clerk.is_refused("main form .button.first", "goodwill-above-what-was-paid", 409)
    clerk.page.fill("#amount", "3.00")
    clerk.sends("main form .button.first", "goodwill-given", "/admin/refunds/")
    clerk.is_told_that("goodwillGiven")
    case = clerk.page.url.split("?")[0].rsplit("/", 1)[1]
    shopper.follows(case, "settled", "goodwill-for-the-buyer")
    shopper.reads("For the wait")
    shopper.reads("¥3.00")
    clerk.goes(f"/admin/orders/{bought.number}/ledger", "ledger-after-refunds")
    clerk.reads("¥3.00")


# req: 4.2.4-0 4.2.4-1 4.2.4-2 4.2.4-3 4.2.4-4 4.2.4-5 4.2.4-6 4.2.4-7
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_requests_are_refused_withdrawn_brought_back_exchanged_and_money_is_given_unasked(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    bought = shopper.orders(6)
    clerk.enters("/admin/refunds", "refunds")
    clerk.hands_over(bought.number)
    shopper.confirms_receipt(bought.number)
    is_rejected(shopper, clerk, bought)
    is_withdrawn(shopper, clerk, bought)
    is_brought_back(shopper, clerk, bought)
    is_exchanged(shopper, clerk, bought)
    is_exchanged_for_dearer(shopper, clerk)
    gives_goodwill(shopper, clerk, bought)
    shopper.visitor.open("/refunds")
    shopper.see("own-refunds")
    clerk.goes("/admin/refunds?part=settled", "refunds-settled")
    clerk.goes("/admin/refunds?part=closed", "refunds-closed")
    # What stands for a request can't be asked for again: of six units one went for other goods and two came back.
    shopper.visitor.open(f"/orders/{bought.number}/refund")
    assert shopper.page.locator(".units input").first.get_attribute("max") == "3"

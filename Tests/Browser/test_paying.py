"""A buyer pays at each provider's own till: on a page, by a code that a phone reads, with a part from the balance; refuses, closes
the window, pays in a second tab, and pays when the time is over."""
import pytest

from camera import read_code
from faces import OPPOSITE_FACES, Face
from looks import faults_of_look
from payer import Payer
from treasurer import Treasurer

# On a computer WeChat Pay has a code and no page.
PAGES = {"phone": ("alipay", "wechat", "stripe"), "desktop": ("alipay", "stripe")}
DESKTOPS = (Face("en", "desktop", "dark", True), Face("zh-Hans", "desktop", "light", False))


def looks_well(payer):
    faults = faults_of_look(payer.visitor)
    assert not faults, "\n".join(faults)


def comes_to_the_till(payer, method, name):
    """Orders, and goes to whoever takes the money for it."""
    bought = payer.places()
    payer.goes_on(method)
    payer.is_at_the_till(method, name, bought.due)
    return bought


# req: 2.2-4 4.1.4-1 4.1.4-2 4.1.4-5
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_an_order_is_paid_on_the_page_of_each_provider(visit, methods, face):
    payer = Payer(visit(face))
    for method in PAGES[face.size]:
        bought = comes_to_the_till(payer, method, "till")
        payer.pays_at_the_till(f"paid-with-{method}")
        looks_well(payer)
        payer.reads(bought.number, "#result")
        payer.sees_order(bought.number, f"order-paid-with-{method}")
        payer.reads(payer.word(f"pay.methods.{method}"))


def is_scanned(visit, sandbox, code, name):
    """By a phone that was never in the shop. WeChat's scheme opens its app, for which the sandbox has a page; Alipay's code is the
    address itself."""
    begin = "weixin://wxpay/bizpayurl?"
    assert code.startswith((begin, f"{sandbox.address}/")), code
    phone = visit(Face("zh-Hans", "phone", "light", True))
    phone.open(code.replace(begin, f"{sandbox.address}/wxpay/bizpayurl?"))
    phone.see(f"{name}-scanned", "/till/")
    return phone


def is_paid_by(phone, name):
    phone.press("form[action$='/pay'] button")
    phone.page.locator(".outcome.paid").wait_for()
    phone.see(f"{name}-paid-by-phone")


def is_scanned_and_paid(visit, sandbox, code, name):
    is_paid_by(is_scanned(visit, sandbox, code, name), name)


def turns_to_paid(payer, name):
    """With scripts the page that shows the code sees by itself when the money has come."""
    if not payer.visitor.face.scripts:
        with payer.page.expect_navigation():
            payer.press("#result a.second[href^='/checkout/result/']")
    payer.page.locator("#result h1", has_text=payer.word("result.paid")).wait_for()
    payer.see(name)
    assert payer.page.locator("svg.qr").count() == 0


# req: 2.2-4 4.1.4-1 4.1.4-5
@pytest.mark.parametrize("face", DESKTOPS, ids=str)
def test_a_code_is_shown_read_by_a_phone_and_paid(visit, methods, sandbox, face):
    payer = Payer(visit(face))
    bought = payer.places()
    payer.goes_on("wechat")
    payer.asks_how_it_stands("code", "code-of-wechat")
    payer.reads(bought.due, "#result")
    looks_well(payer)
    is_scanned_and_paid(visit, sandbox, read_code(payer.page.locator("svg.qr")), "wechat")
    turns_to_paid(payer, "code-of-wechat-paid")
    bought = payer.places()
    payment = payer.opens_a_code(bought.number, "alipay")
    payer.visitor.open(f"/checkout/result/{payment}")
    payer.asks_how_it_stands("code", "code-of-alipay")
    is_scanned_and_paid(visit, sandbox, read_code(payer.page.locator("svg.qr")), "alipay")
    turns_to_paid(payer, "code-of-alipay-paid")


# req: 2.2-4 4.1.4-5
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_who_is_refused_or_closes_the_window_goes_on_or_pays_in_another_way(visit, methods, face):
    payer = Payer(visit(face))
    bought = comes_to_the_till(payer, "alipay", "to-refuse")
    payer.presses_at_the_till("refuse")
    payer.asks_how_it_stands("pending", "refused-at-alipay")
    looks_well(payer)
    payer.press("#result a.first")
    payer.is_at_the_till("alipay", "after-refusal", bought.due)
    assert payer.page.locator(".before").is_visible(), "the till doesn't say that the last try was refused"
    payer.presses_at_the_till("leave")
    payer.asks_how_it_stands("pending", "window-closed")
    payer.goes_back_to_the_choice("another-way")
    # Stripe says on its own page that the card was declined, and takes another.
    payer.goes_on("stripe")
    payer.is_at_the_till("stripe", "to-decline", bought.due)
    payer.presses_at_the_till("refuse")
    payer.is_at_the_till("stripe", "declined", bought.due)
    assert payer.page.locator(".before").is_visible()
    payer.presses_at_the_till("leave")
    payer.asks_how_it_stands("pending", "window-of-stripe-closed")
    payer.press("#result a.first")
    payer.is_at_the_till("stripe", "after-decline", bought.due)
    payer.pays_at_the_till("paid-in-the-end")
    payer.reads(bought.number, "#result")


# req: 2.2-4 4.1.4-5
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_who_is_refused_at_wechat_pay_tries_once_more_there(visit, methods, sandbox, face):
    payer = Payer(visit(face))
    bought = payer.places()
    payer.goes_on("wechat")
    if face.is_phone:
        payer.is_at_the_till("wechat", "to-refuse", bought.due)
        payer.presses_at_the_till("refuse")
        payer.asks_how_it_stands("pending", "refused-at-wechat")
        looks_well(payer)
        payer.press("#result a.first")
        payer.is_at_the_till("wechat", "after-refusal", bought.due)
        assert payer.page.locator(".before").is_visible(), "the till doesn't say that the last try was refused"
        payer.pays_at_the_till("paid-at-wechat-after-refusal")
    else:
        # The code is good for another try.
        payer.asks_how_it_stands("code", "code-to-refuse")
        phone = is_scanned(visit, sandbox, read_code(payer.page.locator("svg.qr")), "to-refuse-wechat")
        with phone.page.expect_navigation():
            phone.press("form[action$='/refuse'] button")
        phone.see("refused-by-wechat", "/till/")
        assert phone.page.locator(".before").is_visible(), "the till doesn't say that the last try was refused"
        payer.visitor.open(payer.page.url)
        payer.asks_how_it_stands("code", "code-after-refusal")
        is_paid_by(phone, "wechat-after-refusal")
        turns_to_paid(payer, "code-paid-after-refusal")
    payer.sees_order(bought.number, "order-paid-after-refusal")
    payer.reads(payer.word("pay.methods.wechat"))


# req: 2.2-4 4.1.4-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_of_two_tabs_one_pays_and_the_other_takes_nothing(visit, methods, face):
    payer = Payer(visit(face))
    bought = comes_to_the_till(payer, "stripe", "first-tab")
    twin = payer.in_another_tab()
    # The same way leads to the same till.
    twin.visitor.open(f"/orders/{bought.number}/pay")
    twin.goes_on("stripe")
    twin.is_at_the_till("stripe", "second-tab", bought.due)
    assert twin.page.url == payer.page.url
    # Another way closes the first.
    twin.visitor.open(f"/orders/{bought.number}/pay")
    twin.goes_on("alipay")
    twin.is_at_the_till("alipay", "second-tab", bought.due)
    twin.pays_at_the_till("paid-in-second-tab")
    payer.presses_at_the_till("pay")
    payer.visitor.see("first-tab-too-late", "/till/", speaks=face.language)
    assert payer.page.locator(".outcome.closed").is_visible(), "the first tab took money, too"
    payer.press("a.button.primary")
    payer.visitor.arrives("/checkout/result/")
    payer.hears(payer.payment(), "other", "first-tab-in-the-shop")
    looks_well(payer)
    # Whoever still has the choice before him is told, and pays nothing.
    payer.visitor.open(f"/orders/{bought.number}/pay")
    payer.see("nothing-left-to-pay", f"/orders/{bought.number}$")


# req: 2.2-4 4.1.4-2 4.1.4-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_who_pays_when_the_time_is_over_pays_again_and_late_money_goes_back(visit, methods, sandbox, face):
    payer, clerk = Payer(visit(face)), Treasurer(visit(face))
    bought = comes_to_the_till(payer, "alipay", "to-be-late")
    first = payer.number_at_the_till()
    with sandbox.later(hours=2):
        payer.presses_at_the_till("pay")
        payer.visitor.see("too-late-at-alipay", "/till/", speaks=payer.tills_language("alipay"))
        assert payer.page.locator(".outcome.closed").is_visible()
        payer.press("a.button.primary")
        payer.asks_how_it_stands("closed", "too-late-in-the-shop")
        looks_well(payer)
    payer.goes_back_to_the_choice("pay-again-in-time")
    payer.goes_on("stripe")
    payer.is_at_the_till("stripe", "in-time", bought.due)
    payer.pays_at_the_till("paid-in-time")
    # Money for the first comes all the same: the order has no use for it.
    sandbox.pays_although_closed("alipay", first)
    payer.hears(first, "back", "late-money-goes-back")
    looks_well(payer)
    clerk.enters("/admin/payments/cases", "cases")
    clerk.sees_in_time("/admin/payments/cases?part=handled", first, "late-money-at-desk")
    looks_well(clerk)
    clerk.goes(f"/admin/transactions/{first}", "late-money-transaction")
    clerk.reads(clerk.word("paymentState.refunded"), ".admin-head .state")
    clerk.goes(f"/admin/payments/notices?payment={first}", "late-money-notices")
    assert clerk.page.locator("table.dense tbody tr").count() >= 1
    clerk.reads(clerk.word("notices.believed"), "table.dense tbody")
    looks_well(clerk)

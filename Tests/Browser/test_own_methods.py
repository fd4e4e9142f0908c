"""How the shop is paid without a provider: by bank transfer, at the door, and with what it owes the buyer."""
import decimal

import pytest

from faces import OPPOSITE_FACES
from looks import faults_of_look
from payer import Payer
from treasurer import Treasurer

# As bin/test-browser sets the shop up.
ACCOUNT = "6217 0000 1111 2222"
CASES = "/admin/payments/cases"


def looks_well(someone):
    faults = faults_of_look(someone.visitor)
    assert not faults, "\n".join(faults)


def what_came_is_not_enough(clerk, payment, due):
    address = f"/admin/transactions/{payment}/receipt"
    clerk.follows("a[href$='/receipt']", "transfer-to-confirm", address)
    clerk.page.fill("#amount", "much")
    clerk.is_refused("main form .button.first", "transfer-unreadable")
    looks_well(clerk)
    clerk.confirms(payment, due - 1, "transfer-too-little")
    clerk.is_told_that("receiptPart")
    clerk.goes(CASES, "case-too-little")
    assert clerk.case_of(payment, "paidShort").count() == 1
    looks_well(clerk)


def the_rest_comes(clerk, payment):
    clerk.goes(f"/admin/transactions/{payment}/receipt", "transfer-rest-to-confirm")
    assert clerk.page.locator("#amount").input_value() == "1.00", "the form doesn't say what is missing"
    clerk.sends("main form .button.first", "transfer-whole")
    clerk.is_told_that("receiptWhole")
    clerk.sees_in_time(f"{CASES}?part=handled", payment, "case-too-little-handled")


def more_comes_and_goes_back_by_hand(clerk, payment):
    """A case that only a person can end."""
    clerk.confirms(payment, "2.00", "transfer-too-much", is_more=True)
    clerk.goes(CASES, "case-too-much")
    case = clerk.case_of(payment, "paidTooMuch")
    case.locator("[name=reason]").first.fill(" ")
    clerk.is_refused(case.locator("form button"), "case-without-a-reason")
    looks_well(clerk)
    case = clerk.case_of(payment, "paidTooMuch")
    case.locator("[name=reason]").first.fill("Sent back to the account that it came from")
    clerk.sends(case.locator("form button"), "case-handled", CASES)
    clerk.is_told_that("casePaidBack")
    clerk.goes(f"{CASES}?part=handled", "cases-handled")
    assert clerk.case_of(payment, "paidTooMuch").count() == 1
    clerk.reads("Sent back to the account that it came from")


# req: 2.2-4 4.1.4-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_transfer_is_confirmed_by_staff_bit_by_bit_and_what_is_too_much_is_a_case(visit, methods, face):
    payer, clerk = Payer(visit(face)), Treasurer(visit(face))
    bought = payer.places()
    payer.goes_on("transfer")
    payer.asks_how_it_stands("here", "transfer")
    payment = payer.payment()
    for text in (ACCOUNT, bought.due, payment):
        payer.reads(text, ".pay-transfer")
    looks_well(payer)
    clerk.enters(f"/admin/transactions/{payment}", "transfer-at-desk")
    what_came_is_not_enough(clerk, payment, bought.amount)
    payer.hears(payment, "here", "transfer-not-whole-yet")
    the_rest_comes(clerk, payment)
    payer.hears(payment, "paid", "transfer-came")
    more_comes_and_goes_back_by_hand(clerk, payment)


# req: 2.2-4 4.1.4-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_what_is_paid_at_the_door_is_confirmed_once_the_carrier_brought_it(visit, methods, face):
    payer, clerk = Payer(visit(face)), Treasurer(visit(face))
    bought = payer.places()
    payer.goes_on("cash")
    payer.asks_how_it_stands("door", "at-the-door")
    looks_well(payer)
    payment = payer.payment()
    clerk.enters(f"/admin/orders/{bought.number}", "order-at-the-door")
    looks_well(clerk)
    clerk.hands_over(bought.number)
    payer.confirms_receipt(bought.number, "received-at-the-door")
    clerk.goes(f"/admin/orders/{bought.number}", "order-not-paid-yet")
    clerk.follows(f"a[href='/admin/transactions/{payment}']", "door-transaction", "/admin/transactions/")
    clerk.follows("a[href$='/receipt']", "door-to-confirm", f"/admin/transactions/{payment}/receipt")
    assert decimal.Decimal(clerk.page.locator("#amount").input_value()) == bought.amount
    looks_well(clerk)
    clerk.sends("main form .button.first", "door-confirmed")
    clerk.is_told_that("receiptWhole")
    payer.hears(payment, "paid", "door-paid")
    clerk.sees_in_time(
        f"/admin/orders/{bought.number}/ledger", clerk.word("settlements.merchantGets"), "door-ledger")
    clerk.reads(bought.due)


def gives_credit(clerk, bought, amount, name):
    clerk.goes(f"/admin/orders/{bought.number}", f"{name}-order")
    clerk.follows("a[href^='/admin/customers/']", f"{name}-customer", "/admin/customers/")
    clerk.follows("a[href$='/balance']", f"{name}-balance")
    clerk.page.fill("#amount", amount)
    clerk.page.fill("#reason", "For the wait")
    clerk.sends("main form .button.first", f"{name}-credited")
    clerk.is_told_that("balanceCredited")
    looks_well(clerk)


# req: 2.2-4
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_balance_pays_a_part_beside_a_provider_and_all_of_it_alone(visit, methods, face):
    payer, clerk = Payer(visit(face)), Treasurer(visit(face))
    bought = payer.places()
    clerk.enters("/admin/transactions", "transactions")
    gives_credit(clerk, bought, "5.00", "part")
    payer.visitor.open(f"/orders/{bought.number}/pay")
    payer.reads("¥5.00", ".pay-balance")
    payer.uses_balance()
    payer.see("pay-with-a-part-of-balance")
    looks_well(payer)
    payer.goes_on("alipay")
    payer.is_at_the_till("alipay", "rest", f"¥{bought.amount - 5}")
    payer.pays_at_the_till("paid-with-balance-and-alipay")
    payer.reads(payer.word("phrases.result.fromBalance").replace("{amount}", "¥5.00"), "#result")
    looks_well(payer)
    payer.visitor.open("/account/balance")
    payer.see("balance-spent")
    payer.reads(payer.word("balanceKind.spent"))
    again = payer.places()
    gives_credit(clerk, again, "2000.00", "all")
    payer.visitor.open(f"/orders/{again.number}/pay")
    payer.uses_balance()
    payer.see("pay-with-balance-alone")
    payer.press("form[action$='/pay'] button.first")
    payer.asks_how_it_stands("paid", "paid-with-balance-alone")
    payer.sees_order(again.number, "order-paid-with-balance")
    payer.reads(payer.word("pay.methods.balance"))

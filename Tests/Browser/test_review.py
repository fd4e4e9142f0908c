"""What a reviewer does besides passing an order: changes all that can be changed, rejects, passes and rejects many at once;
and what becomes of it where two reviewers look at the same order."""
import decimal

import pytest

from clerk import Clerk
from customer import Customer
from faces import DESK_FACES, OPPOSITE_FACES

SUPPORT = "support@example.com"
STREET, NOTE, WHY = "文三路 18 号", "Ring twice", "Wanted the better binding"


def changes_all(clerk, bought, dearer):
    """4.2.2-6: price, quantity, address and note, with a look at what it would come to before it's saved."""
    number = bought.number
    clerk.goes(f"/admin/orders/{number}/edit", "edit-all")
    unit = clerk.page.locator(".edit-lines [name^='unit.']").first
    before = decimal.Decimal(unit.input_value())
    unit.fill("dear")
    clerk.is_refused("[name=save].first", "edit-unreadable")
    clerk.page.locator(".edit-lines [name^='unit.']").first.fill(f"{before + dearer}")
    clerk.page.fill("#street", STREET)
    clerk.page.fill("#note", NOTE)
    clerk.page.fill("#reason", WHY)
    clerk.sends("button.second[name=preview]", "edit-all-preview")
    clerk.reads(f"¥{dearer * 2}", ".note.sky")  # Two units, each that much dearer.
    clerk.sends("[name=save].first", "edit-all-done", f"/admin/orders/{number}$")
    clerk.is_told_that("orderChangedDearer")
    for where, text in (("del", f"¥{before}"), ("ins", f"¥{before + dearer}"), ("ins", STREET), ("ins", NOTE)):
        assert clerk.page.locator(f".changes {where}", has_text=text).count() == 1, f"{text} isn't among the changes"
    clerk.reads(WHY, ".changes")
    # Nothing passes while money is owed.
    assert clerk.page.locator("form[action$='/pass']").count() == 0
    clerk.goes(f"/admin/review?number={number}", "waits-for-the-difference")
    clerk.reads(f"¥{dearer * 2}", ".col-mark")


def pays_the_difference(shopper, bought, dearer):
    shopper.sees_order(bought.number, "order-changed")
    for text in (STREET, NOTE, f"¥{dearer}"):
        shopper.reads(text)
    shopper.press(f".order-actions a[href$='/{bought.number}/pay']")
    shopper.see("pay-difference", f"/orders/{bought.number}/pay$")
    shopper.reads(f"¥{dearer}", ".pay-due")
    shopper.pays()
    shopper.sees_order(bought.number, "difference-paid")
    shopper.reads(shopper.word("timeline.supplemented"))


# req: 4.2.2-6 4.2.2-7 4.2.2-8
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_an_order_is_made_dearer_and_passes_once_the_buyer_has_paid_the_difference(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    bought, dearer = shopper.orders(2), decimal.Decimal("2.50")
    clerk.enters(f"/admin/orders/{bought.number}", "order-to-change")
    clerk.reads(clerk.word("holdReason.newAccount"))
    changes_all(clerk, bought, dearer)
    pays_the_difference(shopper, bought, dearer * 2)
    clerk.goes(f"/admin/orders/{bought.number}", "difference-came")
    clerk.page.fill("form[action$='/pass'] #note", "All is as he wants it")
    clerk.sends(f"form[action$='/{bought.number}/pass'] button", "passed-with-remark")
    clerk.is_told_that("passed")
    clerk.reads("All is as he wants it", ".timeline")


def rejects(clerk, shopper, bought):
    """4.2.2-6: not without a reason, which the buyer reads beside his money."""
    number, reason = bought.number, "The last one has a torn cover"
    clerk.goes(f"/admin/orders/{number}", "order-to-reject")
    clerk.press("details.ask summary")
    clerk.page.fill("#reason", " ")
    clerk.is_refused(f"form[action$='/{number}/reject'] button", "rejected-without-reason")
    clerk.page.fill("#reason", reason)
    clerk.sends(f"form[action$='/{number}/reject'] button", "rejected")
    clerk.is_told_that("rejected")
    clerk.reads(reason, ".timeline")
    shopper.sees_order(number, "order-rejected")
    shopper.reads(reason)
    shopper.reads(shopper.word("timeline.rejected"))


def judges_many(clerk, passed, rejected):
    clerk.goes("/admin/review?sort=newest", "many-to-review")
    # Scripts keep the button off until something is ticked.
    if clerk.visitor.face.scripts:
        assert clerk.page.locator("[name=act][value=pass]").is_disabled()
    else:
        clerk.sends("[name=act][value=pass]", "nothing-ticked")
        clerk.is_told_that("nothingChosen")
    clerk.ticks(*passed)
    clerk.see("many-ticked")
    clerk.sends("[name=act][value=pass]", "many-passed")
    clerk.is_told_that("passedAll", count=len(passed))
    for number in passed:
        assert clerk.lists(number).count() == 0
    clerk.ticks(*rejected)
    clerk.sends("[name=act][value=reject]", "many-to-reject")
    clerk.page.fill("#reason", " ")
    clerk.is_refused("main form .button.danger", "many-rejected-without-reason")
    clerk.page.fill("#reason", "Sold out at the maker's")
    clerk.sends("main form .button.danger", "many-rejected")
    clerk.is_told_that("rejectedAll", count=len(rejected))
    clerk.goes("/admin/review?part=reviewed", "many-reviewed")
    for number in passed:
        assert clerk.lists(number).count() == 1
    for number in rejected:
        assert clerk.lists(number).count() == 0


# req: 4.2.2-6 4.2.2-7 4.2.2-8
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_orders_are_rejected_with_a_reason_and_many_are_judged_at_once(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    numbers = [shopper.orders() for _ in range(5)]
    clerk.enters(f"/admin/review?number={numbers[0].number}", "order-found")
    rejects(clerk, shopper, numbers[0])
    judges_many(clerk, [each.number for each in numbers[1:3]], [each.number for each in numbers[3:]])


# req: 4.2.2-0 4.2.2-7
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_of_two_reviewers_at_once_the_second_sees_what_the_first_has_done(visit, face):
    shopper, first, second = Customer(visit(face)), Clerk(visit(face)), Clerk(visit(face))
    number = shopper.orders().number
    address = f"/admin/orders/{number}"
    first.enters(address, "first-looks")
    second.enters(f"{address}/edit", "second-edits", SUPPORT)
    first.goes(f"{address}/edit", "first-edits")
    first.page.fill("#note", "Told to the first")
    first.sends("[name=save].first", "first-saved")
    # The second has the order as it was before before him: his change isn't put above the other's.
    second.page.fill("#note", "Told to the second")
    second.sends("[name=save].first", "second-too-late-to-edit", f"{address}$")
    second.reads(second.word("refusal.orderChangedMeanwhile"), "#flash")
    second.reads("Told to the first")
    first.sends("form[action$='/pass'] button", "first-passed")
    second.sends("form[action$='/pass'] button", "second-too-late-to-pass")
    second.reads(second.word("refusal.wrongOrderState"), "#flash")
    second.reads(second.word("admin.tabs.awaitingShipment"), ".admin-head .state")
    assert second.page.locator(".timeline li", has_text=second.word("timeline.passed")).count() == 1

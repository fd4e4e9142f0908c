"""From the home page to the paid order, in every face of the shop."""
import pytest

from faces import OPPOSITE_FACES, every_face
from shopper import MUSTARD, NOTEBOOK, Shopper

ORDER_CENTRE_ROW = ".orders > li"


def fills_a_cart(visit, face):
    shopper = Shopper(visit(face))
    shopper.arrives()
    find = shopper.finds_by_search if face.is_phone else shopper.finds_by_category
    find(NOTEBOOK[face.language])
    shopper.chooses(MUSTARD[face.language])
    cost = shopper.takes(2)
    shopper.adds_to_cart()
    shopper.opens_cart()
    shopper.reads(MUSTARD[face.language], ".cart-line")
    shopper.reads(cost, ".cart-line")
    return shopper


def orders_as_somebody_new(visit, face):
    shopper = fills_a_cart(visit, face)
    shopper.checks_out()
    shopper.see("login", "/login")
    shopper.registers()
    shopper.see("confirm", "/checkout$")
    shopper.enters_address()
    return shopper, *shopper.places_order()


# req: 2.2-1 3.1.1-1 3.3.2-2 4-1 4.1.1-2 4.1.2-1 4.1.2-2 4.1.2-4 4.1.3-4 4.1.3-5 4.1.4-1 4.1.4-5 4.2.1-2 4.2.1-4
@pytest.mark.parametrize("face", every_face(), ids=str)
def test_a_shopper_buys_a_notebook_from_home_page_to_order_detail(visit, face):
    shopper = fills_a_cart(visit, face)
    shopper.checks_out()
    shopper.see("login", "/login")
    # On a phone somebody new, elsewhere the demo's customer; both come back to where they were going.
    if face.is_phone:
        shopper.registers()
        shopper.see("confirm", "/checkout$")
        shopper.enters_address()
    else:
        shopper.logs_in()
        shopper.see("confirm", "/checkout$")
    shopper.reads(MUSTARD[face.language], ".order-lines")
    number, due = shopper.places_order()
    shopper.goes_to_cashier()
    shopper.reads(due)
    shopper.decides("pay")
    shopper.reads(shopper.word("result.paid"))
    shopper.reads(number)
    shopper.reads(due)
    shopper.opens_orders()
    shopper.reads(number, ORDER_CENTRE_ROW)
    shopper.reads(NOTEBOOK[face.language], ORDER_CENTRE_ROW)
    shopper.opens_order(number)
    shopper.reads(MUSTARD[face.language], ".order-lines")
    shopper.reads(due)


# req: 2.2-4
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_refused_payment_says_so_and_the_next_one_succeeds(visit, face):
    shopper, number, _ = orders_as_somebody_new(visit, face)
    shopper.goes_to_cashier()
    shopper.decides("refuse")
    shopper.reads(shopper.word("result.refused"))
    shopper.press(f"#result a[href='/orders/{number}/pay']")
    shopper.see("pay-again", f"/orders/{number}/pay$")
    shopper.goes_to_cashier()
    shopper.decides("pay")
    shopper.reads(shopper.word("result.paid"))
    shopper.reads(number)


# req: 4.1.4-1 4.2.1-2
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_an_order_whose_cashier_was_closed_is_paid_later_from_the_order_centre(visit, face):
    shopper, number, _ = orders_as_somebody_new(visit, face)
    shopper.goes_to_cashier()
    shopper.decides("leave")
    shopper.reads(shopper.word("result.pending"))
    shopper.opens_orders()
    shopper.press(f"{ORDER_CENTRE_ROW} a[href='/orders/{number}/pay']")
    shopper.see("pay-later", f"/orders/{number}/pay$")
    shopper.goes_to_cashier()
    shopper.decides("pay")
    shopper.reads(shopper.word("result.paid"))
    shopper.opens_orders()
    assert not shopper.page.locator(f"a[href='/orders/{number}/pay']").count()

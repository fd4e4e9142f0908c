"""What can't be bought says so."""
import re

import pytest

from faces import OPPOSITE_FACES, Face
from shopper import KETTLE, NOTEBOOK, Shopper


# req: 4.1.1-2
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_sold_out_choice_says_so_and_cannot_be_bought(visit, face):
    shopper = Shopper(visit(face))
    shopper.arrives()
    shopper.finds_by_search(KETTLE[face.language])
    sold_out = shopper.page.locator(".choice.sold").first
    shopper.reads(shopper.word("product.soldOut"), ".choice.sold")
    address = sold_out.get_attribute("href")
    shopper.press(sold_out)
    shopper.see("sold-out", re.escape(address) + "$")
    shopper.reads(shopper.word("product.soldOutHere"), "#buy")
    assert not shopper.page.locator("#add, #buy-now, #stickybar button, #quantity, [data-step]").count()
    # A page from before it was sold out still has its buttons; what they send is refused with words.
    variant = shopper.page.locator("#buy [name=variant]").input_value()
    answer = shopper.page.request.post("/cart", form={"variant": variant, "quantity": "1", "then": "stay"})
    assert 'class="flash wrap bad"' in answer.text()
    shopper.visitor.open("/cart")
    shopper.see("empty-cart")
    shopper.reads(shopper.word("cart.empty"))


# req: 4.1.2-3
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_what_sells_out_meanwhile_is_left_out_of_the_sum_until_it_is_left_out_of_the_order(visit, face):
    shopper = Shopper(visit(face))
    shopper.arrives()
    shopper.finds_by_search(NOTEBOOK[face.language])
    cost = shopper.takes(2)
    shopper.adds_to_cart()
    shopper.finds_by_search(KETTLE[face.language])
    kettle = shopper.page.url
    shopper.takes(1)
    shopper.adds_to_cart()

    # Somebody else takes all that are left.
    rival = Shopper(visit(Face("en", "desktop", "light", True)))
    rival.visitor.open("/?lang=en")
    rival.visitor.open(kettle)
    rival.takes(int(rival.page.locator("#quantity").get_attribute("max")))
    rival.press("#buy-now")
    rival.see("login", "/login")
    rival.logs_in()
    rival.see("confirm-all", "/checkout$")
    number, _ = rival.places_order()

    shopper.opens_cart()
    shopper.see("cart-sold-out")
    shopper.reads(shopper.word("phrases.cart.problem.soldOut"), ".cart-line.blocked")
    shopper.reads(cost, ".sum .due")
    shopper.reads("2", ".sum > .button")
    assert shopper.page.locator(".sum > .button").is_disabled()
    shopper.press("[name=leaveOut]")
    shopper.page.locator("[name=checkout]").wait_for()
    shopper.see("cart-left-out", "/cart")
    shopper.reads(cost, ".sum .due")

    rival.visitor.open(f"/orders/{number}")
    rival.press(".ask summary")
    rival.press(".ask button")
    rival.page.locator("#flash .flash.good").wait_for()

"""What can't be bought says so."""
import re

import pytest

from faces import OPPOSITE_FACES
from shopper import KETTLE, Shopper


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

"""What is printed for those who pick and pack: on paper there is nothing of the back office, and a sheet for each parcel."""
import pytest

from clerk import Clerk
from customer import Customer
from faces import OPPOSITE_FACES
from printer import prints
from shopper import NOTEBOOK


# req: 2.2-5 4.2.3-5
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_the_pick_list_and_the_slips_of_two_orders_are_printed(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    numbers = [shopper.orders(quantity).number for quantity in (2, 3)]
    clerk.enters(f"/admin/review?number={numbers[0]}", "to-print")
    clerk.visitor.open("/admin/review?sort=newest")
    clerk.ticks(*numbers)
    clerk.sends("[name=act][value=pass]", "to-print-passed")
    clerk.goes("/admin/shipping", "to-print-list")
    clerk.ticks(*numbers)
    clerk.sends("[name=act][value=picklist]", "picklist", "/admin/shipping/picklist")
    row = clerk.page.locator(".sheet tbody tr").first.inner_text()
    for text in (NOTEBOOK[face.language], "5", *numbers):
        assert text in row, f"“{text}” isn't in the row: {row}"
    assert prints(clerk, "picklist") == 1
    clerk.goes("/admin/shipping", "to-print-list-again")
    clerk.ticks(*numbers)
    clerk.sends("[name=act][value=slips]", "slips", "/admin/shipping/slips")
    shown = clerk.page.locator(".slip")
    assert shown.count() == 2
    for number in numbers:
        assert shown.filter(has_text=number).filter(has_text="文三路 90 号").count() == 1
    assert prints(clerk, "slips") == 2, "each parcel has a sheet of its own, and no sheet is empty"

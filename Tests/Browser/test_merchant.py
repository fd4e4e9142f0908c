"""The day of somebody who works for a merchant: only the merchant's own orders and goods, only the desks that are for
merchants."""
import pytest

from clerk import Clerk
from customer import Customer
from faces import DESK_FACES, OPPOSITE_FACES

OWNER, PACKER = "northpine@example.com", "packing@northpine.example.com"
# Each is sold by one merchant alone.
CAP = {"en": "Washed six-panel cap", "zh-Hans": "水洗六片帽"}
SOCKS = {"en": "Ribbed socks, three pairs", "zh-Hans": "罗纹中筒袜三双装"}
DESKS = tuple(
    f"/admin/{name}" for name in ("review", "orders", "shipping", "refunds", "products", "stock", "shop"))
PLATFORM_DESKS = tuple(
    f"/admin/{name}" for name in ("merchants", "categories", "brands", "content", "parts", "events"))


def sees_a_merchants_menu(clerk):
    """2.2-1 3.1.2-1: what isn't for merchants isn't there, and doesn't open by its address either."""
    clerk.opens_menu()
    clerk.see("merchant-menu")
    desks = clerk.desks()
    assert set(DESKS) <= set(desks) and not set(PLATFORM_DESKS) & set(desks), desks
    clerk.is_told(PLATFORM_DESKS[0], 403, "merchant-not-for-him")
    for desk in PLATFORM_DESKS[1:]:
        assert clerk.page.request.get(desk).status == 403, desk


def sees_own_rows_alone(clerk, own, other):
    for address in ("/admin/review", "/admin/orders"):
        clerk.goes(f"{address}?sort=newest", f"merchant{address.replace('/', '-')}")
        assert clerk.lists(own.number).count() == 1 and clerk.lists(other.number).count() == 0
    clerk.is_told(f"/admin/orders/{other.number}", 404, "merchant-order-of-another")
    clerk.is_told(f"/admin/shipping/{other.number}", 404, "merchant-parcels-of-another")


def works_off(clerk, shopper, own):
    """4.2.2-5 to 4.2.3-11, by the merchant."""
    number = own.number
    clerk.goes(f"/admin/orders/{number}", "merchant-order")
    clerk.sends(f"form[action$='/{number}/pass'] button", "merchant-passed")
    clerk.goes(f"/admin/shipping?number={number}", "merchant-to-ship")
    clerk.reads_the_row(own)
    clerk.follows(clerk.page.locator("a.number", has_text=number), "merchant-to-pack", f"/admin/shipping/{number}")
    clerk.page.locator("#carrier").select_option(index=1)
    clerk.page.fill("#trackingNumber", f"ZT{number.replace('-', '')[-10:]}")
    clerk.sends("[name=then][value=send]", "merchant-sent")
    clerk.page.fill("#proof", "Signed by the buyer herself")
    clerk.sends("form[action$='/complete'] button", "merchant-completed")
    clerk.reads(clerk.word("orderState.completed"), ".admin-head .state")
    shopper.sees_order(number, "bought-of-merchant")
    shopper.reads(shopper.word("orderState.completed"), ".order-top .state")


def keeps_the_shop(clerk):
    """Profile and freight are the merchant's own; what can't be is said beside the field."""
    clerk.goes("/admin/shop", "merchant-profile")
    words = clerk.page.locator("#introductionEn").input_value()
    name = clerk.page.locator("#nameEn").input_value()
    for field in ("#nameEn", "#nameZh"):
        clerk.page.fill(field, "")
    clerk.is_refused("form.admin-grid .button.first", "merchant-profile-nameless")
    clerk.goes("/admin/shop", "merchant-profile-again")
    assert clerk.page.locator("#nameEn").input_value() == name
    clerk.page.fill("#introductionEn", words)
    clerk.page.fill("#contact", "571 8800 1200, Mon–Fri 9–18")
    clerk.sends("form.admin-grid .button.first", "merchant-profile-saved")
    clerk.is_told_that("saved")
    clerk.goes("/admin/freight", "merchant-freight")
    fee = clerk.page.locator("[name='zones.0.firstFee']")
    before = fee.input_value()
    fee.fill("much")
    clerk.is_refused("form.freight .order-actions .button.first", "merchant-freight-unreadable")
    clerk.page.fill("[name='zones.0.firstFee']", before)
    clerk.sends("form.freight .order-actions .button.first", "merchant-freight-saved")
    assert clerk.page.locator("[name='zones.0.firstFee']").input_value() == before


# req: 2.2-1 2.3.2.1-1 4.2.2-0 4.2.2-2 4.2.3-2 4.2.3-6 4.2.3-10
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_a_merchants_owner_works_off_the_day_and_sees_nobody_elses_orders(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    own, other = shopper.orders(title=CAP[face.language]), shopper.orders(title=SOCKS[face.language])
    clerk.enters("/admin/orders", "merchant-orders", OWNER)
    sees_a_merchants_menu(clerk)
    sees_own_rows_alone(clerk, own, other)
    works_off(clerk, shopper, own)
    keeps_the_shop(clerk)


# req: 2.2-5 3.1.2-1 4.2.2-0 4.2.2-2
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_who_packs_for_a_merchant_finds_what_is_to_be_packed_and_no_more(visit, face):
    shopper, clerk = Customer(visit(face)), Clerk(visit(face))
    own = shopper.orders(title=CAP[face.language])
    clerk.enters("/admin/shipping", "packer-to-ship", PACKER)
    clerk.opens_menu()
    clerk.see("packer-menu")
    assert "/admin/review" not in clerk.desks() and "/admin/staff" not in clerk.desks()
    clerk.is_told("/admin/review", 403, "packer-may-not-review")
    clerk.goes(f"/admin/orders/{own.number}", "packer-order")
    assert clerk.page.locator("form[action$='/pass'], form[action$='/reject']").count() == 0
    answer = clerk.page.request.post(f"/admin/orders/{own.number}/pass")
    assert answer.status == 403

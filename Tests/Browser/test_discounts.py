"""Coupons and points: taken off in the cart, seen through to the order, made at a desk and given back."""
import datetime

import pytest

from clerk import Clerk
from faces import OPPOSITE_FACES
from shopper import Shopper

UMBRELLA = {"en": "Umbrella with a bent-wood handle", "zh-Hans": "弯木柄长伞"}


# req: 4.1.3-5
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_coupon_and_points_are_taken_off_what_is_due(visit, face):
    shopper = Shopper(visit(face))
    page, see = shopper.page, shopper.see
    shopper.visitor.open(f"/login?lang={face.language}")
    shopper.logs_in()
    shopper.visitor.arrives("/(?!login)")
    shopper.visitor.open(f"/search?q={UMBRELLA[face.language]}")
    shopper.press(page.locator(".card").first)
    shopper.visitor.arrives("/products/")
    shopper.adds_to_cart()
    shopper.opens_cart()
    if page.locator("[name=dropCoupon]").count():
        shopper.press("[name=dropCoupon]")
        page.locator("#coupon").wait_for()

    page.fill("#coupon", "nowhere-7")
    shopper.press("[name=applyCoupon]")
    page.locator("#coupon-fault").wait_for()
    shopper.visitor.expects(422)
    assert page.locator("#coupon").input_value() == "nowhere-7"
    see("cart-unknown-coupon")
    page.fill("#coupon", "river15")
    shopper.press("[name=applyCoupon]")
    page.locator(".coupon-on").wait_for()
    see("cart-coupon")

    shopper.checks_out()
    see("confirm-coupon", "/checkout")
    page.fill("#points", "500")
    shopper.press("[name=usePoints]")
    page.locator("[name=points][value='500']").wait_for()
    see("confirm-points", "/checkout")
    shopper.reads("RIVER15")
    number, due = shopper.places_order()
    shopper.visitor.open(f"/orders/{number}")
    see("order-discounts")
    shopper.reads("RIVER15")
    shopper.reads(due)
    shopper.visitor.open("/account/points")
    see("points")
    shopper.reads(shopper.word("points.kinds.spent"))
    # Nothing was paid, so all of it comes back.
    shopper.visitor.open(f"/orders/{number}")
    shopper.press("details.ask summary")
    with page.expect_navigation():
        shopper.press("form[action$='/cancel'] button")
    see("order-cancelled")
    shopper.visitor.open("/account/points")
    shopper.reads(shopper.word("points.kinds.returned"))


# req: 3.1.2-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_staff_make_a_coupon_change_it_and_switch_it_off(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/coupons", "coupons")
    clerk.reads("RIVER15")
    clerk.goes("/admin/coupons/new", "coupon-new")
    code = f"SPRING-{face.size.upper()}"
    day = datetime.date.today()
    fields = {
        "coupon": code, "nameEn": "Spring", "nameZh": "春", "amount": "5.00", "minimum": "50.00",
        "starts": f"{day}T00:00", "ends": f"{day + datetime.timedelta(days=30)}T00:00"}
    for name, value in fields.items():
        page.fill(f"#{name}", value)
    clerk.sends("form.form button.first", "coupon-made")
    clerk.reads(code)
    page.fill("#amount", "7.00")
    clerk.sends("form.form button.first", "coupon-changed")
    assert page.locator("#amount").input_value() == "7.00"
    clerk.sends("form[action$='/turn'] button", "coupon-off")
    clerk.goes(f"/admin/coupons?code={code}", "coupons-found")

"""Forms of the back office that are filled in wrongly come back with what was typed and with the fault beside its field."""
import pytest

from clerk import Clerk
from faces import Face
from looks import faults_of_look

FACES = (Face("en", "desktop", "light", False), Face("zh-Hans", "phone", "dark", False))
# A page (or what the trade made), the button that sends its form, and what is wrong in it. Nothing is ever kept of these.
FORMS = {
    "review-filter": ("/admin/review", ".admin-filters form button", {"dueFrom": "cheap"}),
    "edit": ("order-edit", "button.second[name=preview]", {"reason": "", "sku": "no-such-thing", "skuQuantity": "many"}),
    "parcel": ("parcels-to-pack", "[name=then][value=send]", {"carrierName": "", "trackingNumber": "x"}),
    "readdress": ("readdress", "[name=save]", {"street": "", "phone": "12", "postcode": "1"}),
    "refund": ("refund-asked", "form[action$='/approve'] [name=then]", {"amount": "much"}),
    "refund-refusal": ("refund-asked", "form[action$='/reject'] button", {"rejection": ""}),
    "goodwill": ("goodwill", "main form button.first", {"amount": "much", "words": ""}),
    "carrier": ("/admin/carriers", "main form button.first", {"code": "Ä ?", "nameEn": "", "trackingAddress": "nowhere"}),
    "product": ("/admin/products/new", ".goods-save button.first", {"titleEn": "", "handle": "Not A Handle!"}),
    "category": ("/admin/categories", "form[action='/admin/categories'] button.first", {"nameEn": "", "nameZh": ""}),
    "brand": ("/admin/brands", ".shelf-add button", {"name": " "}),
    "count": ("count", "[data-unsaved] button.first", {"input.cell-field": "seven"}),
    "article": ("/admin/content/entries/new?kind=article", "button[value=publish]", {"titleEn": "", "slug": "Not An Address!"}),
    "banner": ("/admin/content/banners/new", "main form button.first", {"titleEn": "", "link": "nowhere"}),
    "menu": ("/admin/content/menus/footer", ".go-row button.first", {"[name^=address] >> nth=1": "nowhere at all"}),
    "merchant-hire": ("/admin/staff", "form[action='/admin/staff'] button.first", {"name": "", "email": "nobody"}),
    "role": ("/admin/roles/new", "main form button.first", {"name": ""}),
    "token": ("/admin/tokens", "form[action='/admin/tokens'] button.first", {"name": "", "password": "martlet-demo"}),
    "method": ("/admin/payments/methods/alipay", "form.admin-grid .button.first", {"appID": "12", "feePercent": "many"}),
    "receipt": ("receipt", "main form .button.first", {"amount": "much"}),
    "balance": ("balance", "main form .button.first", {"amount": "much", "reason": ""}),
    "statements": ("/admin/settlements", "form[action$='/run'] .button.first", {"through": "2099-01-01"}),
    "commission": ("/admin/settlements/commissions", "main form:has(#percent) .button.first", {"percent": "many"}),
    "bill-fee": ("/admin/reconciliation", ".bill-fee button", {"[name=parts]": "many"}),
    "difference": ("difference", "[name=do][value=explain]", {"reason": " "}),
    "own-password": ("/admin/account", "form[action$='/password'] button.first", {"current": "martlet-demo", "password": "short"}),
}


def field_of(page, name):
    return page.locator(name if any(mark in name for mark in "[.") else f"main #{name}").first


def fills(page, fields):
    for name, value in fields.items():
        field = field_of(page, name)
        assert field.count(), f"there is no field {name} at {page.url}"
        field.fill(value)


def lost(page, fields):
    """What was typed and isn't there any more. Passwords never come back."""
    for name, value in fields.items():
        field = field_of(page, name)
        shown = field.input_value() if field.count() else None
        kept = "" if shown is not None and field.get_attribute("type") == "password" else value
        if shown is None or shown.strip() != kept.strip():
            yield f"{name} was “{value}” and is “{shown}”"


def sends(clerk, name, button, fields):
    """Fills the page that is shown, sends it, and tells what isn't as it should be."""
    page = clerk.page
    fills(page, fields)
    with page.expect_navigation():
        page.locator(button).first.evaluate("button => { button.form.noValidate = true; button.form.requestSubmit(button) }")
    wrong = []
    try:
        clerk.visitor.expects(422)
        clerk.see(f"wrong-{name}")
    except AssertionError as fault:
        wrong.append(str(fault))
    if not page.locator("main .fault:visible").count():
        wrong.append("nothing is said beside a field")
    if not page.locator("main [aria-invalid=true]").count():
        wrong.append("no field is marked")
    wrong += [*lost(page, fields), *faults_of_look(clerk.visitor)[:6]]
    return [f"{name}: {fault}" for fault in wrong]


@pytest.mark.parametrize("face", FACES, ids=str)
def test_wrong_input_comes_back_with_its_fault_beside_it(visit, trade, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/orders", "orders")
    wrong = []
    for name, (address, button, fields) in FORMS.items():
        clerk.visitor.open(trade.pages.get(address, address))
        folded = page.locator(".admin-filters:not([open]) > summary")
        if button.startswith(".admin-filters") and folded.count():
            folded.first.click()
        wrong += sends(clerk, name, button, fields)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("face", FACES, ids=str)
def test_a_wish_that_says_nothing_and_reviews_hidden_without_a_reason_come_back(visit, trade, face):
    clerk = Clerk(visit(face))
    address = trade.pages["order-to-review"]
    # Whoever reviews changes the order instead of asking for it.
    clerk.enters(address, "order-of-others", "packing@riverlight.example.com")
    wrong = sends(clerk, "wish", "form[action$='/wish'] button", {"wish": " "})
    reviewer = Clerk(visit(face))
    reviewer.enters("/admin/reviews?part=unanswered", "reviews-unanswered")
    reviewer.page.locator("[name=select]").first.check()
    reviewer.sends("[name=act][value=hide]", "reviews-to-hide")
    wrong += sends(reviewer, "reviews-hide", "main form[action$='/hide'] button.first", {"reason": " "})
    assert not wrong, "\n".join(wrong)

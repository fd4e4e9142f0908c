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
    "own-password": ("/admin/account", "form[action$='/password'] button.first", {"current": "martlet-demo", "password": "short"}),
}


def fills(page, fields):
    for name, value in fields.items():
        field = page.locator(name if any(mark in name for mark in "[.") else f"main #{name}").first
        if field.count():
            field.fill(value)


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
        fills(page, fields)
        with page.expect_navigation():
            page.locator(button).first.evaluate("button => { button.form.noValidate = true; button.form.requestSubmit(button) }")
        clerk.visitor.complaints[:] = [each for each in clerk.visitor.complaints if "422" not in each]
        try:
            clerk.see(f"wrong-{name}")
        except AssertionError as fault:
            wrong.append(str(fault))
        faults = page.locator("main .fault:visible")
        if not faults.count():
            wrong.append(f"{name}: nothing is said beside a field")
        marked = page.locator("main [aria-invalid=true]").count()
        if not marked:
            wrong.append(f"{name}: no field is marked")
        wrong += [f"{name}: {fault}" for fault in faults_of_look(clerk.visitor)[:6]]
    assert not wrong, "\n".join(wrong)

"""Forms of goods that no other test opens: a new product, many at once, the file of all of them; and what forms and lists
say of what they can't read."""
import secrets

import pytest

from clerk import Clerk
from faces import OPPOSITE_FACES

NOTHING = "nothing-is-called-that"


def begins_a_product(clerk, mark):
    clerk.goes("/admin/products/new", "product-new")
    clerk.page.evaluate("document.querySelectorAll('#product-form [required]').forEach(field => field.required = false)")
    clerk.is_refused(".goods-save .button.first", "product-new-faults")
    clerk.page.fill("#titleEn", f"Test bowl {mark}")
    clerk.page.fill("#titleZh", f"试用碗 {mark}")
    merchant = clerk.page.locator("#merchant")
    merchant.select_option(merchant.locator("option").nth(1).get_attribute("value"))
    clerk.page.fill("#handle", f"test-bowl-{mark}")
    row = clerk.page.locator(".goods-grid tbody tr").first
    row.locator("[name$='.sku']").fill(f"TB-{mark}")
    row.locator("[name$='.price']").fill("18.00")
    clerk.sends(".goods-save .button.first", "product-new-saved", "/admin/products/")
    clerk.reads(mark, ".admin-head")


def changes_many(clerk, mark):
    clerk.goes(f"/admin/products?text={mark}", "products-found")
    assert clerk.lists(mark).count() == 1
    clerk.ticks(mark)
    clerk.sends("[name=act][value=change]", "products-bulk", "/admin/products/bulk")
    clerk.page.fill("#shift", "much")
    clerk.is_refused("[name=do][value=lookPrices]", "products-bulk-unreadable")
    clerk.page.fill("#shift", "10")
    clerk.sends("[name=do][value=lookPrices]", "products-bulk-look")
    clerk.reads("19.80", "#preview")
    clerk.sends("[name=do][value=prices]", "products-bulk-done")
    clerk.is_told_that("goodsChanged", count=1)


# req: 2.2-1 3.1.2-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_product_is_begun_changed_among_many_and_taken_out_as_a_file(visit, face):
    clerk, mark = Clerk(visit(face)), secrets.token_hex(4)
    clerk.enters("/admin/products", "products")
    begins_a_product(clerk, mark)
    changes_many(clerk, mark)
    clerk.goes("/admin/goods/export", "goods-export")
    with clerk.page.expect_download() as download:
        clerk.press("main form .button.first")
    assert f"TB-{mark}" in open(download.value.path(), encoding="utf-8-sig").read()


# req: 2.2-1 3.1.3-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_lists_say_when_nothing_fits_and_when_a_filter_cannot_be_read(visit, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin", "today")
    for desk in ("review", "orders", "shipping", "refunds", "transactions"):
        clerk.goes(f"/admin/{desk}?number={NOTHING}", f"nothing-fits-{desk}")
        clerk.reads(clerk.word("lists.noneFound"))
    clerk.visitor.open("/admin/orders?dueFrom=much&paidTo=more")
    clerk.visitor.expects(422)
    clerk.reads(clerk.word("lists.faulty"))
    clerk.see("filters-unreadable")

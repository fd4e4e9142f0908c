"""Pages that tell by themselves how what they wait for goes on."""
import pytest

from clerk import Clerk
from faces import Face
from test_purchase import orders_as_somebody_new

FACES = [Face("en", "desktop", "light", True), Face("zh-Hans", "phone", "dark", True)]
# Long enough to be seen at work. All rows but the first lack what can't be missing, so that the shop stays as it is.
GOODS = "Handle,Title,Price,Merchant\nfollowed-cup,Followed cup,9.00,riverlight\n" + "".join(
    f"never-{number},Never {number},,riverlight\n" for number in range(4_000))


@pytest.mark.parametrize("face", FACES, ids=str)
def test_the_page_of_a_file_follows_its_work_and_outlives_a_lost_answer(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/goods/import", "import")
    page.set_input_files("#goods", {"name": "followed.csv", "mimeType": "text/csv", "buffer": GOODS.encode()})
    with page.expect_navigation():
        clerk.press(".import-form button.first")
    page.locator("#run[data-follow]").wait_for(state="attached")
    # The first look finds no network, the next one does.
    looks = []
    page.on("request", lambda request: looks.append(request) if request.resource_type == "fetch" else None)
    page.route("**/admin/goods/import/*", lambda route: route.abort("aborted"), times=1)
    page.evaluate("() => { window.stayed = true }")
    page.locator("#run button[value=start]").wait_for()
    assert len(looks) > 1
    assert page.evaluate("window.stayed"), "the page was loaded anew"
    assert not page.locator("#run[data-follow]").count()
    clerk.reads(clerk.word("imports.states.ready"), "#run")
    clerk.visitor.complaints[:] = [each for each in clerk.visitor.complaints if "ERR_ABORTED" not in each]
    clerk.see("import-followed")
    clerk.sends("#run button[value=drop]", "import-dropped")


@pytest.mark.parametrize("face", FACES, ids=str)
def test_a_payment_that_comes_later_shows_by_itself(visit, face):
    shopper, number, _ = orders_as_somebody_new(visit, face)
    shopper.goes_to_cashier()
    cashier = shopper.page.url
    shopper.decides("leave")
    shopper.reads(shopper.word("result.pending"))
    elsewhere = visit(face)
    elsewhere.open(cashier)
    elsewhere.press("form[action$='/pay'] button")
    shopper.page.locator("#result:not([data-poll])").wait_for()
    shopper.reads(shopper.word("result.paid"))
    shopper.reads(number)
    shopper.see("paid-elsewhere", "/checkout/result/")

"""The accountant's morning: the calendar of bills, a day on which bill and books differ, what is done about it, bills as files,
agreed fees, and the month on paper. And what providers told, genuine or not."""
import pytest

from faces import DESK_FACES, OPPOSITE_FACES
from looks import faults_of_look
from paper import picture
from printer import prints
from treasurer import Treasurer

DESK = "/admin/reconciliation"


def looks_well(clerk):
    faults = faults_of_look(clerk.visitor)
    assert not faults, "\n".join(faults)


def finds_the_day(clerk):
    """The demo has one on which money went back behind the shop's back; it may be in the month before."""
    day = clerk.page.locator("a.bill-sign.amber")
    if day.count() == 0:
        clerk.follows(".month-nav a", "reconciliation-month-before", rf"{DESK}\?month=")
    looks_well(clerk)
    clerk.follows(day.first, "bill-day", f"{DESK}/days/sandbox/")
    clerk.reads(clerk.word("reconciliation.signs.differences"), ".admin-head .state")
    looks_well(clerk)
    return clerk.page.url


def decides(clerk, day):
    link = clerk.page.locator("table.dense a.number[href*='/differences/']").first
    clerk.follows(link, "difference", f"{DESK}/differences/")
    clerk.reads(clerk.word("reconciliation.kinds.missingHere"), "h1")
    clerk.reads(clerk.word("reconciliation.help.missingHere"))
    looks_well(clerk)
    clerk.is_refused("[name=do][value=explain]", "difference-without-a-reason")
    looks_well(clerk)
    clerk.page.fill("#reason", "Given back at the provider's desk; the goods had arrived broken")
    clerk.sends("[name=do][value=explain]", "difference-explained", f"{DESK}/differences/")
    clerk.is_told_that("differenceExplained")
    clerk.reads("the goods had arrived broken")
    clerk.goes(day, "bill-day-agrees")
    clerk.reads(clerk.word("reconciliation.signs.matched"), ".admin-head .state")
    clerk.follows(link, "difference-closed", f"{DESK}/differences/")
    clerk.sends("[name=do][value=reopen]", "difference-open-again", f"{DESK}/differences/")
    clerk.is_told_that("differenceReopened")


def brings_what_is_no_bill(clerk, day):
    clerk.goes(day, "bill-day-open-again")
    clerk.page.set_input_files("#bill", picture())
    clerk.is_refused("form[action$='/file'] button", "bill-that-is-none")
    looks_well(clerk)
    clerk.sends("form[action$='/fetch'] button", "bill-asked-again", f"{DESK}/days/sandbox/")
    clerk.is_told_that("billAsked")


def agrees_on_fees(clerk):
    clerk.goes(DESK, "reconciliation-fees")
    form = ".bill-fee:has([value=sandbox])"
    clerk.page.locator(f"{form} [name=parts]").fill("much")
    clerk.is_refused(f"{form} button", "fee-unreadable")
    looks_well(clerk)
    clerk.page.locator(f"{form} [name=parts]").fill("0.6")
    clerk.sends(f"{form} button", "fee-agreed", DESK)
    clerk.is_told_that("saved")


def prints_the_month(clerk):
    clerk.follows(".head-links a[href*='/report']", "bill-report", f"{DESK}/report")
    # Early in a month there may be nothing of it yet.
    if clerk.page.locator(".bill-account").count() == 0:
        clerk.follows(".month-nav a", "bill-report-before", rf"{DESK}/report\?month=")
    looks_well(clerk)
    accounts = clerk.page.locator(".bill-account").count()
    assert accounts >= 1
    clerk.press(".bill-account summary")
    clerk.see("bill-report-day-by-day")
    looks_well(clerk)
    assert prints(clerk, "bill-report") == accounts, "each method has a sheet of its own, and no sheet is empty"
    address = clerk.page.locator("a[href*='/report/export']").get_attribute("href")
    file = clerk.page.request.get(address)
    assert file.status == 200 and clerk.word("reconciliation.columns.closing") in file.text()


# req: 2.2-4 2.3.2.1-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_bills_are_held_against_the_books_and_the_month_is_printed(visit, face):
    clerk = Treasurer(visit(face))
    clerk.enters(DESK, "reconciliation")
    looks_well(clerk)
    day = finds_the_day(clerk)
    decides(clerk, day)
    brings_what_is_no_bill(clerk, day)
    agrees_on_fees(clerk)
    prints_the_month(clerk)
    clerk.goes(f"{DESK}/differences?state=open", "differences-open")
    assert clerk.page.locator("table.dense tbody tr").count() >= 1
    clerk.goes(f"{DESK}/differences?state=corrected", "differences-taken-over")
    clerk.follows("table.dense tbody a.number", "difference-taken-over", f"{DESK}/differences/")
    clerk.reads(clerk.word("reconciliation.causes.applied"))
    looks_well(clerk)


# req: 4.1.4-2
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_what_nobody_believes_stands_among_the_notices_and_does_nothing(visit, methods, face):
    clerk = Treasurer(visit(face))
    forged = {"out_trade_no": "pay_00000000000", "trade_status": "TRADE_SUCCESS", "sign": "Zm9yZ2Vk", "sign_type": "RSA2"}
    answer = clerk.page.request.post("/payments/notices/alipay", form=forged)
    assert answer.text() == "failure"
    clerk.enters("/admin/payments/notices", "notices")
    looks_well(clerk)
    clerk.filters(method="alipay", verification="disbelieved")
    clerk.see("notices-not-believed")
    clerk.reads(clerk.word("notices.disbelieved"), "table.dense tbody")
    clerk.reads(clerk.word("transactions.effects.none"), "table.dense tbody")
    looks_well(clerk)
    address = clerk.page.locator("a[download][href*='/export']").get_attribute("href")
    file = clerk.page.request.get(address)
    assert file.status == 200 and clerk.word("notices.disbelieved") in file.text()
    clerk.follows("table.dense tbody a.number", "notice-not-believed", "/admin/payments/notices/ntc_")
    clerk.reads("trade_status = TRADE_SUCCESS", ".notice-body")
    clerk.reads(clerk.word("notices.noHeaders"))
    looks_well(clerk)

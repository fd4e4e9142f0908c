"""What merchants get: rules of commission, statements that are drawn, approved, paid and handed on, and the merchant who reads
them."""
import re

import pytest

from clerk import today
from faces import DESK_FACES, OPPOSITE_FACES
from looks import faults_of_look
from printer import prints
from test_merchant import OWNER
from treasurer import Treasurer

DESK = "/admin/settlements"


def looks_well(clerk):
    faults = faults_of_look(clerk.visitor)
    assert not faults, "\n".join(faults)


def draws(clerk):
    clerk.page.fill("#through", f"{today()}")
    clerk.is_refused(f"form[action='{DESK}/run'] button", "statements-of-a-day-that-is-not-over")
    looks_well(clerk)
    clerk.goes(DESK, "settlements-again")
    # Yesterday stands in the field already.
    clerk.sends(f"form[action='{DESK}/run'] button", "statements-drawn", DESK)
    clerk.reads(clerk.word("phrases.flash.statementsDrawn").split("{")[0], "#flash")


def opens_a_draft(clerk):
    clerk.goes(f"{DESK}?state=drafted", "statements-drafted")
    looks_well(clerk)
    row = clerk.page.locator("table.dense tbody tr").first
    clerk.follows(row.locator("a.number"), "statement-drafted", f"{DESK}/stm_")
    looks_well(clerk)
    return re.search(r"stm_\w+", clerk.page.url)[0]


def pays_out(clerk, statement):
    clerk.sends(f"form[action$='/{statement}/approve'] button", "statement-approved", f"{DESK}/{statement}")
    clerk.is_told_that("statementApproved")
    clerk.page.fill("#reference", " ")
    clerk.is_refused(f"form[action$='/{statement}/pay'] button", "statement-without-reference")
    looks_well(clerk)
    clerk.page.fill("#reference", f"BH {today():%Y%m%d} 0417")
    clerk.sends(f"form[action$='/{statement}/pay'] button", "statement-paid", f"{DESK}/{statement}")
    clerk.is_told_that("statementPaid")
    clerk.reads(clerk.word("statementState.paid"), ".admin-head .state")
    assert clerk.page.locator("form[action$='/cancel']").count() == 0


def is_handed_on(clerk, statement):
    """As a file, on paper, and the list as what the bank is told."""
    number = clerk.page.locator("table.dense tbody th").first.inner_text().strip()
    file = clerk.page.request.get(f"{DESK}/{statement}/file")
    assert file.status == 200 and "text/csv" in file.headers["content-type"]
    assert number in file.text() and clerk.word("settlements.total") in file.text()
    clerk.goes(f"{DESK}/{statement}?all=1", "statement-whole")
    assert prints(clerk, "statement") >= 1
    clerk.goes(f"{DESK}?state=paid", "statements-paid")
    address = clerk.page.locator("a[download][href*='/export']").get_attribute("href")
    assert statement in clerk.page.request.get(address).text()


# req: 2.3.2.1-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_statement_is_drawn_approved_paid_and_handed_on(visit, face):
    clerk = Treasurer(visit(face))
    clerk.enters(DESK, "settlements")
    looks_well(clerk)
    draws(clerk)
    statement = opens_a_draft(clerk)
    pays_out(clerk, statement)
    is_handed_on(clerk, statement)


# req: 2.3.2.1-1
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_a_merchant_reads_own_statements_and_what_is_owed_of_an_order(visit, face):
    clerk = Treasurer(visit(face))
    clerk.enters(DESK, "merchant-settlements", OWNER)
    looks_well(clerk)
    clerk.reads(clerk.word("settlements.open"))
    assert clerk.page.locator(f"form[action='{DESK}/run']").count() == 0
    clerk.follows("table.dense tbody a.number", "merchant-statement", f"{DESK}/stm_")
    assert clerk.page.locator("form[action*='/stm_']").count() == 0, "a merchant may move a statement"
    looks_well(clerk)
    clerk.follows("table.dense tbody th a.number", "merchant-ledger", "/admin/orders/")
    clerk.reads(clerk.word("settlements.merchantGets"))
    looks_well(clerk)
    assert clerk.page.request.get(f"{DESK}/commissions").status == 403


# req: 2.3.2.1-1
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_a_rule_of_commission_is_made_and_taken_back_before_it_begins(visit, face):
    clerk = Treasurer(visit(face))
    clerk.enters(f"{DESK}/commissions", "commissions")
    looks_well(clerk)
    clerk.page.fill("#percent", "many")
    clerk.page.fill("#from", f"{today().replace(year=today().year + 1)}")
    clerk.is_refused("main form:has(#percent) .button.first", "commission-unreadable")
    looks_well(clerk)
    clerk.page.locator("#merchant").select_option(index=1)
    clerk.page.locator("#category").select_option(index=1)
    clerk.page.fill("#percent", "3.25")
    clerk.sends("main form:has(#percent) .button.first", "commission-made", f"{DESK}/commissions")
    clerk.is_told_that("saved")
    row = clerk.page.locator("table.dense tbody tr", has_text="3.25")
    assert row.count() == 1
    clerk.sends(row.locator("form button"), "commission-taken-back", f"{DESK}/commissions")
    clerk.is_told_that("ruleRemoved")
    assert clerk.page.locator("table.dense tbody tr", has_text="3.25").count() == 0

"""How staff get in: hired with a password for the first log-in, a second factor, the door's two steps, the page of one's own
log-in; roles; and what somebody reads who may not, or looks for what isn't there."""
import secrets

import pytest

from authenticator import Authenticator
from clerk import Clerk
from faces import OPPOSITE_FACES

OWN_PASSWORD = "a sentence of my own"


def makes_a_role(boss, name):
    boss.enters("/admin/staff", "staff")
    boss.follows("a[href^='/admin/roles/new']", "role-new", "/admin/roles/new")
    boss.page.fill("#name", " ")
    boss.is_refused("main form .button.first", "role-nameless")
    boss.page.fill("#name", name)
    for right in ("orders.review", "refunds.approve"):
        boss.press(boss.page.locator(f"label:has([value='{right}'])"))
    boss.sends("main form .button.first", "role-saved", "/admin/roles/")


def hires(boss, role, name, email):
    boss.goes("/admin/staff", "staff-to-hire")
    boss.page.fill("#name", " ")
    boss.page.fill("#email", email)
    boss.page.locator("#role").select_option(label=role)
    boss.is_refused("form[action='/admin/staff'][method=post] button", "hire-nameless")
    boss.page.fill("#name", name)
    boss.sends("form[action='/admin/staff'][method=post] button", "hired")
    return boss.page.locator("code.secret").inner_text()


def sets_own_password(hand, password):
    hand.page.fill("#current", password)
    hand.page.fill("#password", OWN_PASSWORD)
    hand.page.fill("#repeated", OWN_PASSWORD)
    hand.sends("form[action$='/password'] button", "own-log-in", "/admin/account")


def sets_up_a_second_factor(hand):
    hand.sends("[name=do][value=begin]", "second-factor", "/admin/account/second-factor")
    assert hand.page.locator("svg.qr").is_visible()
    app = Authenticator(hand.page.locator("code.secret").inner_text())
    hand.page.fill("#code", "000000")
    hand.is_refused("[name=do][value=confirm]", "second-factor-wrong-code")
    hand.page.fill("#code", app.code())
    hand.sends("[name=do][value=confirm]", "recovery-codes")
    codes = hand.page.locator(".codes li").all_inner_texts()
    hand.follows("main .panel a.button", "own-log-in-with-factor", "/admin/account$")
    hand.goes("/admin/account/second-factor", "second-factor-on")
    return app, codes


def comes_back_with_a_code(hand, email, code, name):
    hand.opens_menu()
    with hand.page.expect_navigation():
        hand.press(".side-foot form button")
    hand.visitor.open(f"/admin/login?lang={hand.visitor.face.language}&to=/admin/account")
    hand.says_who_he_is(email, OWN_PASSWORD)
    hand.see(f"{name}-asked", "/admin/login/code")
    hand.page.fill("#code", "000000")
    hand.is_refused(".form button", f"{name}-wrong")
    hand.page.fill("#code", code)
    hand.press(".form button")
    hand.see(f"{name}-right", "/admin/account$")


# req: 2.2-1 3.1.2-1 4.2.2-2
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_somebody_is_hired_sets_up_a_second_factor_and_comes_back_with_its_code(visit, face):
    boss, hand = Clerk(visit(face)), Clerk(visit(face))
    mark = secrets.token_hex(4)
    email = f"hand-{mark}@example.com"
    makes_a_role(boss, f"Reviewers {mark}")
    password = hires(boss, f"Reviewers {mark}", "Ann", email)
    hand.visitor.open(f"/admin/login?lang={face.language}")
    hand.says_who_he_is(email, "not the password")
    hand.page.locator("[role=alert]").wait_for()
    hand.visitor.expects(401)
    hand.see("login-wrong")
    hand.says_who_he_is(email, password)
    hand.see("first-log-in", "/admin/account")
    hand.reads(hand.word("ownLogIn.owes.newPassword"))
    sets_own_password(hand, password)
    app, codes = sets_up_a_second_factor(hand)
    comes_back_with_a_code(hand, email, app.code(), "login-code")
    comes_back_with_a_code(hand, email, codes[0], "login-recovery-code")
    hand.is_told("/admin/staff", 403, "not-open-to-him")
    hand.is_told("/admin/orders/20200101-0000000", 404, "no-such-order")
    hand.is_told("/admin/no-such-page", 404, "no-such-page")
    hand.goes("/admin/review", "may-review")

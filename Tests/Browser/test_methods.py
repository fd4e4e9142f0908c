"""Staff set up who takes the money: Alipay, WeChat Pay and Stripe with what the sandbox hands out, the shop's own ways beside
them; they try each configuration, and switch ways for the shop, the web shop and a merchant's goods."""
import pytest

from clerk import EMAIL
from faces import DESK_FACES, OPPOSITE_FACES
from looks import faults_of_look
from payer import Payer
from sandbox import METHODS
from test_merchant import CAP, OWNER
from treasurer import Treasurer

DESK = "/admin/payments/methods"
WRONG = {"alipay": ("appID", "12"), "wechat": ("apiKey", "too short"), "stripe": ("secretKey", "pk_live_public")}


def looks_well(clerk):
    faults = faults_of_look(clerk.visitor)
    assert not faults, "\n".join(faults)


def is_tried(clerk, outcome, name):
    clerk.sends("form[action$='/trial'] button", name)
    clerk.reads(clerk.word(f"trial.{outcome}"), "#trial")


def sets_up(clerk, method, fields):
    clerk.goes(f"{DESK}/{method}", f"method-{method}")
    clerk.fills_in_method(fields)
    name, text = WRONG[method]
    clerk.page.fill(f"#{name}", text)
    clerk.is_refused("form.admin-grid .button.first", f"method-{method}-refused")
    assert clerk.page.locator(f"#{name}-fault").is_visible(), f"nothing is said beside {name}"
    looks_well(clerk)
    # What is secret isn't shown again, so all of it is typed once more.
    clerk.fills_in_method(fields)
    clerk.page.fill("#feePercent", "0.6")
    clerk.sends("form.admin-grid .button.first", f"method-{method}-saved", f"{DESK}/{method}$")
    clerk.is_told_that("methodSaved")
    for secret in clerk.page.locator("input[type=password], textarea[id=privateKey]").all():
        assert secret.input_value() == "", "a secret is shown"
    is_tried(clerk, "accepted", f"method-{method}-tried")
    looks_well(clerk)


def a_wrong_key_is_found_by_the_trial(clerk, fields):
    clerk.goes(f"{DESK}/stripe", "method-stripe-before")
    clerk.page.fill("#secretKey", "sk_test_000000000000000000000000")
    clerk.sends("form.admin-grid .button.first", "method-stripe-other-key")
    is_tried(clerk, "identityUnknown", "method-stripe-not-known")
    clerk.page.fill("#secretKey", fields["secretKey"])
    clerk.sends("form.admin-grid .button.first", "method-stripe-right-key", f"{DESK}/stripe$")
    is_tried(clerk, "accepted", "method-stripe-known")


def a_wrong_public_key_is_found_by_the_trial(clerk, fields, others):
    clerk.goes(f"{DESK}/wechat", "method-wechat-before")
    clerk.page.fill("#publicKey", others["publicKey"])
    clerk.sends("form.admin-grid .button.first", "method-wechat-other-key", f"{DESK}/wechat$")
    is_tried(clerk, "answerNotTheirs", "method-wechat-not-theirs")
    clerk.page.fill("#publicKey", fields["publicKey"])
    clerk.sends("form.admin-grid .button.first", "method-wechat-right-key", f"{DESK}/wechat$")
    is_tried(clerk, "accepted", "method-wechat-known")


def certificates_do_as_well(clerk, known, fields):
    clerk.goes(f"{DESK}/alipay", "method-alipay-again")
    clerk.page.locator("#trust").select_option("certificates")
    for name, value in known.items():
        clerk.page.fill(f"#{name}", value)
    clerk.sends("form.admin-grid .button.first", "method-alipay-certificates", f"{DESK}/alipay$")
    is_tried(clerk, "accepted", "method-alipay-certificates-tried")
    clerk.sets_up("alipay", fields)


# req: 2.2-4
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_each_provider_is_set_up_and_tried(visit, sandbox, face):
    clerk = Treasurer(visit(face))
    clerk.enters(DESK, "methods")
    looks_well(clerk)
    for method in METHODS:
        sets_up(clerk, method, sandbox.fields(method))
    a_wrong_key_is_found_by_the_trial(clerk, sandbox.fields("stripe"))
    a_wrong_public_key_is_found_by_the_trial(clerk, sandbox.fields("wechat"), sandbox.fields("alipay"))
    certificates_do_as_well(clerk, sandbox.certificates(), sandbox.fields("alipay"))
    clerk.goes(DESK, "methods-set-up")
    for method in METHODS:
        clerk.reads(clerk.word("methods.states.on"), f"#method-{method}")
    looks_well(clerk)


# req: 2.2-4
@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_ways_are_switched_for_the_shop_the_web_shop_and_a_merchants_goods(visit, methods, face):
    clerk, payer = Treasurer(visit(face)), Payer(visit(face))
    clerk.enters(DESK, "methods-to-switch", EMAIL)
    bought = payer.places(title=CAP[face.language])
    offered = [*methods, "transfer", "cash"]

    def is_offered(*names):
        payer.visitor.open(f"/orders/{bought.number}/pay")
        shown = payer.page.locator("[name=method]").evaluate_all("ways => ways.map(way => way.value)")
        assert sorted(name for name in shown if name != "sandbox") == sorted(names), shown

    is_offered(*offered)
    payer.see("pay-in-every-way")
    clerk.turns("cash", False, "method-off")
    clerk.reads(clerk.word("methods.states.off"), "#method-cash")
    is_offered(*offered[:-1])
    clerk.turns("cash", True, "method-on")
    clerk.sends("#method-alipay form:has([name=channel]) button", "method-out-of-web-shop")
    clerk.reads(clerk.word("methods.states.offChannel"), "#method-alipay")
    looks_well(clerk)
    is_offered(*offered[1:])
    clerk.sends("#method-alipay form:has([name=channel]) button", "method-in-web-shop")
    owner = Treasurer(visit(face))
    owner.enters(DESK, "merchant-methods", OWNER)
    looks_well(owner)
    assert owner.page.locator("a[href^='/admin/payments/methods/']").count() == 0, "a merchant sees the platform's accounts"
    owner.turns("transfer", False, "merchant-method-off")
    is_offered(*methods, "cash")
    owner.turns("transfer", True, "merchant-method-on")
    is_offered(*offered)

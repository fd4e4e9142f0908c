"""Holds what the shop's adapters really sent, as `record_adapters.py` kept it, against a client that others wrote:
`adapter_calls.py python-alipay-sdk`, `alipay-sdk-python`, `wechatpayv3` or `stripe`, each in its own environment.

The keys are the shop's public ones at the provider's side; where the client only signs, it signs the same anew. Of everything
that is accepted a byte is changed, and then it must be refused.
"""

import base64
import json
import os
import re
import sys
import unittest.mock
import urllib.parse

import recording

with open(os.environ["SANDBOX_SETTINGS"], encoding="utf-8") as file:
    SETTINGS = json.load(file)
ASKED, TOLD, HANDOVERS = recording.read(os.environ["RECORDING"])


def pem(kind, bare):
    lines = "\n".join(bare[at : at + 64] for at in range(0, len(bare), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


def holds(check):
    """Some return whether a signature holds, some throw where it doesn't."""
    try:
        return bool(check())
    except Exception:  # each client has its own
        return False


def pairs(text):
    found = urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    assert len(dict(found)) == len(found), f"a name comes twice: {sorted(name for name, _ in found)}"
    return dict(found)


def expect_all(names, seen):
    missing = set(names) - set(seen)
    assert not missing, f"the shop never asked for {sorted(missing)}, but for {sorted(set(seen))}"


def notices(method):
    """What the shop was told by the provider and took."""
    heard = [one for one in TOLD if one.method == "POST" and one.place.endswith(f"/payments/notices/{method}")]
    # 502 is the listener's own word, while no shop stood behind it.
    taken = [one for one in heard if one.status != 502]
    assert taken and all(one.status < 300 for one in taken), heard
    return taken


# Alipay

ALIPAY_CALLS = (
    "alipay.trade.page.pay", "alipay.trade.wap.pay", "alipay.trade.precreate", "alipay.trade.query", "alipay.trade.close",
    "alipay.trade.refund", "alipay.data.dataservice.bill.downloadurl.query",
)


def alipay_requests():
    """The parameters of each, wherever they stand: a browser brings them in the address, the shop in a form."""
    place = urllib.parse.urlsplit(SETTINGS["alipay"]["gateway"]).path
    for one in ASKED:
        if one.place == place:
            assert not (one.query and one.body), one
            yield pairs(one.query or one.body.decode())


def check_alipay(verify, sign, certified):
    """With `verify(fields, sign)` and `sign(fields)` of the client; `certified` has the serials that it reads out of the
    certificates, or is None."""
    seen, serials = set(), []
    for fields in alipay_requests():
        fields = dict(fields)
        said = fields.pop("sign")
        assert fields["sign_type"] == "RSA2" and fields["app_id"] == SETTINGS["alipay"]["appID"], fields
        assert verify(fields, said), fields["method"]
        assert sign(fields) == said, fields["method"]
        for name, value in fields.items():
            changed = fields | {name: value[:-1] + ("x" if value[-1] != "x" else "y")}
            assert not holds(lambda: verify(changed, said)), (fields["method"], name)
        json.loads(fields["biz_content"])
        seen.add(fields["method"])
        if "app_cert_sn" in fields:
            serials.append((fields["app_cert_sn"], fields["alipay_root_cert_sn"]))
    expect_all(ALIPAY_CALLS, seen)
    assert serials, "nothing was asked in certificate mode"
    if certified:
        assert set(serials) == {certified}, (set(serials), certified)
    return len(seen)


def python_alipay_sdk():
    import alipay
    from Cryptodome.PublicKey import RSA

    known = SETTINGS["alipay"]
    private = pem("RSA PRIVATE KEY", known["privateKey"])
    public = RSA.import_key(private).public_key().export_key().decode()

    def client(key):
        return alipay.AliPay(
            appid=known["appID"], app_private_key_string=private, app_notify_url=None, alipay_public_key_string=key)

    # Requests sign their sign_type as well, which `verify` leaves out: that is for notices.
    asking = client(public)

    def text(fields):
        return "&".join(f"{name}={value}" for name, value in asking._ordered_data(dict(fields)))

    with_certificates = alipay.DCAliPay(
        appid=known["appID"], app_private_key_string=private, app_notify_url=None,
        app_public_key_cert_string=known["applicationCertificate"],
        alipay_public_key_cert_string=known["platformCertificate"],
        alipay_root_cert_string=known["rootCertificate"].strip())
    count = check_alipay(
        lambda fields, sign: asking._verify(text(fields), sign),
        lambda fields: pairs(asking.sign_data(dict(fields)))["sign"],
        (with_certificates.app_cert_sn, with_certificates.alipay_root_cert_sn))

    told = client(pem("PUBLIC KEY", known["publicKey"]))
    for one in notices("alipay"):
        fields = pairs(one.body.decode())
        sign = fields.pop("sign")
        assert told.verify(dict(fields), sign), one
        assert not holds(lambda: told.verify(fields | {"total_amount": "0.01"}, sign)), one
    return f"{count} kinds of requests, {len(notices('alipay'))} notices"


def alipay_sdk_python():
    from alipay.aop.api.util.SignatureUtils import get_sign_content, sign_with_rsa2, verify_with_rsa
    from Crypto.PublicKey import RSA

    known = SETTINGS["alipay"]
    key = RSA.import_key(pem("RSA PRIVATE KEY", known["privateKey"])).publickey().export_key(format="DER")
    public = base64.b64encode(key).decode()
    count = check_alipay(
        lambda fields, sign: verify_with_rsa(public, get_sign_content(fields).encode(), sign),
        lambda fields: sign_with_rsa2(known["privateKey"], get_sign_content(fields), "utf-8"), None)

    for one in notices("alipay"):
        fields = pairs(one.body.decode())
        sign = fields.pop("sign")
        del fields["sign_type"]
        assert verify_with_rsa(known["publicKey"], get_sign_content(fields).encode(), sign), one
        changed = get_sign_content(fields | {"total_amount": "0.01"}).encode()
        assert not holds(lambda: verify_with_rsa(known["publicKey"], changed, sign)), one
    return f"{count} kinds of requests, {len(notices('alipay'))} notices"


# WeChat Pay

WECHAT_CALLS = {
    "POST native": r"POST /v3/pay/transactions/native$", "POST h5": r"POST /v3/pay/transactions/h5$",
    "POST jsapi": r"POST /v3/pay/transactions/jsapi$", "query": r"GET /v3/pay/transactions/out-trade-no/\w+\?mchid=",
    "close": r"POST /v3/pay/transactions/out-trade-no/\w+/close$", "refund": r"POST /v3/refund/domestic/refunds$",
    "bill": r"GET /v3/bill/tradebill\?",
}
AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')


def wechatpayv3():
    from cryptography.hazmat.primitives import serialization
    from wechatpayv3 import SignType, WeChatPay, WeChatPayType, utils

    known = SETTINGS["wechat"]
    key = serialization.load_der_private_key(base64.b64decode(known["privateKey"]), None)
    public = key.public_key()
    seen = set()

    def is_signed(one, said, body):
        # Its lines are joined as the canonical text of a request is: the first three stand where an answer has its time.
        first = f"{one.method}\n{one.path}\n{said['timestamp']}"
        return utils.rsa_verify(first, said["nonce_str"], body.decode("utf-8", "surrogateescape"), said["signature"], public)

    calls = [one for one in ASKED if one.path.startswith("/v3/")]
    for one in calls:
        kind, _, rest = one.headers["authorization"].partition(" ")
        said = dict(AUTHORIZATION.findall(rest))
        assert kind == "WECHATPAY2-SHA256-RSA2048" and said["mchid"] == known["merchantID"], one
        assert said["serial_no"] == known["certificateSerial"], one
        assert is_signed(one, said, one.body), one
        # The client says the same to the letter, at the same moment with the same nonce.
        with unittest.mock.patch.object(utils.time, "time", return_value=int(said["timestamp"])):
            theirs = utils.build_authorization(
                one.path, one.method, said["mchid"], said["serial_no"], key, one.body.decode() or None, said["nonce_str"])
        assert dict(AUTHORIZATION.findall(theirs)) == said, one
        body = one.body[:-1] + bytes([one.body[-1] ^ 1]) if one.body else b" "
        assert not holds(lambda: is_signed(one, said, body)), one
        assert not holds(lambda: is_signed(one, said | {"nonce_str": said["nonce_str"] + "x"}, one.body)), one
        seen |= {name for name, shape in WECHAT_CALLS.items() if re.match(shape, f"{one.method} {one.path}")}
    expect_all(WECHAT_CALLS, seen)

    client = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG, mchid=known["merchantID"], appid=known["appID"],
        private_key=key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode(),
        cert_serial_no=known["certificateSerial"], apiv3_key=known["apiKey"], public_key=known["publicKey"],
        public_key_id=known["publicKeyID"], notify_url="https://shop.example/notices")
    [handed] = [one["parameters"] for one in HANDOVERS if one["method"] == "wechat" and one["kind"] == "client"]
    lines = [handed[name] for name in ("appId", "timeStamp", "nonceStr", "package")]
    assert client.sign(lines, SignType.RSA_SHA256) == handed["paySign"] and handed["signType"] == "RSA", handed

    # Whose code it was was asked once, with the secret of the mini-program and of nobody else.
    [log_in] = [one for one in ASKED if one.place == "/sns/jscode2session"]
    assert pairs(log_in.query) == {
        "appid": known["appID"], "secret": known["appSecret"], "js_code": "ann.1", "grant_type": "authorization_code"}

    for one in notices("wechat"):
        # It looks for these names in whatever case they are.
        told = client.callback(one.headers, one.body)
        assert told and told["resource"]["mchid"] == known["merchantID"], one
        changed = one.body.replace(b'"id"', b'"iD"', 1)
        assert changed != one.body and not holds(lambda: client.callback(one.headers, changed)), one
    return f"{len(calls)} requests, {len(notices('wechat'))} notices"


# Stripe

STRIPE_CALLS = {
    "session": r"POST /checkout/sessions$", "intent": r"POST /payment_intents$", "cancel": r"POST /payment_intents/\w+/cancel$",
    "query": r"GET /checkout/sessions/\w+$", "refund": r"POST /refunds$", "bill": r"GET /balance_transactions\?",
}


def nested(form):
    """The parameters as a program would write them, out of names with brackets."""
    tree = {}
    for name, value in urllib.parse.parse_qsl(form, keep_blank_values=True, strict_parsing=True):
        steps = re.findall(r"[^\[\]]+", name)
        place = tree
        for step in steps[:-1]:
            place = place.setdefault(step, {})
        assert isinstance(place, dict) and steps[-1] not in place, f"{name} comes twice"
        place[steps[-1]] = value

    def listed(node):
        if not isinstance(node, dict):
            return node
        items = {step: listed(item) for step, item in node.items()}
        is_list = all(step.isdigit() for step in items)
        assert not is_list or list(items) == [str(at) for at in range(len(items))], f"places of a list: {list(items)}"
        return list(items.values()) if is_list and items else items

    return listed(tree)


def stripe_library():
    import stripe
    from stripe import _encode
    from stripe.params import PaymentIntentCreateParams, RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

    known = SETTINGS["stripe"]
    base = urllib.parse.urlsplit(known["baseURL"]).path + "/v1"
    forms = {"session": SessionCreateParams, "intent": PaymentIntentCreateParams, "refund": RefundCreateParams}
    seen = set()

    def encoded(form):
        """As the library's own requests are made."""
        text = urllib.parse.urlencode(list(_encode._api_encode(nested(form))))
        return text.replace("%5B", "[").replace("%5D", "]")

    calls = [one for one in ASKED if one.path.startswith(base)]
    mine = [one for one in calls if "webhook_endpoints" not in one.path]
    for one in mine:
        assert one.headers["authorization"] == f"Bearer {known['secretKey']}" and one.headers["stripe-version"], one
        names = {name for name, shape in STRIPE_CALLS.items() if re.match(shape, f"{one.method} {one.path[len(base):]}")}
        seen |= names
        form = one.body.decode() if one.method == "POST" else one.query
        if not form:
            continue
        # Either is taken; the library writes brackets plain, and counts what is in a list.
        form = form.replace("%5B", "[").replace("%5D", "]").replace("expand[]=", "expand[0]=")
        assert encoded(form) == form, (one, encoded(form), form)
        at = form.index("=")
        assert encoded(form[:at] + "%" + form[at:]) != form[:at] + "%" + form[at:], one
        for name in names & forms.keys():
            unknown = nested(form).keys() - set(forms[name].__annotations__)
            assert not unknown, f"Stripe's library doesn't know {sorted(unknown)} of {name}"
            assert one.headers["idempotency-key"], one
    expect_all(STRIPE_CALLS, seen)

    for one in notices("stripe"):
        signature = one.headers["stripe-signature"]
        assert stripe.Webhook.construct_event(one.body, signature, known["webhookSecret"], tolerance=3600).id, one
        changed = one.body[:-1] + bytes([one.body[-1] ^ 1])
        assert not holds(
            lambda: stripe.Webhook.construct_event(changed, signature, known["webhookSecret"], tolerance=3600)), one
    return f"{len(mine)} requests, {len(notices('stripe'))} notices"


CLIENTS = {
    "python-alipay-sdk": python_alipay_sdk, "alipay-sdk-python": alipay_sdk_python, "wechatpayv3": wechatpayv3,
    "stripe": stripe_library,
}


def main():
    name = sys.argv[1]
    print(f"{name}: what the shop's adapter sent is good ({CLIENTS[name]()})")


if __name__ == "__main__":
    main()

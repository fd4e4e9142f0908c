"""Drives the sandbox's WeChat Pay with a client that others wrote: `wechat_clients.py wechatpayv3`.

`bin/test-clients` starts the sandbox, makes the environment and says by SANDBOX_SETTINGS (a file), SANDBOX_URL and SANDBOX_CONTROL
where everything is. Only the address differs from what the client would do at WeChat Pay: what it sends there is sent to the
sandbox.
"""

import base64
import datetime
import gzip
import hashlib
import http.server
import json
import os
import queue
import sys
import threading
import time

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from wechatpayv3 import SignType, WeChatPay, WeChatPayType, core

REAL = "https://api.mch.weixin.qq.com"
PEM, PKCS8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
CHINA = datetime.timezone(datetime.timedelta(hours=8))


class Redirected:
    """What the client takes for `requests`: the same, at another address."""

    def __init__(self, base):
        self.base = base

    def get(self, url, **rest):
        return requests.get(url.replace(REAL, self.base), **rest)

    def post(self, url, **rest):
        return requests.post(url.replace(REAL, self.base), **rest)


class Ear:
    """Hears notices, and answers the first so many as a merchant does that has trouble."""

    def __init__(self, failures=0):
        self.heard = queue.Queue()
        self.failures = failures
        ear = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                ear.heard.put(({name.lower(): value for name, value in self.headers.items()}, body))
                is_bad = ear.failures > 0
                ear.failures -= 1
                self.send_response(500 if is_bad else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_port}/notices"

    def next(self):
        return self.heard.get(timeout=30)


class Merchant:
    def __init__(self, base, settings, control):
        self.base, self.settings, self.control_key = base, settings, control
        self.ear = Ear()
        core.requests = Redirected(base)

    def client(self, kind=WeChatPayType.NATIVE, knows_key=True, key=None):
        """With another private key, where one is given; else with the merchant's own."""
        key = key or serialization.load_der_private_key(base64.b64decode(self.settings["privateKey"]), None)
        public = {}
        if knows_key:
            public = {"public_key": self.settings["publicKey"], "public_key_id": self.settings["publicKeyID"]}
        return WeChatPay(
            wechatpay_type=kind, mchid=self.settings["merchantID"], appid=self.settings["appID"],
            private_key=key.private_bytes(PEM, PKCS8, serialization.NoEncryption()).decode(),
            cert_serial_no=self.settings["certificateSerial"], apiv3_key=self.settings["apiKey"],
            notify_url=self.ear.address, timeout=(10, 30), **public)

    def control(self, path, wish=None):
        headers = {"sandbox-control": self.control_key}
        answer = (requests.get if wish is None else requests.post)(
            f"{self.base}/control/{path}", headers=headers, timeout=30, **({} if wish is None else {"json": wish}))
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        return answer.json()

    def advance(self, seconds):
        self.control("clock", {"advanceSeconds": seconds})

    def failures(self, name):
        """At the notice of a trade."""
        entries = self.control("providers/wechat")
        return next(entry["notices"][0]["failures"] for entry in entries if entry["trade"]["number"] == name)

    def begin_at_noon(self):
        """So that no day ends in between."""
        now = datetime.datetime.fromtimestamp(self.control("clock")["now"] / 1000, CHINA)
        noon = now.replace(hour=12, minute=0, second=0) + datetime.timedelta(days=now.hour >= 12)
        self.advance(int((noon - now).total_seconds()))

    def day(self):
        now = self.control("clock")["now"] / 1000
        return datetime.datetime.fromtimestamp(now, CHINA).date()

    def pay(self, place):
        """As a buyer at the cashier that the address leads to."""
        cashier = requests.get(place, allow_redirects=False, timeout=30).headers["location"]
        requests.post(cashier + "/pay", allow_redirects=False, timeout=30)


def said(answer, status=200):
    code, text = answer
    assert code == status, (code, text)
    return json.loads(text) if text else None


def until(what, condition):
    """The sandbox does some things by itself, a moment later."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def number(prefix):
    number.last += 1
    return f"{prefix}{number.start}{number.last:04}"


number.start, number.last = int(time.time()), 0


def opened(client, name, total=8880, **rest):
    return said(client.pay(description="茶具 & 茶叶", out_trade_no=name, amount={"total": total, "currency": "CNY"}, **rest))


def state(client, name):
    return said(client.query(out_trade_no=name))


def heard(merchant, client, event):
    headers, body = merchant.ear.next()
    told = client.callback(headers, body)
    assert told and told["event_type"] == event, told
    return told["resource"]


def pays_a_code(merchant):
    client, name = merchant.client(), number("P")
    code = opened(client, name)["code_url"]
    assert code.startswith("weixin://wxpay/bizpayurl?pr=") and code != opened(client, name)["code_url"]
    said(client.pay(description="茶", out_trade_no=name, amount={"total": 1}), 403)
    assert state(client, name)["trade_state"] == "NOTPAY"
    merchant.pay(code.replace("weixin://", merchant.base + "/"))
    paid = state(client, name)
    assert paid["trade_state"] == "SUCCESS" and paid["amount"]["payer_total"] == 8880
    assert said(client.query(transaction_id=paid["transaction_id"]))["out_trade_no"] == name
    told = heard(merchant, client, "TRANSACTION.SUCCESS")
    assert told["out_trade_no"] == name and told["transaction_id"] == paid["transaction_id"]
    assert client.close(name)[0] == 400


def pays_from_a_program_and_a_phone(merchant):
    client, name = merchant.client(WeChatPayType.MINIPROG), number("P")
    prepay = opened(client, name, payer={"openid": "oTEST"})["prepay_id"]
    app, moment, nonce, package = merchant.settings["appID"], str(int(time.time())), "N", f"prepay_id={prepay}"
    call = {
        "appId": app, "timeStamp": moment, "nonceStr": nonce, "package": package, "signType": "RSA",
        "paySign": client.sign([app, moment, nonce, package], SignType.RSA_SHA256),
    }
    cashier = requests.post(f"{merchant.base}/wxpay/requestpayment", json=call, timeout=30).json()["cashier"]
    requests.post(cashier + "/pay", allow_redirects=False, timeout=30)
    assert state(client, name)["payer"]["openid"] == "oTEST"
    assert heard(merchant, client, "TRANSACTION.SUCCESS")["out_trade_no"] == name

    client, name = merchant.client(WeChatPayType.H5), number("P")
    scene = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap"}}
    merchant.pay(opened(client, name, scene_info=scene)["h5_url"])
    assert state(client, name)["trade_type"] == "MWEB"
    assert heard(merchant, client, "TRANSACTION.SUCCESS")["out_trade_no"] == name


def closes(merchant):
    client, name = merchant.client(), number("P")
    opened(client, name)
    assert client.close(name)[0] == 204
    assert state(client, name)["trade_state"] == "CLOSED"
    said(client.query(out_trade_no=number("P")), 404)


def gives_back(merchant):
    client, name, refund = merchant.client(), number("P"), number("R")
    merchant.pay(opened(client, name)["code_url"].replace("weixin://", merchant.base + "/"))
    heard(merchant, client, "TRANSACTION.SUCCESS")

    def given(refund, fen):
        amount = {"refund": fen, "total": 8880, "currency": "CNY"}
        return client.refund(out_refund_no=refund, out_trade_no=name, amount=amount, reason="少发一件")

    assert said(given(refund, 880))["status"] == "PROCESSING"
    assert said(given(refund, 880))["status"] == "PROCESSING"
    said(given(number("R"), 8001), 400)
    merchant.advance(31)
    until("the refund is done", lambda: said(client.query_refund(refund))["status"] == "SUCCESS")
    told = heard(merchant, client, "REFUND.SUCCESS")
    assert told["out_refund_no"] == refund and told["refund_status"] == "SUCCESS"
    assert state(client, name)["trade_state"] == "REFUND"

    other = number("R")
    merchant.control("providers/wechat/faults", {"kind": "refundAbnormal"})
    assert said(given(other, 1000))["status"] == "PROCESSING"
    merchant.advance(31)
    heard(merchant, client, "REFUND.ABNORMAL")
    known = said(client.query_refund(other))
    assert known["status"] == "ABNORMAL"
    said(client.abnormal_refund(known["refund_id"], other, "MERCHANT_BANK_CARD"))
    merchant.advance(31)
    heard(merchant, client, "REFUND.SUCCESS")
    return refund


def reads_bills(merchant, refund):
    client, day = merchant.client(), merchant.day()
    said(client.trade_bill(day.isoformat()), 400)
    merchant.advance(2 * 86_400)
    for bill in (client.trade_bill(day.isoformat()), client.fundflow_bill(day.isoformat())):
        bill = said(bill)
        status, packed = client.download_bill(bill["download_url"].replace(merchant.base, REAL))
        assert status == 200, (status, packed)
        text = gzip.decompress(packed)
        assert bill["hash_type"] == "SHA1" and hashlib.sha1(text).hexdigest() == bill["hash_value"]
        assert f"`{refund}" in text.decode("utf-8-sig")


def gives_back_and_reads_bills(merchant):
    reads_bills(merchant, gives_back(merchant))


def asks_with_certificates(merchant):
    client, name = merchant.client(knows_key=False), number("P")
    opened(client, name)
    assert client.close(name)[0] == 204


def is_refused_with_another_key(merchant):
    stranger = merchant.client(key=rsa.generate_private_key(65537, 2048))
    said(stranger.query(out_trade_no=number("P")), 401)


def hears_again(merchant):
    client, name = merchant.client(), number("P")
    merchant.ear.failures = 2
    opened(client, name)
    merchant.control(f"providers/wechat/trades/{name}/pay", {})
    first = heard(merchant, client, "TRANSACTION.SUCCESS")
    for count in (1, 2):
        until("the attempt is kept", lambda: merchant.failures(name) == count)
        merchant.advance(30)
        assert heard(merchant, client, "TRANSACTION.SUCCESS") == first


def main():
    if sys.argv[1:] != ["wechatpayv3"]:
        sys.exit(f"unknown client {sys.argv[1:]}")
    with open(os.environ["SANDBOX_SETTINGS"], encoding="utf-8") as file:
        settings = json.load(file)["wechat"]
    merchant = Merchant(os.environ["SANDBOX_URL"], settings, os.environ["SANDBOX_CONTROL"])
    merchant.begin_at_noon()
    try:
        for step in STEPS:
            step(merchant)
    finally:
        merchant.control("clock", {"isReset": True})
    print("wechatpayv3: good")


STEPS = [
    pays_a_code, pays_from_a_program_and_a_phone, closes, hears_again, gives_back_and_reads_bills, asks_with_certificates,
    is_refused_with_another_key,
]

if __name__ == "__main__":
    main()

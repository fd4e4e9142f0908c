"""Drives the sandbox's Alipay with clients that others wrote: `alipay_clients.py python-alipay-sdk` or `alipay-sdk-python`.

Each is in an environment of its own, since both call their package `alipay`. `bin/test-clients` starts the sandbox, makes the
environments and says by SANDBOX_SETTINGS (a file), SANDBOX_URL and SANDBOX_CONTROL where everything is.
"""

import base64
import datetime
import http.client
import http.server
import io
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zipfile

BASE = os.environ["SANDBOX_URL"]
CONTROL = os.environ["SANDBOX_CONTROL"]
with open(os.environ["SANDBOX_SETTINGS"], encoding="utf-8") as file:
    SETTINGS = json.load(file)["alipay"]
SUBJECT = '茶具 & 茶叶 100% "手工"+礼盒 a/b'
RUN = format(int(time.time() * 1000), "x")


def pem(kind, bare):
    lines = "\n".join(bare[at : at + 64] for at in range(0, len(bare), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


BROWSER = urllib.request.build_opener(NoRedirect)


def fetch(url, data=None, headers=None, method=None):
    """Status, headers and body; redirects are answers."""
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=method)
    try:
        with BROWSER.open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def control(method, path, content=None):
    body = None if content is None else json.dumps(content).encode()
    status, _, answer = fetch(f"{BASE}/control/{path}", body, {"sandbox-control": CONTROL}, method)
    assert status == 200, (path, status, answer)
    return json.loads(answer)


class Ear:
    """The shop's place for notices."""

    def __init__(self):
        self.heard = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                outer.heard.append(self.rfile.read(int(self.headers["content-length"])).decode())
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"success")

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notices"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait(self, count):
        patience = time.monotonic() + 60
        while len(self.heard) < count and time.monotonic() < patience:
            time.sleep(0.02)
        assert len(self.heard) >= count, f"only {len(self.heard)} notices came"
        return [dict(urllib.parse.parse_qsl(body, keep_blank_values=True)) for body in self.heard]


EAR = Ear()


class Friendly:
    """python-alipay-sdk: everything in a GET query."""

    def __init__(self, certificates=False):
        import alipay

        self.failure = alipay.exceptions.AliPayException
        key = pem("RSA PRIVATE KEY", SETTINGS["privateKey"])
        if certificates:
            self.client = alipay.DCAliPay(
                appid=SETTINGS["appID"], app_private_key_string=key,
                app_public_key_cert_string=SETTINGS["applicationCertificate"],
                alipay_public_key_cert_string=SETTINGS["platformCertificate"],
                alipay_root_cert_string=SETTINGS["rootCertificate"].strip(), app_notify_url=EAR.url)
        else:
            self.client = alipay.AliPay(
                appid=SETTINGS["appID"], app_private_key_string=key, app_notify_url=EAR.url,
                alipay_public_key_string=pem("PUBLIC KEY", SETTINGS["publicKey"]))
        self.client._gateway = SETTINGS["gateway"]

    def page(self, number, amount):
        query = self.client.api_alipay_trade_page_pay(
            subject=SUBJECT, out_trade_no=number, total_amount=amount, return_url="https://shop.example/back")
        return fetch(SETTINGS["gateway"] + "?" + query)

    def wap(self, number, amount):
        query = self.client.api_alipay_trade_wap_pay(
            subject=SUBJECT, out_trade_no=number, total_amount=amount, return_url="https://shop.example/back")
        return fetch(SETTINGS["gateway"] + "?" + query)

    def precreate(self, number, amount):
        return self.client.api_alipay_trade_precreate(subject=SUBJECT, out_trade_no=number, total_amount=amount)

    def query(self, number):
        return self.client.api_alipay_trade_query(out_trade_no=number)

    def close(self, number):
        return self.client.api_alipay_trade_close(out_trade_no=number)

    def refund(self, number, request, amount):
        return self.client.api_alipay_trade_refund(
            refund_amount=amount, out_trade_no=number, out_request_no=request)

    def query_refund(self, number, request):
        return self.client.api_alipay_trade_fastpay_refund_query(request, out_trade_no=number)

    def bill(self, day):
        return self.client.server_api(
            "alipay.data.dataservice.bill.downloadurl.query", {"bill_type": "trade", "bill_date": day})

    def verify(self, fields):
        fields = dict(fields)
        return self.client.verify(fields, fields.pop("sign"))


class Official:
    """alipay-sdk-python: the envelope in the query, biz_content in a form."""

    def __init__(self):
        from alipay.aop.api.AlipayClientConfig import AlipayClientConfig
        from alipay.aop.api.DefaultAlipayClient import DefaultAlipayClient
        from alipay.aop.api.util import WebUtils

        # It connects to the ports 80 and 443 whatever its address says, and breaks down at an address with another one. What
        # it sends stays as it is.
        def connected(url, query, timeout):
            place = urllib.parse.urlparse(url)
            return f"{url}?{query}", http.client.HTTPConnection(place.hostname, place.port, timeout=timeout)

        WebUtils.get_http_connection = connected

        config = AlipayClientConfig()
        config.server_url = SETTINGS["gateway"]
        config.app_id = SETTINGS["appID"]
        config.app_private_key = SETTINGS["privateKey"]
        config.alipay_public_key = SETTINGS["publicKey"]
        self.client = DefaultAlipayClient(config)

    def _request(self, name, content):
        module = __import__(f"alipay.aop.api.request.{name}Request", fromlist=["x"])
        request = getattr(module, f"{name}Request")()
        request.biz_content = content
        request.notify_url = EAR.url
        return request

    def _ask(self, name, content):
        return json.loads(self.client.execute(self._request(name, content)))

    def page(self, number, amount):
        return self._brings("AlipayTradePagePay", "FAST_INSTANT_TRADE_PAY", number, amount)

    def wap(self, number, amount):
        return self._brings("AlipayTradeWapPay", "QUICK_WAP_PAY", number, amount)

    def _brings(self, name, product, number, amount):
        request = self._request(
            name, {"out_trade_no": number, "total_amount": amount, "subject": SUBJECT, "product_code": product})
        request.return_url = "https://shop.example/back"
        return fetch(self.client.page_execute(request, http_method="GET"))

    def precreate(self, number, amount):
        return self._ask(
            "AlipayTradePrecreate", {"out_trade_no": number, "total_amount": amount, "subject": SUBJECT})

    def query(self, number):
        return self._ask("AlipayTradeQuery", {"out_trade_no": number})

    def close(self, number):
        return self._ask("AlipayTradeClose", {"out_trade_no": number})

    def refund(self, number, request, amount):
        return self._ask(
            "AlipayTradeRefund", {"out_trade_no": number, "out_request_no": request, "refund_amount": amount})

    def query_refund(self, number, request):
        return self._ask("AlipayTradeFastpayRefundQuery", {"out_trade_no": number, "out_request_no": request})

    def bill(self, day):
        return self._ask(
            "AlipayDataDataserviceBillDownloadurlQuery", {"bill_type": "trade", "bill_date": day})

    def verify(self, fields):
        from alipay.aop.api.util.SignatureUtils import verify_with_rsa

        fields = {name: value for name, value in fields.items() if name not in ("sign_type",)}
        sign = fields.pop("sign")
        text = "&".join(f"{name}={value}" for name, value in sorted(fields.items()))
        return verify_with_rsa(SETTINGS["publicKey"], text.encode(), sign)


def drive(client, mark):
    """A payment from its opening to its bill. Every answer is verified by the client itself."""
    told = len(EAR.heard)
    number = f"{mark}_{RUN}_1"
    assert client.query(number)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    opened = client.precreate(number, "88.80")
    assert opened["code"] == "10000" and opened["out_trade_no"] == number, opened
    assert opened["qr_code"].startswith(BASE + "/till/"), opened
    # Nobody has read the code.
    assert client.query(number)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert client.close(number)["sub_code"] == "ACQ.TRADE_NOT_EXIST"
    assert fetch(opened["qr_code"])[0] == 200
    assert client.query(number)["trade_status"] == "WAIT_BUYER_PAY"
    assert fetch(opened["qr_code"] + "/pay", b"")[0] == 303
    paid = client.query(number)
    assert (paid["trade_status"], paid["total_amount"], paid["subject"]) == ("TRADE_SUCCESS", "88.80", SUBJECT), paid
    assert client.close(number)["sub_code"] == "ACQ.TRADE_STATUS_ERROR"

    first = client.refund(number, "R1", "8.80")
    assert (first["fund_change"], first["refund_fee"]) == ("Y", "8.80"), first
    again = client.refund(number, "R1", "8.80")
    assert (again["fund_change"], again["refund_fee"]) == ("N", "8.80"), again
    assert client.refund(number, "R1", "8.81")["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    second = client.refund(number, "R2", "20")
    assert (second["fund_change"], second["refund_fee"], second["send_back_fee"]) == ("Y", "28.80", "20.00"), second
    assert client.refund(number, "R3", "60.01")["sub_code"] == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    known = client.query_refund(number, "R2")
    assert (known["refund_status"], known["refund_amount"]) == ("REFUND_SUCCESS", "20.00"), known
    assert not client.query_refund(number, "R9").get("refund_status")

    for place, brings in ((2, client.page), (3, client.wap)):
        status, headers, _ = brings(f"{mark}_{RUN}_{place}", "1.00")
        assert status == 303, status
        assert fetch(headers["location"])[0] == 200
        assert client.close(f"{mark}_{RUN}_{place}")["code"] == "10000"
        assert client.query(f"{mark}_{RUN}_{place}")["trade_status"] == "TRADE_CLOSED"

    notices = EAR.wait(told + 3)[told:]
    for fields in notices:
        assert client.verify(fields), fields
        fields["total_amount"] = "0.01"
        try:
            assert not client.verify(fields)
        except Exception as error:  # some clients return, some throw
            assert not isinstance(error, AssertionError), error
    return number


def read_bill(client, number):
    day = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=8)).strftime("%Y-%m-%d")
    assert client.bill(day)["code"] == "40004"
    control("POST", "clock", {"advanceSeconds": 2 * 86400})
    try:
        url = client.bill(day)["bill_download_url"]
        status, _, content = fetch(url)
        assert status == 200, status
        archive = zipfile.ZipFile(io.BytesIO(content), metadata_encoding="gbk")
        names = archive.namelist()
        assert len(names) == 2 and names[0].endswith("业务明细.csv") and names[1].endswith("(汇总).csv"), names
        lines = archive.read(names[0]).decode("gbk").splitlines()
        rows = [[cell.strip() for cell in line.split(",")] for line in lines if not line.startswith("#")]
        assert all(len(row) == 25 for row in rows), rows
        mine = [(row[2], row[11], row[21], row[22]) for row in rows if row[1] == number]
        assert mine == [
            ("交易", "88.80", "", "-0.53"), ("退款", "-8.80", "R1", "0.05"), ("退款", "-20.00", "R2", "0.12")
        ], mine
    finally:
        control("POST", "clock", {"isReset": True})


def main():
    name = sys.argv[1]
    assert base64.b64decode(SETTINGS["privateKey"])
    if name == "python-alipay-sdk":
        client = Friendly()
        read_bill(client, drive(client, "friendly"))
        drive(Friendly(certificates=True), "certified")
    elif name == "alipay-sdk-python":
        client = Official()
        read_bill(client, drive(client, "official"))
    else:
        sys.exit(f"unknown client {name}")
    print(f"{name}: good")


if __name__ == "__main__":
    main()

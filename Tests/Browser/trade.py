"""A morning's trade, so that no desk is empty: orders in each of their states, cases of refunds, reviews, a count, a file of goods
with faults, somebody who applies, programs, colleagues, words of the shop; money that is promised, came, went astray, and is owed. All
of it is done through the pages."""
import re
import secrets

from faces import Face
from shopper import Shopper
from treasurer import Treasurer

# Without scripts a page is ready when it is there.
FACE = Face("en", "desktop", "light", False)
GOODS = ("Umbrella with a bent-wood handle", "Wooden chopsticks, five pairs", "Dinner plate, 26 cm")
FAULTY_FILE = """Handle,Title,Price,Variant Inventory Qty,Vendor,Type,Merchant,Own column
tea-scoop,Bamboo tea scoop,19.00,12,Reed and Rush,Tea > Tools,riverlight,kept
tea-scoop-wide,Wide tea scoop,,4,Reed and Rush,Tea > Tools,riverlight,kept
tea-cloth,,9.00,3,Reed and Rush,Tea > Tools,riverlight,kept
tea-towel,Tea towel,cheap,3,Reed and Rush,Tea > Tools,riverlight,kept
tea-tray,Tea tray,88.00,many,Reed and Rush,Tea > Tools,nobody,kept
"""


class Trade:
    """Opened once; what it made is remembered by name, as addresses of the back office."""

    def __init__(self, buyer, clerk, helper):
        self.buyer, self.clerk, self.helper = Shopper(buyer), Treasurer(clerk), helper
        self.shop, self.desk = buyer.page, clerk.page
        self.pages = {}

    def opens(self):
        self.buyer.visitor.open(f"/register?to=/account/addresses&lang={FACE.language}")
        self.shop.fill("#name", "Ada Lovelace")
        self.shop.fill("#email", f"{secrets.token_hex(6)}@example.com")
        self.shop.fill("#password", "a long enough sentence")
        self.buyer.press("form[action='/register'] button.first")
        self.shop.wait_for_url("**/account/addresses")
        self.clerk.enters("/admin/orders", "trade-begins")
        # The picture that people send: one that is certainly no drawing of the shop's own.
        self.picture = {"name": "picture.png", "mimeType": "image/png", "buffer": self.shop.screenshot()}
        self._orders()
        self._refunds()
        self._money()
        self._stock_and_files()
        self._people()
        self._content()

    # Small steps

    def sends(self, page, button):
        with page.expect_navigation():
            page.locator(button).first.click()
        faults = page.locator(".fault, .note.red").all_inner_texts()
        assert not faults, f"{page.url}: {faults}"

    def orders(self, product, units=1, is_paid=True):
        """Somebody orders; returns the number."""
        page = self.shop
        page.goto(f"/search?q={product}")
        page.locator(".card", has_text=product).first.click()
        page.locator("#quantity").fill(str(units))
        self.sends(page, "#buy-now")
        if page.locator("#recipient:visible").count():
            self.buyer.enters_address()
        self.sends(page, "[name=place]")
        number = self.buyer.number()
        if is_paid:
            self.sends(page, "form[action$='/pay'] button.first")
            self.sends(page, "form[action$='/pay'] button")
        return number

    def pays(self, method, product=GOODS[1]):
        """Somebody orders and chooses that way to pay; returns the order's number and the payment's name. Providers' tills have
        a button for it."""
        number = self.orders(product, is_paid=False)
        self.shop.locator(f".choice-card [value={method}]").check(force=True)
        self.sends(self.shop, "form[action$='/pay'] button.first")
        if "/till/" in self.shop.url:
            self.sends(self.shop, "form[action$='/pay'] button")
        return number, re.search(r"/checkout/result/(\w+)", self.shop.url)[1]

    def at(self, address):
        self.desk.goto(address)
        return self.desk

    def passes(self, number):
        page = self.at(f"/admin/orders/{number}")
        # The money is there before the order hears of it.
        for _ in range(40):
            if page.locator("form[action$='/pass']").count():
                break
            page.wait_for_timeout(250)
            page.reload()
        self.sends(page, "form[action$='/pass'] button")
        return number

    def packs(self, number, units=None, then="send"):
        page = self.at(f"/admin/shipping/{number}")
        if units:
            page.locator(".pack-lines input").first.fill(str(units))
        if then == "send":
            page.locator("#carrier").select_option(index=1)
            page.fill("#trackingNumber", f"SF{secrets.randbelow(10**10):010}")
        self.sends(page, f"[name=then][value={then}]")
        return number

    def completes(self, product, units=1):
        """Ordered, paid, looked at, sent and received."""
        number = self.packs(self.passes(self.orders(product, units)))
        self.shop.goto(f"/orders/{number}")
        self.sends(self.shop, "form[action$='/receipt'] button")
        return number

    def asks_back(self, number, kind, reason, units=1):
        page = self.shop
        page.goto(f"/orders/{number}/refund")
        page.locator(f"[name=kind][value={kind}]").check(force=True)
        page.locator("#reason").select_option(reason)
        page.locator(".units input").first.fill(str(units))
        page.fill("#explanation", "The rim has a chip as long as a fingernail, and the box was soft on that side.")
        page.set_input_files("#pictures", self.picture)
        self.sends(page, ".order-actions button.first")
        return page.url.rsplit("/", 1)[1].split("?")[0]

    # What is made

    def _orders(self):
        umbrella, chopsticks, plate = GOODS
        keep = self.pages
        keep["order-unpaid"] = f"/admin/orders/{self.orders(umbrella, is_paid=False)}"
        cancelled = self.orders(plate, is_paid=False)
        self.shop.goto(f"/orders/{cancelled}")
        self.shop.locator(".ask summary").first.click()
        self.sends(self.shop, ".ask button.danger")
        keep["order-cancelled"] = f"/admin/orders/{cancelled}"
        waiting = self.orders(plate, 3)
        keep["order-to-review"] = f"/admin/orders/{waiting}"
        keep["order-edit"] = f"/admin/orders/{waiting}/edit"
        self._wished(self.orders(plate, 2))
        rejected = self.orders(chopsticks)
        page = self.at(f"/admin/orders/{rejected}")
        page.locator("details.ask summary").first.click()
        page.fill("#reason", "The last ones broke in the store room.")
        self.sends(page, "form[action$='/reject'] button")
        keep["order-rejected"] = f"/admin/orders/{rejected}"
        self._edited(self.orders(plate, 2))
        partly = self.packs(self.passes(self.orders(chopsticks, 2)), units=1)
        keep["order-sent-in-part"], keep["parcels-in-part"] = f"/admin/orders/{partly}", f"/admin/shipping/{partly}"
        packed = self.packs(self.passes(self.orders(umbrella)), then="pack")
        keep["parcels-packed"] = f"/admin/shipping/{packed}"
        sent = self.packs(self.passes(self.orders(umbrella)))
        keep["order-sent"], keep["parcels-sent"] = f"/admin/orders/{sent}", f"/admin/shipping/{sent}"

    def _wished(self, number):
        """The merchant's people ask for a change that nobody has answered yet."""
        packer = Treasurer(self.helper)
        address = f"/admin/orders/{number}"
        packer.enters(address, "trade-wish", "packing@riverlight.example.com")
        packer.page.fill("#wish", "The buyer rang: one plate less, and to the neighbour if nobody is in.")
        self.sends(packer.page, "form[action$='/wish'] button")
        self.pages["order-wished"] = address

    def _edited(self, number):
        page = self.at(f"/admin/orders/{number}/edit")
        page.locator(".edit-lines input").first.fill("1")
        page.fill("#note", "To the neighbour if nobody is in")
        page.fill("#reason", "The buyer asked for one only")
        self.sends(page, "[name=save].first")
        self.passes(number)
        self.pages["order-edited"] = f"/admin/orders/{number}"
        self.pages["parcels-to-pack"] = f"/admin/shipping/{number}"
        self.pages["readdress"] = f"/admin/shipping/{number}/address"

    def _refunds(self):
        _, chopsticks, plate = GOODS
        number = self.completes(plate, 6)
        self.pages["order-completed"] = f"/admin/orders/{number}"
        self.pages["order-ledger"] = f"/admin/orders/{number}/ledger"
        self.pages["goodwill"] = f"/admin/orders/{number}/goodwill"
        self._reviews(number)
        settled = self.asks_back(number, "moneyOnly", "damaged")
        page = self.at(f"/admin/refunds/{settled}")
        page.fill("#answer", "We are sorry. Keep the plate.")
        self.sends(page, "[name=then][value=pay]")
        self.pages["refund-paid"] = f"/admin/refunds/{settled}"
        rejected = self.asks_back(self.completes(chopsticks), "moneyOnly", "notAsDescribed")
        page = self.at(f"/admin/refunds/{rejected}")
        page.fill("#rejection", "They were used for a month.")
        self.sends(page, "form[action$='/reject'] button")
        self.pages["refund-refused"] = f"/admin/refunds/{rejected}"
        awaited = self.asks_back(self.completes(plate, 2), "goodsBack", "damaged", 2)
        self.sends(self.at(f"/admin/refunds/{awaited}"), "[name=then][value=goods]")
        self.pages["refund-awaiting-goods"] = f"/admin/refunds/{awaited}"
        self.pages["refund-asked"] = f"/admin/refunds/{self.asks_back(self.completes(plate), 'goodsBack', 'damaged')}"

    def _reviews(self, number):
        self.shop.goto(f"/orders/{number}")
        self.sends(self.shop, "a.chip[href*='/review/']")
        self.shop.locator("[name=stars][value='2']").check(force=True)
        self.shop.fill("#text", "Good glaze, but one of the six came with a chip.\nThe box should be firmer.")
        self.shop.set_input_files("#pictures", self.picture)
        self.sends(self.shop, "form[enctype] button.first")

    def _money(self):
        keep = self.pages
        for method in ("alipay", "stripe"):
            number, payment = self.pays(method)
            keep[f"transaction-{method}"] = f"/admin/transactions/{payment}"
        keep["ledger-of-stripe"] = f"/admin/orders/{number}/ledger"
        number, payment = self.pays("cash")
        keep["order-at-the-door"], keep["receipt-at-the-door"] = f"/admin/orders/{number}", f"/admin/transactions/{payment}/receipt"
        _, payment = self.pays("transfer")
        keep["transaction-of-transfer"] = f"/admin/transactions/{payment}"
        keep["receipt-whole"] = f"/admin/transactions/{payment}/receipt"
        page = self.at(keep["receipt-whole"])
        # A case that only a person ends.
        page.fill("#amount", "9999.00")
        page.fill("#note", "Two orders in one transfer, it seems")
        self.sends(page, "main form .button.first")
        _, payment = self.pays("transfer")
        keep["receipt"] = f"/admin/transactions/{payment}/receipt"
        self._credit()
        self._bills_and_statements()

    def _credit(self):
        page = self.at("/admin/customers")
        page.goto(page.locator("table.dense tbody a").first.get_attribute("href"))
        page.goto(page.locator("a[href$='/balance']").get_attribute("href"))
        page.fill("#amount", "12.00")
        page.fill("#reason", "For the wait")
        self.sends(page, "main form .button.first")
        self.pages["balance"] = page.url.removeprefix(self.buyer.visitor.shop)

    def _bills_and_statements(self):
        """The demo's weeks have both."""
        keep = self.pages
        page = self.at("/admin/reconciliation/differences?state=open")
        # The difference, and the day of its bill.
        links = page.locator("table.dense tbody tr").first.locator("a.number")
        keep["difference"], keep["bill-day"] = (links.nth(index).get_attribute("href") for index in (0, 1))
        for state in ("drafted", "approved", "paid"):
            page = self.at(f"/admin/settlements?state={state}")
            links = page.locator("table.dense tbody a.number")
            if links.count():
                keep[f"statement-{state}"] = links.first.get_attribute("href")
        keep["cases-handled"] = "/admin/payments/cases?part=handled"

    def _stock_and_files(self):
        page = self.at("/admin/stock/counts")
        if not page.locator("#name").count():
            page.goto(page.locator(".employers a").first.get_attribute("href"))
        page.fill("#name", "Shelves by the door")
        self.sends(page, "form[method=post] .order-actions button")
        for field, number in zip(page.locator("input.cell-field").all()[:3], ("7", "0", "120")):
            field.fill(number)
        self.sends(page, "[data-unsaved] button.first")
        self.pages["count"] = page.url.removeprefix(self.buyer.visitor.shop)
        page = self.at("/admin/goods/import")
        page.set_input_files("#goods", {"name": "spring.csv", "mimeType": "text/csv", "buffer": FAULTY_FILE.encode()})
        self.sends(page, ".import-form button.first")
        self.pages["import"] = page.url.removeprefix(self.buyer.visitor.shop)

    def _people(self):
        page = self.shop
        page.goto("/sell")
        page.fill("#nameEn", "Reed and Rush")
        page.fill("#nameZh", "芦苇与灯芯草")
        page.fill("#slug", f"reed-{secrets.token_hex(3)}")
        page.fill("#contact", "Ada Lovelace")
        page.fill("#phone", "13912345678")
        page.fill("#email", f"{secrets.token_hex(6)}@example.com")
        page.fill("#goods", "Baskets, mats and lampshades, woven by hand.")
        page.fill("#licence", "91330100MA2AXXXX1X")
        page.set_input_files("#licencePicture", self.picture)
        self.sends(page, "form[enctype] button.first")
        page = self.at("/admin/customers")
        page.goto(page.locator("table.dense tbody a").first.get_attribute("href"))
        page.fill("#text", "Rings before noon. Prefers a plain box without paper.")
        self.sends(page, "form[action$='/notes'] button")
        self.pages["customer"] = page.url.removeprefix(self.buyer.visitor.shop)
        page = self.at("/admin/tokens")
        page.fill("#name", "Warehouse sync")
        page.locator("[name=right]").first.check()
        page.fill("#password", "martlet-demo")
        self.sends(page, "form[action='/admin/tokens'] button.first")

    def _content(self):
        page = self.at("/admin/content/entries/new?kind=announcement")
        page.fill("#titleEn", "The warehouse rests on Sunday")
        page.fill("#titleZh", "周日仓库休息一天")
        self.sends(page, "button[value=save]")
        self.pages["announcement"] = page.url.removeprefix(self.buyer.visitor.shop)
        page = self.at("/admin/content/entries/new?kind=article")
        page.fill("#titleEn", "How a basket is woven")
        page.fill("#bodyEn", "<p>From the bottom up, as a house is built.</p><h2>The bottom</h2><ul><li>eight staves</li></ul>")
        self.sends(page, "button[value=publish]")
        self.pages["article"] = page.url.removeprefix(self.buyer.visitor.shop)
        page = self.at("/admin/orders")
        page.locator(".list-choice summary").last.click()
        page.fill("[name=viewName]", "Mine")
        self.sends(page, "form[action='/admin/views'] button")

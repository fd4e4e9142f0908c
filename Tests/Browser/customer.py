"""Somebody who orders and pays so that staff have something to do. Other tests photograph these pages; here they are passed
quickly. What becomes of the orders is seen, and photographed, by whoever has the customer."""
import dataclasses
import decimal
import re
import urllib.parse

from shopper import NOTEBOOK, Shopper


@dataclasses.dataclass(frozen=True)
class Bought:
    number: str
    due: str
    title: str

    @property
    def amount(self):
        return decimal.Decimal(self.due.strip("¥"))


class Customer(Shopper):
    def __init__(self, visitor):
        """Somebody new, whose orders a person has to look at."""
        super().__init__(visitor)
        self.has_address = False
        visitor.keeps_pictures = False
        visitor.open(f"/register?lang={self.language}")
        self.fills_in_who_he_is()
        visitor.arrives("/(?!register)")
        visitor.keeps_pictures = True

    def places(self, quantity=1, title=None):
        """Orders goods of that title; the shop asks for the money then."""
        title = title or NOTEBOOK[self.language]
        self.visitor.keeps_pictures = False
        self.visitor.open(f"/search?q={urllib.parse.quote(title)}")
        self.press(self.page.locator(".card", has_text=title))
        self.visitor.arrives("/products/")
        self.page.fill("#quantity", str(quantity))
        self.press("#stickybar [value=buy]" if self.visitor.face.is_phone else "#buy-now")
        self.visitor.arrives("/checkout")
        if not self.has_address:
            self.enters_address()
            self.has_address = True
        self.press("[name=place]")
        self.visitor.arrives(r"/orders/[\w-]+/pay$")
        self.visitor.keeps_pictures = True
        return Bought(self.number(), self.page.locator(".pay-due b").inner_text(), title)

    def orders(self, quantity=1, title=None):
        """The same, and pays for them."""
        bought = self.places(quantity, title)
        self.pays()
        return bought

    def pays(self):
        """From the page that asks for the money to the one that says that it came."""
        self.press("form[action$='/pay'] button.first")
        self.visitor.arrives("/cashier/")
        self.press("form[action$='/pay'] button")
        self.visitor.arrives("/checkout/result/")
        self.reads(self.word("result.paid"))

    def sees_order(self, number, name):
        self.visitor.open(f"/orders/{number}")
        self.see(name, f"/orders/{number}")

    def confirms_receipt(self, number, name="order-received"):
        self.visitor.open(f"/orders/{number}")
        self.press("form[action$='/receipt'] button")
        self.page.locator("#flash .flash.good").wait_for()
        self.see(name)

    def asks_back(self, number, kind, reason, units=1, explanation="", evidence=(), name="refund"):
        """4.2.4-1 to 4.2.4-4: from the order's own page. Returns the request's name."""
        self.visitor.open(f"/orders/{number}")
        self.press("a[href$='/refund']")
        self.visitor.arrives(f"/orders/{number}/refund")
        self.press(self.page.locator(f".choice-card:has([value={kind}])"))
        self.page.locator("#reason").select_option(reason)
        self.page.locator(".units input").first.fill(str(units))
        if kind == "exchange":
            wanted = self.page.locator("select[name^='wanted']").first
            wanted.select_option(wanted.locator("option").last.get_attribute("value"))
        self.page.fill("#explanation", explanation)
        if evidence:
            self.page.set_input_files("#pictures", list(evidence))
        self.see(f"{name}-form")
        with self.page.expect_navigation():
            self.press(".order-actions button.first")
        self.see(f"{name}-asked", "/refunds/")
        return re.search(r"/refunds/(\w+)", self.page.url)[1]

    def follows(self, case, state, name):
        """His own page of the request, until it says so: money moves a moment after it was agreed to."""
        self.visitor.open(f"/refunds/{case}")
        self.page.wait_for_function(
            "text => document.querySelector('.order-top .state').innerText.includes(text) || void location.reload()",
            arg=self.word(f"refundState.{state}"), polling=300)
        self.see(name)

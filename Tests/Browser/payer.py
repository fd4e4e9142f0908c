"""A customer who pays in each way that the shop offers, on the pages of whoever takes the money."""
import copy
import secrets

from customer import Customer
from shopper import OWN_PASSWORD, Shopper


class Payer(Customer):
    def in_another_tab(self):
        """The same person, with a second page of the same browser."""
        twin = copy.copy(self)
        Shopper.__init__(twin, self.visitor.in_another_tab())
        return twin

    # In the shop

    def chooses_method(self, method):
        self.press(self.page.locator(f".choice-card:has([value={method}])"))

    def uses_balance(self):
        self.press(".pay-balance")

    def goes_on(self, method):
        """To whoever takes the money, or to the page that says how to pay."""
        self.chooses_method(method)
        self.press("form[action$='/pay'] button.first")

    def asks_how_it_stands(self, word, name):
        """Back from there, or on the page that waits: what the shop says of the payment."""
        self.visitor.see(name, "/checkout/result/")
        self.reads(self.word(f"result.{word}"), "#result")

    def payment(self):
        """The name of the payment that the page is about."""
        return self.page.url.split("?")[0].rsplit("/", 1)[1]

    def hears(self, payment, word, name):
        """The payment's page once it says so, as other pages hear of money: by itself, a moment later."""
        self.visitor.open(f"/checkout/result/{payment}")
        self.page.wait_for_function(
            "text => document.querySelector('#result h1').innerText.includes(text) || void location.reload()",
            arg=self.word(f"result.{word}"), polling=400)
        self.see(name)

    def goes_back_to_the_choice(self, name):
        self.press("#result .order-actions a[href$='/pay']")
        self.see(name, r"/orders/[\w-]+/pay$")

    # At the till

    def tills_language(self, method):
        """Alipay's page goes by the browser, WeChat Pay's knows Chinese alone, and Stripe's is told."""
        face = self.visitor.face
        return {"alipay": face.other_language, "wechat": "zh-Hans", "stripe": face.language}[method]

    def is_at_the_till(self, method, name, due):
        self.visitor.see(f"{name}-{method}", "/till/", speaks=self.tills_language(method))
        self.reads(due)

    def number_at_the_till(self):
        return self.page.locator("dd.number").first.inner_text()

    def presses_at_the_till(self, verb):
        """Where it leads follows from whose till it is, and from how the payment stands."""
        with self.page.expect_navigation():
            self.press(f"form[action$='/{verb}'] button")

    def pays_at_the_till(self, name):
        self.presses_at_the_till("pay")
        self.asks_how_it_stands("paid", name)

    # By a program

    def opens_a_code(self, number, method):
        """As an app of the shop would: pages on a computer have no use for a code where there is a page. Returns the payment."""
        request = self.page.request
        session = request.post("/api/v1/sessions", data={"email": self.email, "password": OWN_PASSWORD})
        assert session.status == 201, session.text()
        opened = request.post(
            f"/api/v1/orders/{number}/payments", data={"method": method, "way": "code"}, headers={
                "authorization": f"Bearer {session.json()['token']}", "idempotency-key": secrets.token_hex(8)})
        assert opened.status == 201, opened.text()
        return opened.headers["location"].rsplit("/", 1)[1]

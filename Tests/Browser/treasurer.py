"""Staff who see to money: ways to pay, what came, what is wrong with it, and what merchants get."""
from clerk import Clerk


class Treasurer(Clerk):
    # Ways to pay

    def fills_in_method(self, fields):
        for name, text in fields.items():
            self.page.fill(f"#{name}", text)
        if self.page.locator("#trust").count():
            self.page.locator("#trust").select_option("publicKey")

    def saves_method(self):
        """Returns what is said of it, for those who look no further."""
        with self.page.expect_navigation():
            self.press("form.admin-grid .button.first")

    def sets_up(self, method, fields):
        """Quietly, and switched on."""
        self.visitor.open(f"/admin/payments/methods/{method}")
        self.fills_in_method(fields)
        self.page.fill("#feePercent", "0.6")
        self.page.locator("[name=isOn]").set_checked(True, force=True)
        self.saves_method()
        self.is_told_that("methodSaved")

    def turns(self, method, on, name):
        self.sends(f"#method-{method} form:not(:has([name=channel])) [value={'on' if on else 'off'}]", name)
        self.is_told_that("methodOn" if on else "methodOff")

    # What comes about a moment later

    def sees_in_time(self, address, text, name, where="main"):
        """The page, once it has that text: facts take a moment to be heard."""
        self.visitor.open(address)
        self.page.wait_for_function(
            "([text, where]) => document.querySelector(where)?.innerText.includes(text) || void location.reload()",
            arg=[text, where], polling=400)
        self.see(name)

    # Money that came

    def confirms(self, payment, amount, name, is_more=False):
        """At the desk of receipts; nobody believes what can't be read."""
        self.goes(f"/admin/transactions/{payment}/receipt", f"{name}-receipt")
        self.page.fill("#amount", f"{amount}")
        if is_more:
            self.press("label.tick:has([name=isMore])")
        self.sends("main form .button.first", name)

    def case_of(self, payment, kind):
        """The article of it on the page of cases."""
        return self.page.locator(".stuck > li", has_text=payment).filter(has_text=self.word(f"cases.kinds.{kind}"))

"""What staff do at their desks, step by step. Each step ends on the page that it leads to, seen and photographed."""
import datetime
import re

EMAIL, PASSWORD = "staff@example.com", "martlet-demo"
# The five columns of lists of orders, by their cells.
COLUMNS = ("number", "names", "placed", "due", "paid")
FILTERS = ("number", "product", "dateFrom", "dateTo", "dueFrom", "dueTo", "paidFrom", "paidTo")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def today():
    """Where the shop is."""
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).date()


class Clerk:
    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self.word, self.press, self.see = visitor.word, visitor.press, visitor.see

    # Coming and going

    def enters(self, address, name, email=EMAIL, password=PASSWORD):
        """Nobody sees a desk before he has said who he is; then he sees the one he asked for."""
        self.visitor.open(f"{address}{'&' if '?' in address else '?'}lang={self.visitor.face.language}")
        self.see("desk-login", "/admin/login")
        self.says_who_he_is(email, password)
        self.see(name, re.escape(address) + "([?&]|$)")

    def says_who_he_is(self, email=EMAIL, password=PASSWORD):
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.press(".form button")

    def goes(self, address, name):
        self.visitor.open(address)
        self.see(name)

    def is_told(self, address, status, name):
        """That a page isn't there, or isn't for him: with words, in the back office's own look."""
        self.visitor.open(address)
        self.visitor.expects(status)
        self.reads(self.word(f"error.{status}.heading"))
        self.see(name)

    def follows(self, link, name, address=None):
        self.press(link)
        self.see(name, address)

    def opens_menu(self):
        """On a phone the desks are behind a button."""
        if self.visitor.face.is_phone:
            self.press(".side-open")

    def desks(self):
        """The addresses in the menu."""
        links = self.page.locator(".side nav a")
        return links.evaluate_all("links => links.map(link => link.getAttribute('href'))")

    # Lists

    def filters(self, **fields):
        """Fills the fields of the filters, which are folded until somebody asks for them."""
        folded = self.page.locator(".admin-filters:not([open]) > summary")
        if folded.count():
            self.press(folded)
        for name, value in fields.items():
            field = self.page.locator(f".admin-filters [name={name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        with self.page.expect_navigation():
            self.press(".admin-filters form button")

    def lists(self, text):
        return self.page.locator("table.dense tbody tr", has_text=text)

    def finds(self, order, /, **fields):
        """That these filters, and no others, leave the order in the list."""
        self.filters(**{name: "" for name in FILTERS} | fields)
        assert self.lists(order).count() == 1, f"{order} isn't in the list: {fields}"

    def misses(self, order, /, **fields):
        self.filters(**{name: "" for name in FILTERS} | fields)
        assert self.lists(order).count() == 0, f"{order} is in the list: {fields}"

    def tries_each_filter(self, bought, address, name, misses=False):
        """The number, the product, the date, what is due and what is paid, each alone, then together (4.2.2-4, 4.2.3-4);
        and what misses it, where that is asked for."""
        day, amount = today(), bought.amount
        fits = (
            {"number": bought.number},
            {"product": bought.title},
            {"dateFrom": f"{day}", "dateTo": f"{day}"},
            {"dueFrom": f"{amount}", "dueTo": f"{amount}"},
            {"paidFrom": f"{amount}", "paidTo": f"{amount}"},
        )
        others = (
            {"number": bought.number[:-1] + "X"},
            {"product": "no such product"},
            {"dateFrom": f"{day + datetime.timedelta(days=2)}"},
            {"dueTo": f"{amount - 1}"},
            {"paidFrom": f"{amount + 1}"},
        )
        self.visitor.open(address)
        together = {}
        for fields in fits:
            self.finds(bought.number, **fields)
            together |= fields
        # Whatever else fits, one that doesn't is enough.
        for fields in others if misses else ():
            self.misses(bought.number, **{"number": bought.number} | fields)
        self.finds(bought.number, **together)
        self.see(name)

    def reads_the_row(self, bought, paid=None):
        """The five columns by their cells (4.2.2-3, 4.2.3-3)."""
        day = today()
        date = (
            f"{day.day} {MONTHS[day.month - 1]} {day.year}" if self.visitor.face.language == "en"
            else f"{day.year}年{day.month}月{day.day}日")
        row = self.lists(bought.number).first
        shown = (bought.number, bought.title, date, bought.due, paid or bought.due)
        for column, text in zip(COLUMNS, shown):
            cell = row.locator(f".col-{column}").inner_text()
            assert text in cell, f"“{text}” isn't in the column {column}: {cell}"

    def ticks(self, *numbers):
        for number in numbers:
            self.press(self.lists(number).locator("[name=select]"))

    # What he reads

    def reads(self, text, where="main"):
        shown = self.page.locator(where).first.inner_text()
        assert text in shown, f"“{text}” isn't in {where}: {shown}"

    def is_told_that(self, flash, **values):
        """The sentence that is said once on the next page."""
        text = self.word(f"phrases.flash.{flash}")
        for name, value in values.items():
            text = text.replace("{%s}" % name, f"{value}")
        self.reads(text, "#flash")

    # Forms

    def sends(self, button, name, address=None):
        """Presses what sends a form, and sees what is said of it."""
        with self.page.expect_navigation():
            self.press(button)
        self.see(name, address)

    def is_refused(self, button, name, status=422):
        """As `sends`, where the form comes back with what is wrong with it."""
        with self.page.expect_navigation():
            self.press(button)
        self.page.locator(".fault, [role=alert]").first.wait_for()
        self.visitor.expects(status)
        self.see(name)

    # Orders that others have a use for

    def hands_over(self, number):
        """Passes an order and gives it to a carrier, at the order's own desk; nobody looks."""
        self.visitor.open(f"/admin/orders/{number}")
        with self.page.expect_navigation():
            self.press("form[action$='/pass'] button")
        self.page.locator("#carrier").select_option(index=1)
        self.page.fill("#trackingNumber", f"SF{re.sub(r'[^0-9]', '', number)[-10:]}")
        with self.page.expect_navigation():
            self.press("form[action$='/ship'] button")
        self.is_told_that("shipped")

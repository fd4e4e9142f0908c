"""What staff do at their desks, step by step. Each step ends on the page that it leads to, seen and photographed."""
EMAIL, PASSWORD = "staff@example.com", "martlet-demo"


class Clerk:
    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self.word, self.press, self.see = visitor.word, visitor.press, visitor.see

    def enters(self, address, name):
        """Nobody sees a desk before he has said who he is; then he sees the one he asked for."""
        self.visitor.open(f"{address}{'&' if '?' in address else '?'}lang={self.visitor.face.language}")
        self.see("desk-login", "/admin/login")
        self.page.fill("#email", EMAIL)
        self.page.fill("#password", PASSWORD)
        self.press(".form button")
        self.see(name, address.replace("?", r"\?"))

    def goes(self, address, name):
        self.visitor.open(address)
        self.see(name)

    def follows(self, link, name, address=None):
        self.press(link)
        self.see(name, address)

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

    def finds(self, order, name, /, **fields):
        """That filters which fit leave the order in the list."""
        self.filters(**fields)
        self.see(name)
        assert self.lists(order).count() == 1, f"{order} isn't in the list: {fields}"

    def misses(self, order, /, **fields):
        self.filters(**fields)
        assert self.lists(order).count() == 0, f"{order} is in the list: {fields}"

    def reads(self, text, where="main"):
        shown = self.page.locator(where).first.inner_text()
        assert text in shown, f"“{text}” isn't in {where}: {shown}"

    def sends(self, button, name, address=None):
        """Presses what sends a form, and sees what is said of it."""
        with self.page.expect_navigation():
            self.press(button)
        self.see(name, address)

    def is_refused(self, button, name):
        """As `sends`, where the form comes back with what is wrong with it; the browser's own complaint about that is no fault."""
        with self.page.expect_navigation():
            self.press(button)
        self.page.locator(".fault").first.wait_for()
        refusals = [complaint for complaint in self.visitor.complaints if "422" in complaint]
        assert refusals, "the answer's status says that all is well"
        self.visitor.complaints[:] = [each for each in self.visitor.complaints if each not in refusals]
        self.see(name)

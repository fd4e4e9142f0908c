"""What a shopper does, step by step. Each step ends on the page that it leads to, seen and photographed."""
import decimal
import os
import re
import secrets

DEMO_EMAIL = os.environ.get("MARTLET_BROWSER_EMAIL", "")
DEMO_PASSWORD = os.environ.get("MARTLET_BROWSER_PASSWORD", "")
OWN_PASSWORD = "a long enough sentence"

NOTEBOOK = {"en": "Dot-grid notebook, A5", "zh-Hans": "点阵笔记本 A5"}
MUSTARD = {"en": "Mustard", "zh-Hans": "姜黄"}
KETTLE = {"en": "Enamel stove kettle, 1.8 L", "zh-Hans": "珐琅烧水壶 1.8 升"}


# The picture at the near edge of the gallery tells what it shows.
PICTURE_IN_VIEW = """
name => {
  const strip = document.querySelector(".gallery-big");
  const left = strip.getBoundingClientRect().left;
  const shown = [...strip.querySelectorAll("img")].find(img => Math.abs(img.getBoundingClientRect().left - left) < 2);
  return shown?.alt.toLowerCase().includes(name);
}
"""


class Shopper:
    def __init__(self, visitor):
        self.visitor = visitor
        self.page = visitor.page
        self.language = visitor.face.language
        self.word, self.press, self.see = visitor.word, visitor.press, visitor.see

    # Finding

    def arrives(self):
        """On the home page, in the other language, and changes to the shopper's own."""
        self.visitor.open("/")
        self.press(f".foot-links a[hreflang={self.language}]")
        self.see("home", r"/\?lang=")

    def finds_by_category(self, title):
        self.press("nav.cats a[href='/c/desk']")
        self.see("category", "/c/desk$")
        self.press(".subcats a[href='/c/stationery']")
        self.see("subcategory", "/c/stationery$")
        self.opens(title)

    def finds_by_search(self, title):
        self.page.fill("#q", title)
        self.press(".search-go")
        self.see("search", "/search")
        self.opens(title)

    def opens(self, title):
        self.press(self.page.locator(".card", has_text=title))
        self.see("product", "/products/")

    # Choosing

    def chooses(self, name):
        """With scripts the choice changes parts of the page, without them it is another page; the address tells."""
        choice = self.page.locator(".choice", has_text=name).first
        address = choice.get_attribute("href")
        self.press(choice)
        self.page.wait_for_url(re.compile(re.escape(address) + "$"))
        # Before the photograph, which would stop the gallery on its way.
        self.page.wait_for_function(PICTURE_IN_VIEW, arg=name.lower())
        self.see("choice")
        chosen = self.page.locator(".choice[aria-current]").all_inner_texts()
        assert any(name in text for text in chosen), f"{name} isn't marked as chosen: {chosen}"

    def takes(self, quantity):
        """Returns what that many cost."""
        price = self.page.locator("#facts .price b").inner_text()
        self.page.fill("#quantity", str(quantity))
        return f"{decimal.Decimal(price.strip('¥')) * quantity}"

    def adds_to_cart(self):
        """A phone has the button in a bar at the bottom of the screen."""
        self.press("#stickybar [value=stay]" if self.visitor.face.is_phone else "#add")
        self.page.locator("#flash .flash.good").wait_for()
        self.see("added")

    def opens_cart(self):
        self.press(".top-links a[href='/cart']:visible, .bar a[href='/cart']:visible")
        self.see("cart", "/cart$")

    # Who he is

    def logs_in(self, email=DEMO_EMAIL, password=DEMO_PASSWORD):
        self.page.fill("#email", email)
        self.page.fill("#password", password)
        self.press("form[action='/login'] button.first")

    def registers(self):
        """From the log-in page, as somebody new."""
        self.press(".sheet-links a[href^='/register']")
        self.see("register", "/register")
        self.fills_in_who_he_is()

    def fills_in_who_he_is(self):
        self.page.fill("#name", "Ada Lovelace" if self.language == "en" else "王小明")
        self.email = f"{secrets.token_hex(6)}@example.com"
        self.page.fill("#email", self.email)
        self.page.fill("#password", OWN_PASSWORD)
        self.press("form[action='/register'] button.first")

    # Ordering

    def checks_out(self):
        self.press("[name=checkout]")

    def enters_address(self):
        """Somebody new is asked at once where to send it."""
        fill = self.page.fill
        fill("#recipient", "Ada Lovelace" if self.language == "en" else "王小明")
        fill("#phone", "13912345678")
        self._chooses_region("330000", "330100", "330106")
        fill("#street", "文三路 90 号")
        fill("#postcode", "310012")
        self.press("[name=addAddress]")
        self.see("confirm-with-address", r"/checkout\?address=")

    def _chooses_region(self, *codes):
        """Without scripts a button fetches the next list; with them it comes by itself."""
        for name, code in zip(("province", "city", "region"), codes):
            select = self.page.locator(f"select[name={name}]")
            select.locator(f"option[value='{code}']").wait_for(state="attached")
            select.select_option(code)
            if not self.visitor.face.scripts and name != "region":
                with self.page.expect_navigation():
                    self.press("[name=chooseRegion]")
                self.see("confirm-region")

    def sees_what_he_confirms(self):
        """What stays at the foot of the screen leaves it to what is read, and ends on a button that can be pressed."""
        foot = self.page.locator(".sum").bounding_box()
        height = self.page.viewport_size["height"]
        assert foot["height"] < height * 0.12, f"the sum takes {foot['height']} of {height}"
        shown = self.page.locator(".bar").is_visible()
        assert not shown, "the bar of the shop covers what is confirmed"

    def places_order(self):
        """Returns the number of the order and what has to be paid for it."""
        self.sees_what_he_confirms()
        self.press("[name=place]")
        self.see("pay", r"/orders/[\w-]+/pay$")
        return self.number(), self.page.locator(".pay-due b").inner_text()

    def number(self):
        return self.page.locator(".number").first.inner_text()

    # Paying

    def goes_to_cashier(self):
        self.press("form[action$='/pay'] button.first")
        self.see("cashier", "/cashier/")

    def decides(self, verb):
        """`pay`, `refuse` or `leave`: back in the shop, on the page that says what became of it."""
        self.press(f"form[action$='/{verb}'] button")
        self.page.wait_for_url(re.compile("/checkout/result/"))
        self.see(f"result-{verb}")

    def opens_orders(self):
        self.press("#result a[href='/orders']")
        self.see("orders", "/orders$")

    def opens_order(self, number):
        self.press(self.page.locator("a.number", has_text=number))
        self.see("order", f"/orders/{number}$")

    # What he reads

    def reads(self, text, where="main"):
        shown = self.page.locator(where).first.inner_text()
        assert text in shown, f"“{text}” isn't in {where}: {shown}"

"""Staff write an article with the editor of rich text, and a visitor reads it."""
import time

import pytest

from faces import OPPOSITE_FACES, Face

STAFF = ("staff@example.com", "martlet-demo")
PASTED = "<h1>From elsewhere</h1><div>Warm water</div><p>and <b>patience</b><script>alert(1)</script></p>"
PASTE = """
html => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""


def enter(visitor):
    visitor.open(f"/admin/login?to=/admin/content&lang={visitor.face.language}")
    visitor.page.fill("#email", STAFF[0])
    visitor.page.fill("#password", STAFF[1])
    visitor.press(".form button")
    visitor.see("content-pages", "/admin/content")


def begin(visitor, title):
    visitor.open("/admin/content/entries/new?kind=article")
    visitor.page.fill("#titleEn", title)
    visitor.see("content-article-new", "/admin/content/entries/new")


# req: 3.1.1-3
@pytest.mark.parametrize("face", [Face("en", "desktop", "light", True)], ids=str)
def test_an_article_is_written_with_the_editor_and_read(visit, face):
    staff = visit(face)
    page = staff.page
    enter(staff)
    title = f"Care of clay {time.time_ns()}"
    begin(staff, title)
    page.locator(".rich").first.click()
    page.keyboard.type("Rinse the pot.")
    page.keyboard.press("Enter")
    page.keyboard.type("The first hour")
    page.locator(".rich-heading").first.click()
    page.keyboard.press("Enter")
    for words in ("water", "a cloth"):
        page.keyboard.type(words)
        if words == "water":
            page.locator(".rich-bullets").first.click()
            page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("See the teaware")
    page.keyboard.press("Shift+Home")
    page.keyboard.press("Control+k")
    page.keyboard.type("/c/teaware")
    page.keyboard.press("Enter")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.evaluate(PASTE, PASTED)
    assert page.input_value("#bodyEn") == "\n".join([
        "<p>Rinse the pot.</p>", "<h2>The first hour</h2>", "<ul><li>water</li><li>a cloth</li></ul>",
        '<p><a href="/c/teaware">See the teaware</a></p>', "<h2>From elsewhere</h2>", "<p>Warm water</p>",
        "<p>and <strong>patience</strong></p>",
    ])
    page.locator("button[value=publish]").click()
    staff.see("content-article", "/admin/content/entries/ent_")
    page.locator("#flash .flash.good").wait_for()
    address = page.locator("a[href^='/articles/']").first.get_attribute("href")
    reader = visit(OPPOSITE_FACES[0])
    reader.open(f"{address}?lang={reader.face.language}")
    reader.see("article", "/articles/")
    assert reader.page.locator("h1").inner_text() == title
    assert reader.page.locator(".prose li").all_inner_texts() == ["water", "a cloth"]
    reader.open(f"/articles?lang={reader.face.language}")
    reader.see("articles", "/articles")


@pytest.mark.parametrize("face", [Face("zh-Hans", "phone", "dark", False)], ids=str)
def test_without_scripts_the_html_is_typed_and_every_desk_of_content_opens(visit, face):
    staff = visit(face)
    enter(staff)
    begin(staff, f"Plain {time.time_ns()}")
    staff.page.fill("#bodyEn", "<p>Typed as it is</p>")
    staff.press("button[value=save]")
    staff.see("content-draft", "/admin/content/entries/ent_")
    assert staff.page.input_value("#bodyEn") == "<p>Typed as it is</p>"
    for name in ("banners", "banners/new", "menus/header", "menus/footer", "pictures"):
        staff.open(f"/admin/content/{name}?lang={face.language}")
        staff.see(name.replace("/", "-"), f"/admin/content/{name}")


@pytest.mark.parametrize("face", [Face("en", "desktop", "dark", True)], ids=str)
def test_the_toolbar_is_one_stop_whose_buttons_are_reached_with_arrows(visit, face):
    staff = visit(face)
    page = staff.page
    enter(staff)
    begin(staff, "Never saved")
    page.locator(".rich").first.click()
    page.keyboard.press("Alt+F10")
    assert page.evaluate("document.activeElement.className") == "rich-bold"
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.className") == "rich-italic"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.className") == "rich-source"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "textbox"
    assert page.locator(".rich-bar [tabindex='0']").count() == page.locator(".rich-bar").count()

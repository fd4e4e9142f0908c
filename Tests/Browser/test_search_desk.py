"""Staff see what people search for, and decide what they find, with scripts and without."""
import re

import pytest

from clerk import Clerk
from faces import OPPOSITE_FACES

JUDGEMENTS = "query,product,grade\nteapot,no-such-thing,1\nteapot\n"


def titles(page, side):
    return page.locator(f"#preview ol[aria-labelledby=side-{side}] a").all_inner_texts()


@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_staff_try_synonyms_before_they_count(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/search", "search-queries")
    clerk.goes("/admin/search/synonyms", "search-synonyms")
    clerk.goes("/admin/search/synonyms/new", "search-synonym-new")
    word = f"zorvex{face.size}{face.language[:2]}"
    page.fill("#words", f"{word}\nteapot\n茶壶")
    page.fill("#q", word)
    if page.locator("#preview ol").count() == 0:
        # Scripts show it by themselves after a moment; the button shows it to everybody.
        with page.expect_navigation():
            clerk.press("[data-try]")
    page.locator("#preview ol[aria-labelledby=side-after] a").first.wait_for()
    clerk.see("search-synonym-preview")
    assert not titles(page, "before") and titles(page, "after")
    clerk.sends("form[data-preview] button.first", "search-synonyms-made")
    clerk.is_told_that("synonymsSaved")
    clerk.reads(word)
    clerk.follows(clerk.page.get_by_role("link", name=re.compile(word)).first, "search-synonym")
    clerk.sends("form[action$='/remove'] button", "search-synonyms-removed")
    clerk.is_told_that("synonymsRemoved")


@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_staff_find_goods_for_a_rule_and_put_them_in_order(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/search/rules/new", "search-rule-new")
    query = f"gift {face.size} {face.language[:2]}"
    page.fill("#queries", query)
    page.fill("#find", "teapot" if face.language == "en" else "杯")
    clerk.sends(".search-find button", "search-rule-offers")
    for _ in range(2):
        with page.expect_navigation():
            clerk.press(page.locator("button[name=pin]").first)
    clerk.see("search-rule-pinned")
    first, second = page.locator("input[name=pinned]").evaluate_all("fields => fields.map(field => field.value)")
    with page.expect_navigation():
        clerk.press(page.locator(f"button[name=up][value={second}]"))
    order = page.locator("input[name=pinned]").evaluate_all("fields => fields.map(field => field.value)")
    assert order == [second, first]
    assert len(titles(page, "after")) >= 2
    clerk.sends("form[data-preview] .row-buttons button.first", "search-rules-made")
    clerk.is_told_that("searchRuleSaved")
    clerk.follows(page.get_by_role("link", name=query).first, "search-rule")
    clerk.sends("form[action$='/remove'] button", "search-rules-removed")


def measures(clerk, name, status=200):
    """Scripts keep the page, and with it the file that was chosen; without them it comes anew."""
    page = clerk.page
    if not clerk.visitor.face.scripts:
        return clerk.sends("#measure button.first", name) if status == 200 else clerk.is_refused("#measure button.first", name)
    with page.expect_response(lambda answer: answer.request.method == "POST") as answered:
        clerk.press("#measure button.first")
    assert answered.value.status == status
    page.locator("#result" if status == 200 else "#faults").wait_for()
    if status != 200:
        clerk.visitor.expects(status)
    assert page.locator("#judgements").evaluate("field => field.files.length") == 1
    clerk.see(name)


@pytest.mark.parametrize("face", OPPOSITE_FACES, ids=str)
def test_staff_weigh_and_measure(visit, face):
    clerk = Clerk(visit(face))
    page = clerk.page
    clerk.enters("/admin/search/weights", "search-weights")
    page.fill("#title", "99")
    clerk.is_refused("form[data-preview] .row-buttons button.first", "search-weights-refused")
    clerk.goes("/admin/search/evaluation", "search-evaluation")
    page.set_input_files(
        "#judgements", files=[{"name": "judged.csv", "mimeType": "text/csv", "buffer": JUDGEMENTS.encode()}])
    measures(clerk, "search-evaluation-refused", 422)
    address = page.request.get("/api/v1/products?limit=1").json()["items"][0]
    good = f"teapot,{address['id']},3\n茶壶,{address['id']},1\n"
    page.set_input_files(
        "#judgements", files=[{"name": "judged.csv", "mimeType": "text/csv", "buffer": good.encode()}])
    page.select_option("#against", "plain")
    measures(clerk, "search-evaluation-result")
    clerk.reads(clerk.word("searchDesk.measures.ndcg"), "#result")
    assert page.locator("#result tbody tr").count() == 2

"""Province, city and district as somebody chooses them who is quicker than the scripts, or who thinks again."""
from customer import Customer
from faces import Face

FACE = Face("en", "desktop", "light", True)
ZHEJIANG, HANGZHOU, GUANGDONG, GUANGZHOU = "330000", "330100", "440000", "440100"


class Form:
    def __init__(self, visitor):
        self.page = Customer(visitor).page

    def opens(self):
        self.page.goto("/account/addresses/new")

    def chooses(self, province):
        self.page.locator("select[name=province]").select_option(province)

    def offers(self, city):
        self.page.locator(f"select[name=city] option[value='{city}']").wait_for(state="attached")

    def cities(self):
        return self.page.locator("select[name=city] option").evaluate_all("all => all.map((one) => one.value)")


def test_who_chooses_before_the_scripts_came_gets_the_cities(visit):
    form = Form(visit(FACE))
    held = []
    form.page.route("**/regions*.js*", lambda route: held.append(route))
    with form.page.expect_request("**/regions*.js*"):
        form.opens()
    form.chooses(ZHEJIANG)
    held[0].continue_()
    form.offers(HANGZHOU)


def test_who_chooses_anew_before_the_cities_came_gets_those_of_the_last_province(visit):
    form = Form(visit(FACE))
    form.opens()
    # What was asked for first comes last.
    held = []
    late = f"**parent={ZHEJIANG}**"
    form.page.route(late, lambda route: held.append(route))
    with form.page.expect_request(late):
        form.chooses(ZHEJIANG)
    form.chooses(GUANGDONG)
    form.offers(GUANGZHOU)
    with form.page.expect_response(late):
        held[0].continue_()
    form.page.unroute(late)
    # The page has read that answer before it reads the next.
    form.page.evaluate("(address) => fetch(address).then((answer) => answer.json())", held[0].request.url)
    assert HANGZHOU not in form.cities()

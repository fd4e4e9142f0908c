"""Every desk of the menu, each of its parts, and what its first row leads to: whole in both languages, sizes and schemes."""
import re

import pytest

from clerk import Clerk
from test_desks import DESK_FACES

LINKS = "links => [...new Set(links.map(link => link.getAttribute('href')))]"


def name_of(address):
    return re.sub(r"\W+", "-", address.removeprefix("/admin")).strip("-") or "today"


def links(clerk, where):
    return clerk.page.locator(where).evaluate_all(LINKS)


# req: 2.2-1 3.1.2-1
@pytest.mark.parametrize("face", DESK_FACES, ids=str)
def test_every_desk_is_whole(visit, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin/orders", "orders")
    desks = links(clerk, ".side nav a")
    assert len(desks) > 10, desks
    for desk in desks:
        clerk.goes(desk, name_of(desk))
        parts = [part for part in links(clerk, ".tabs a") if part.startswith("/admin")]
        rows = links(clerk, "table tbody th a, .rows a.grow, table tbody td:first-child a")[:1]
        for address in [*parts, *rows]:
            if address != desk:
                clerk.goes(address, f"{name_of(desk)}-{name_of(address)[:40]}")

"""Every page of the back office, with a morning's trade in it: whole in both languages, sizes and schemes, readable, named, and
photographed. Pages are found by following the links of the menu and of the pages themselves, so that new ones are seen too."""
import re
import urllib.parse

import pytest

from clerk import Clerk
from faces import ROUND_FACES
from looks import faults_of_look

LINKS = "links => [...new Set(links.map(link => link.getAttribute('href')))]"
# Pictures of papers, of what is wrong and of proofs, and pages as shoppers see them.
NO_PAGES = re.compile(r"/(licence|preview|pictures/\d+|proofs/\d+)$")
# Of each kind of page one is seen; those that the trade made are seen besides.
MOST_OF_A_KIND = 1
MOST_PAGES = 220


def name_of(address):
    return re.sub(r"[^A-Za-z]+", "-", address.removeprefix("/admin")).strip("-")[:60] or "today"


def kind_of(address):
    """The address without what names one thing, and of its query what names a part of the desk."""
    parts = urllib.parse.urlsplit(address)
    path = "/".join("*" if re.search(r"\d", part) else part for part in parts.path.split("/"))
    query = urllib.parse.parse_qs(parts.query)
    return path, *(f"{name}={query[name][0]}" for name in ("part", "kind") if name in query)


class Round:
    def __init__(self, clerk):
        self.clerk = clerk
        self.seen, self.kinds, self.faults, self.next = set(), {}, [], []

    def looks_at(self, address, name):
        self.seen.add(address)
        kind = kind_of(address)
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        try:
            self.clerk.goes(address, name)
        except AssertionError as fault:
            self.faults.append(str(fault))
        page = self.clerk.page
        faults = faults_of_look(self.clerk.visitor)
        if faults:
            self.faults.append(f"{name} at {address}:\n  " + "\n  ".join(faults[:8]))
        found = page.locator("main a[href^='/admin']:not([download])").evaluate_all(LINKS)
        self.next += [link.split("#")[0] for link in found if not NO_PAGES.search(link)]

    def follows(self):
        while self.next and len(self.seen) < MOST_PAGES:
            address = self.next.pop(0)
            if address not in self.seen and self.kinds.get(kind_of(address), 0) < MOST_OF_A_KIND:
                self.looks_at(address, name_of(address))


# req: 2.2-1 3.1.2-1
@pytest.mark.parametrize("face", ROUND_FACES, ids=str)
def test_every_page_of_the_back_office_is_whole_and_readable(visit, trade, face):
    clerk = Clerk(visit(face))
    clerk.enters("/admin/orders", "orders")
    desks = clerk.page.locator(".side nav a").evaluate_all(LINKS)
    assert len(desks) > 10, desks
    walk = Round(clerk)
    for desk in desks:
        walk.looks_at(desk, name_of(desk))
    for name, address in trade.pages.items():
        walk.looks_at(address, name)
    walk.follows()
    assert len(walk.seen) > 80, f"only {len(walk.seen)} pages are found"
    assert not walk.faults, f"{len(walk.faults)} of {len(walk.seen)} pages:\n" + "\n".join(walk.faults)

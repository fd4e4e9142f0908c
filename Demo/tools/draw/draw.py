"""Draws every picture that the demo shop's files name. A picture's name says what is on it:

    teapot-clay.svg                     the thing in a colour
    teapot-clay-near.svg                the same, close up
    teapot-clay-and-walnut.svg          two of them
    teapot-clay-with-cups-white.svg     with something beside it
    banner-tea.svg, banner-tea-phone.svg
"""

import json
import pathlib
import sys

from banners import BANNERS
from palette import TINTS, TINT_OF
from scenes import banner, company, main, near, pair

DEMO = pathlib.Path(__file__).resolve().parents[2]
LARGEST = 12 * 1024


def named_pictures():
    """Every file name that the shop's data mentions."""
    names = set()
    for file in sorted((DEMO / "products").glob("*.json")):
        for product in json.loads(file.read_text()):
            names.update(picture["file"] for picture in product["pictures"])
    names.update(category["picture"] for category in json.loads((DEMO / "categories.json").read_text()))
    for slide in json.loads((DEMO / "home.json").read_text()):
        names.update((slide["picture"], slide["picturePhone"]))
    names.update(entry["picture"] for entry in json.loads((DEMO / "content.json").read_text()) if "picture" in entry)
    return sorted(names)


def drawn(name):
    if name.startswith("banner-"):
        phone = name.endswith("-phone")
        tint, wide, square = BANNERS[name.removesuffix("-phone")]
        return banner(tint, square, 800, 800) if phone else banner(tint, wide)
    thing, colour, *rest = name.split("-")
    tint = TINTS[TINT_OF[thing]]
    match rest:
        case []: return main(thing, colour, tint)
        case ["near"]: return near(thing, colour, tint)
        case ["and", other]: return pair(thing, colour, other, tint)
        case ["with", prop, prop_colour]: return company(thing, colour, prop, prop_colour, tint)
    raise ValueError(f"no picture is named like {name}")


if __name__ == "__main__":
    folder = DEMO / "pictures"
    names = named_pictures()
    for file in folder.glob("*.svg"):
        if file.name not in names:
            file.unlink()
    total = 0
    for name in names:
        text = drawn(name.removesuffix(".svg"))
        if len(text) > LARGEST:
            sys.exit(f"{name} has {len(text)} bytes, more than {LARGEST}")
        (folder / name).write_text(text)
        total += len(text)
    print(f"{len(names)} pictures, {total // 1024} KB")

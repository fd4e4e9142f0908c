"""What goes on paper, as those see it who print a page of the back office."""
import re

from visitor import SCREENSHOTS


def prints(clerk, name):
    """A picture of what goes on paper, and the paper itself. Returns how many sheets it takes."""
    page, face = clerk.page, clerk.visitor.face
    # Printers know no dark scheme; browsers print with the light one.
    page.emulate_media(media="print", color_scheme="light")
    clerk.see(f"{name}-on-paper")
    for part in (".side", ".no-print", ".skip"):
        for found in page.locator(part).all():
            assert not found.is_visible(), f"{part} is printed"
    ink = page.locator("main table").first.evaluate("table => getComputedStyle(table).color")
    assert ink == "rgb(0, 0, 0)", f"the ink is {ink}"
    paper = page.pdf(path=SCREENSHOTS / str(face) / f"{name}.pdf", format="A4", print_background=False)
    page.emulate_media(media="screen", color_scheme=face.scheme)
    return len(re.findall(rb"/Type\s*/Page\b", paper))

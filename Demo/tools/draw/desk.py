"""Sound, screens and writing."""

from palette import BRASS, INK, PAPER, RUBBER, STEEL
from svg import Tones, block, oval, poly

STEELY, BLACK, BRASSY, PAPERY = Tones(STEEL), Tones(RUBBER), Tones(BRASS), Tones(PAPER)


def headphones(a, t):
    a.tube("M190 480C180 60 620 60 610 480", t, 44)
    a.line("M236 300C270 170 530 170 564 300", t.deep, 26, .6)
    for side in (0, 1):
        a.add(f'<g transform="translate({800 if side else 0} 0) scale({-1 if side else 1} 1)">')
        a.solid(block(206, 410, 84, 226, 40), BLACK, 12, 7)
        a.add("</g>")
    a.solid(block(134, 396, 110, 250, 54), t, 26, 11)
    a.solid(block(556, 396, 110, 250, 54), t, 30, 11)
    a.fill(block(158, 430, 18, 150, 9), t.light, .9)
    a.fill(block(580, 430, 14, 150, 7), t.light, .7)
    a.dot(610, 610, 7, "#f0b53c")


def earbuds(a, t):
    a.solid(block(190, 440, 420, 220, 100), t, 34, 12)
    a.line("M194 530H606", t.deep, 6, .5)
    a.dot(400, 590, 10, "#6fbf85")
    a.fill(block(230, 470, 130, 18, 9), t.light, .9)
    for x, turn in ((300, -14), (500, 14)):
        a.add(f'<g transform="translate({x} 300) rotate({turn})">')
        a.solid(block(-20, 0, 40, 120, 20), t, 10, 6)
        a.solid(oval(0, -20, 58, 56), t, 18, 9)
        a.fill(oval(6 if x < 400 else -6, -36, 28, 22), INK)
        a.fill(oval(-2, -42, 12, 7), "#77757d")
        a.add("</g>")


def speaker(a, t):
    a.solid(block(190, 190, 420, 470, 70), t, 36, 12)
    def mesh():
        for y in range(250, 660, 26):
            a.line(f"M200 {y}H600", t.deep, 6, .35, "1 18")
    mesh()
    a.solid(oval(400, 460, 138), Tones(t.deep), 18, 9)
    a.fill(oval(400, 460, 98), INK)
    a.solid(oval(396, 456, 44), BLACK, 12, 6)
    a.solid(oval(400, 276, 44), Tones(t.deep), 10, 6)
    a.fill(oval(400, 276, 24), INK)
    a.tube("M300 192C300 130 500 130 500 192", Tones("#b9793f"), 22)
    a.dot(552, 612, 9, "#f0b53c")


def keyboard(a, t):
    a.solid("M96 420H704C722 420 730 430 734 446L768 620C772 646 760 660 738 660H62C40 660 28 646 32 620L66 446"
            "C70 430 78 420 96 420Z", t, 18, 9)
    keys = Tones("#fbf7ee" if t.base != "#f4f0e8" else "#d9dde0")
    rows = ((444, 44, 84, 12), (498, 44, 74, 12), (552, 44, 66, 12))
    under, tops, gleams, special = [], [], [], []
    for y, height, left, count in rows:
        step = (800 - 2 * left) / count
        for i in range(count):
            x, w = round(left + i * step + 3), round(step - 8)
            key = block(x + 5, y + 5, w - 10, height - 16)
            under.append(f"M{x + 5} {y + height - 6}h{w - 10}")
            accent = "#e2806a" if (y == 444 and i == 0) else "#e8c15c" if (y == 498 and i == count - 1) else None
            (special if accent else tops).append((key, accent))
            gleams.append(f"M{x + 6} {y + 5}h{w - 14}")
    a.line("".join(under), t.deep, 12, .6)
    for d, colour in [("".join(d for d, _ in tops), keys.base)] + special:
        a.add(f'<path d="{d}" fill="{colour}" stroke="{colour}" stroke-width="10"/>')
    a.line("".join(gleams), "#ffffff", 4, .7)
    for x, w, colour in ((62, 150, keys.dark), (222, 356, keys.base), (588, 150, keys.dark)):
        a.fill(block(x, 610, w, 40, 8), t.deep, .6)
        a.fill(block(x, 606, w, 36, 8), colour)
    a.tube("M400 420C400 360 470 350 520 320C570 290 580 250 570 200", t, 12)


def mouse(a, t):
    a.solid("M400 230C530 230 580 330 580 450C580 590 510 660 400 660S220 590 220 450C220 330 270 230 400 230Z", t, 44, 14)
    a.line("M400 234V420M224 420C300 452 500 452 576 420", t.deep, 7, .5)
    a.solid(block(376, 290, 48, 96, 24), BLACK, 10, 6)
    a.line("M390 322H410M390 340H410M390 358H410", "#8a8a92", 5)
    a.fill("M276 330C300 280 336 266 364 262C332 288 300 330 286 400C270 384 268 352 276 330Z", t.light, .9)


def phonestand(a, t):
    a.solid("M220 640C220 610 620 610 620 640V656C620 664 220 664 220 656Z", t, 14, 8)
    a.tube("M460 630L500 440", t, 34)
    a.add('<g transform="rotate(-8 400 400)">')
    a.solid(block(270, 120, 260, 470, 38), BLACK, 12, 8)
    a.fill(block(288, 140, 224, 430, 24), "#d3e3ea")
    a.fill("M288 420C340 360 380 400 420 380C460 360 490 330 512 340V546C512 560 504 570 488 570H312C296 570 288 560 288 546Z", "#8fb89b")
    a.dot(450, 240, 36, "#f2c25a")
    a.fill(block(360, 152, 80, 12, 6), INK)
    a.add("</g>")
    a.solid("M270 560L560 520C590 516 596 556 566 562L290 604C262 606 250 566 270 560Z", t, 12, 7)


def powerbank(a, t):
    a.tube("M400 250C400 130 560 120 600 200C640 290 700 260 700 360", BLACK, 16)
    a.solid(block(676, 350, 48, 80, 10), STEELY, 8, 5)
    a.solid(block(210, 230, 380, 430, 56), t, 34, 12)
    a.fill(block(240, 280, 22, 320, 11), t.light, .85)
    a.fill(block(370, 226, 60, 22, 8), INK)
    for i in range(4):
        a.dot(330 + i * 46, 600, 11, "#8fe0b0" if i < 3 else t.deep)
    a.fill(poly((430, 330), (350, 450), (400, 450), (374, 540), (460, 420), (408, 420)), t.light)


def notebook(a, t):
    a.solid("M230 210L600 170C616 168 626 176 628 192L676 606C678 622 670 632 654 634L286 676Z", PAPERY, 8, 5)
    for i in range(4):
        a.line(f"M{640 + i * 8} {630 - i * 4}L{600 + i * 8} {190 + i * 8}", "#d8cfba", 3)
    a.solid("M190 190L556 150C574 148 586 158 588 174L634 590C636 608 628 618 612 620L246 660C228 662 216 652 214 636L166 222"
            "C164 204 172 192 190 190Z", t, 16, 10)
    a.fill("M190 190L240 184L292 655L246 660C228 662 216 652 214 636L166 222C164 204 172 192 190 190Z", t.deep, .35)
    a.line("M540 152L590 622", t.deep, 15)
    a.line("M536 152L586 622", t.light, 4, .5)
    a.solid("M320 270L480 252L490 336L330 354Z", PAPERY, 6, 4)
    a.line("M346 300L460 288M350 324L424 316", t.deep, 6, .7)
    a.line("M420 652L430 720L446 700L462 716L452 648", "#bf3f2e", 12)


def pen(a, t):
    a.add('<g transform="rotate(40 400 440)">')
    a.solid("M110 408C84 408 84 472 110 472H330V408Z", t, 12, 8)
    a.solid(block(326, 400, 26, 80, 6), BRASSY, 8, 5)
    a.solid("M352 404H600L650 420V460L600 476H352Z", t, 14, 8)
    a.solid(block(646, 416, 22, 48, 4), BRASSY, 8, 4)
    a.solid("M668 418C710 420 750 432 790 440C750 448 710 460 668 462Z", STEELY, 8, 5)
    a.line("M690 440H782", INK, 4)
    a.dot(700, 440, 6, INK)
    a.fill(block(130, 420, 180, 9, 4), t.light, .9)
    a.fill(block(370, 418, 210, 9, 4), t.light, .9)
    a.solid("M120 396H290C304 396 304 414 290 414H134Z", BRASSY, 5, 4)
    a.add("</g>")
    a.line("M150 676C260 640 330 700 440 664C500 646 560 650 606 690", "#3a4f7c", 9, .75)


def pencilcase(a, t):
    for x, top, colour in ((250, 190, "#e2a23a"), (320, 150, "#4c8a5c"), (390, 220, "#bf3f2e")):
        a.solid(block(x, top + 50, 44, 300, 2), Tones(colour), 9, 6)
        a.fill(poly((x, top + 52), (x + 44, top + 52), (x + 22, top)), "#e9cfa3")
        a.fill(poly((x + 15, top + 16), (x + 29, top + 16), (x + 22, top)), INK)
    a.solid(block(470, 170, 40, 300, 8), Tones("#dfe5e8"), 9, 6)
    for y in range(190, 380, 24):
        a.line(f"M474 {y}H488", INK, 4, .7)
    a.solid("M180 400H620C640 400 650 412 648 430L626 620C622 648 606 660 580 660H220C194 660 178 648 174 620L152 430"
            "C150 412 160 400 180 400Z", t, 32, 11)
    a.line("M166 452H634", t.deep, 14)
    a.line("M166 452H634", BRASS, 5, 1, "7 7", "butt")
    a.solid(block(560, 446, 30, 70, 12), BRASSY, 8, 5)
    a.line("M200 500L216 620", t.light, 12, .7)


THINGS = {
    "headphones": (headphones, 270), "earbuds": (earbuds, 200), "speaker": (speaker, 220), "keyboard": (keyboard, 370),
    "mouse": (mouse, 180), "phonestand": (phonestand, 210), "powerbank": (powerbank, 190), "notebook": (notebook, 0),
    "pen": (pen, 0), "pencilcase": (pencilcase, 230),
}

"""Bed, room and shelf."""

from palette import BRASS, DARK_WOOD, INK, LEAF, PAPER, STEEL, WOOD
from svg import Tones, block, oval, poly

WOODEN, STEELY, LEAFY, BRASSY = Tones(WOOD), Tones(STEEL), Tones(LEAF), Tones(BRASS)


def quilt(a, t):
    """Folded, with quilted diamonds and a rolled edge."""
    def stitches():
        for x in range(60, 800, 76):
            a.line(f"M{x} 360L{x + 170} 560M{x + 170} 360L{x} 560", t.light, 5, .6)
    a.solid("M120 560C90 560 90 656 124 656H676C710 656 710 560 680 560Z", t, 18, 8)
    a.fill("M120 606H684V616H120Z", t.deep, .3)
    a.solid("M120 470C86 470 86 572 124 572H676C712 572 712 470 680 470Z", t, 18, 8)
    a.solid("M132 480C96 460 120 380 170 372H640C690 372 716 440 690 480C660 500 160 500 132 480Z", t, 26, 10, stitches)
    a.solid("M150 392C110 392 112 330 160 330H630C676 330 684 392 646 392Z", Tones(t.light), 14, 8)


def pillow(a, t):
    a.solid("M140 400C120 330 170 330 240 344C340 330 460 330 560 344C630 330 684 330 664 400C650 460 650 520 664 584"
            "C680 650 630 656 560 644C460 656 340 656 240 644C170 656 124 650 140 584C154 520 154 460 140 400Z", t, 34, 14)
    a.line("M166 380C180 450 180 530 166 610M638 380C624 450 624 530 638 610", t.deep, 5, .35, "14 10")
    a.fill("M210 396C290 372 390 372 450 378C360 384 270 398 216 438C206 426 204 404 210 396Z", t.light, .9)
    a.line("M560 600C520 560 500 530 496 500M250 610C280 590 296 570 300 546", t.deep, 7, .3)
    a.fill(block(640, 520, 34, 40, 6), PAPER)


def towel(a, t):
    """A stack of two folded towels with woven bands."""
    for y, tones in ((0, t), (-122, Tones(t.light))):
        top = 532 + y
        a.solid(f"M160 {top}H620C680 {top} 680 {top + 126} 620 {top + 126}H160C140 {top + 126} 140 {top} 160 {top}Z",
                tones, 18, 9)
        a.line(f"M164 {top + 63}H610C640 {top + 63} 646 {top + 40} 620 {top + 36}", tones.deep, 6, .4)
        for x in (230, 256, 282):
            a.line(f"M{x} {top + 6}V{top + 120}", tones.deep, 9, .35, cap="butt")
    a.solid("M170 300H560C640 300 650 412 580 412H170C140 412 140 300 170 300Z", t, 20, 10)
    a.line("M176 358H560C590 358 594 336 574 332", t.deep, 6, .45)
    for x in (240, 266, 292):
        a.line(f"M{x} 306V406", t.light, 9, .7, cap="butt")


def vase(a, t):
    for d in ("M392 330C380 240 330 190 300 130", "M404 330C404 230 420 170 430 90", "M412 330C440 260 480 220 520 180"):
        a.line(d, LEAFY.dark, 10)
    for x, y, r in ((300, 126, 0), (430, 92, 20), (524, 176, 60)):
        a.add(f'<g transform="translate({x} {y}) rotate({r})">')
        for turn in (0, 72, 144, 216, 288):
            a.add(f'<g transform="rotate({turn})">')
            a.fill(oval(0, -30, 19, 28), "#f4d9cf" if turn < 144 else "#e3a293")
            a.add("</g>")
        a.dot(0, 0, 15, "#e2b04a")
        a.add("</g>")
    for d in ("M352 236C300 240 276 220 262 196C310 190 340 206 352 236Z", "M450 250C500 262 520 250 540 230C500 216 466 226 450 250Z"):
        a.solid(d, LEAFY, 8, 5)
    a.solid("M346 330H454C452 376 470 400 520 440C590 500 570 600 500 656H300C230 600 210 500 280 440"
            "C330 400 348 376 346 330Z", t, 44, 13)
    a.fill(oval(400, 330, 54, 13), t.deep)
    a.fill("M300 470C260 510 262 570 292 612C276 560 286 510 326 466Z", t.light, .9)
    a.line("M240 548C320 572 480 572 560 548", t.light, 7, .6)


def candle(a, t):
    a.fill(oval(400, 214, 70, 90), "#fbe3a2", .45)
    a.solid("M400 140C430 190 440 210 440 236C440 262 422 276 400 276S360 262 360 236C360 210 376 186 400 140Z",
            Tones("#f2b33d"), 10, 6)
    a.fill("M400 200C414 226 416 236 416 248C416 264 384 264 384 248C384 236 390 222 400 200Z", "#fdf0c4")
    a.line("M400 268V350", INK, 8)
    a.solid("M230 360C230 330 570 330 570 360V600C570 672 230 672 230 600Z", t, 44, 12)
    a.fill(oval(400, 362, 170, 36), t.light)
    a.fill(oval(400, 366, 150, 28), "#f7ead0")
    a.fill(oval(400, 366, 60, 12), "#fdd98a")
    a.line("M400 330V364", INK, 8)
    a.fill(block(256, 410, 26, 200, 13), t.light, .8)
    a.solid(block(320, 450, 160, 120, 8), Tones(PAPER), 8, 5)
    a.line("M350 490H450M370 520H430", t.deep, 7, .8)


def plantpot(a, t):
    for d in ("M400 440C330 400 240 380 190 290C290 280 380 330 400 440Z", "M400 440C470 400 560 390 620 300C510 280 420 330 400 440Z",
              "M400 440C350 360 300 270 330 160C410 220 430 330 400 440Z", "M404 440C420 340 450 250 520 190C540 290 480 370 404 440Z"):
        a.solid(d, LEAFY, 14, 8)
    for d in ("M400 440C350 370 280 320 214 300", "M402 440C470 370 540 330 600 310", "M400 440C392 340 366 250 340 190", "M404 440C440 350 480 280 512 220"):
        a.line(d, LEAFY.light, 5, .8)
    a.solid("M246 470H554L520 624C514 652 500 660 478 660H322C300 660 286 652 280 624Z", t, 40, 12)
    a.solid(block(226, 420, 348, 70, 14), t, 24, 9)
    a.fill("M280 506L304 616C310 626 322 622 320 610L304 506Z", t.light, .8)


def lamp(a, t):
    a.fill(poly((180, 330), (330, 256), (470, 656), (60, 656)), "#fff3c4", .55)
    a.solid("M440 640C440 616 680 616 680 640V656H440Z", t, 16, 8)
    a.tube("M560 630L620 400", t, 22)
    a.tube("M620 400L360 210", t, 22)
    a.dot(620, 400, 26, t.deep)
    a.dot(616, 396, 14, STEEL)
    a.solid("M380 160C400 180 404 220 384 244L336 282L196 350C160 330 150 280 180 240L300 160C330 140 362 142 380 160Z",
            t, 22, 10)
    a.fill("M162 290C176 336 260 310 336 270L330 286C260 344 190 366 172 340C162 326 160 306 162 290Z", "#fdf3cf")


def storage(a, t):
    a.solid("M140 400H660V640C660 652 652 660 640 660H160C148 660 140 652 140 640Z", t, 26, 10)
    a.fill(poly((560, 400), (660, 400), (660, 660), (560, 660)), t.deep, .14)
    a.solid(block(116, 326, 568, 86, 18), Tones(t.light), 20, 9)
    a.fill(block(140, 412, 520, 16), t.deep, .35)
    a.solid(block(330, 470, 140, 44, 22), Tones(t.deep), 10, 4)
    a.fill(block(330, 476, 140, 40, 20), t.deep)
    a.solid(block(340, 560, 120, 62, 8), Tones(PAPER), 8, 5)
    a.line("M362 584H438M362 602H416", t.deep, 6, .7)
    a.line("M168 440V630", t.light, 8, .8)


def basket(a, t):
    a.tube("M236 420C236 220 564 220 564 420", t, 30)
    def weave():
        pale, dim = [], []
        for row, y in enumerate(range(446, 660, 44)):
            for x in range(120 + (row % 2) * 40, 700, 80):
                pale.append(f"M{x} {y}c20 -14 50 -14 70 0")
                dim.append(f"M{x} {y + 15}c20 -12 50 -12 70 0")
        a.line("".join(pale), t.light, 13)
        a.line("".join(dim), t.deep, 5, .5)
    a.solid("M150 430H650L596 640C592 654 584 660 570 660H230C216 660 208 654 204 640Z", t, 36, 10, weave)
    a.solid(block(128, 396, 544, 54, 26), t, 18, 9)
    a.line("M150 424H650", t.deep, 6, .5, "30 16")


def chair(a, t):
    for d in ("M270 500L220 656", "M530 500L580 656"):
        a.tube(d, WOODEN, 28)
    for d in ("M320 500L300 630", "M480 500L500 630"):
        a.tube(d, Tones(DARK_WOOD), 22)
    a.line("M250 590H550", WOODEN.dark, 14)
    a.tube("M262 470L240 200", WOODEN, 24)
    a.tube("M538 470L560 200", WOODEN, 24)
    a.solid("M226 190C230 160 570 160 574 190L562 340C560 366 240 366 238 340Z", t, 26, 12)
    a.line("M300 186L306 346M400 178V352M500 186L494 346", t.deep, 6, .3)
    a.solid("M210 470C220 436 580 436 590 470L600 506C600 534 200 534 200 506Z", t, 24, 12)
    a.fill("M250 466C300 452 420 450 470 454C400 460 300 464 246 490Z", t.light, .8)


def clock(a, t):
    for d in ("M280 620L240 660", "M520 620L560 660"):
        a.tube(d, t, 30)
    a.solid(oval(400, 430, 236, 230), t, 34, 14)
    a.fill(oval(400, 432, 188, 184), t.deep, .5)
    a.fill(oval(402, 434, 184, 180), "#fffaf0")
    for x, y in ((402, 278), (402, 590), (246, 434), (558, 434)):
        a.dot(x, y, 11, t.deep)
    for x, y in ((480, 299), (537, 356), (537, 512), (480, 569), (324, 569), (267, 512), (267, 356), (324, 299)):
        a.dot(x, y, 6, t.deep, .6)
    a.line("M402 434L330 360", INK, 16)
    a.line("M402 434L500 350", INK, 10)
    a.line("M402 434L420 540", "#bf3f2e", 5)
    a.dot(402, 434, 14, INK)


THINGS = {
    "quilt": (quilt, 310), "pillow": (pillow, 270), "towel": (towel, 270), "vase": (vase, 170), "candle": (candle, 180),
    "plantpot": (plantpot, 150), "lamp": (lamp, 160), "storage": (storage, 270), "basket": (basket, 210),
    "chair": (chair, 210), "clock": (clock, 190),
}

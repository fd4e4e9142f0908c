"""Food, care, play and the open air."""

from palette import BRASS, DARK_STEEL, INK, PAPER, RUBBER, STEEL, WOOD
from svg import Tones, block, mix, oval, poly

STEELY, BLACK, PAPERY, WOODEN, BRASSY = Tones(STEEL), Tones(RUBBER), Tones(PAPER), Tones(WOOD), Tones(BRASS)
AMBER = Tones("#d9912b")


def leaf(a, x, y, scale=1, colour="#5c9a5b"):
    a.add(f'<g transform="translate({x} {y}) scale({scale})">')
    a.fill("M0 40C-46 10 -46 -40 0 -70C46 -40 46 10 0 40Z", colour)
    a.line("M0 52V-40", mix(colour, "#1c1428", .4), 6)
    a.add("</g>")


def teatin(a, t):
    a.solid("M220 330C220 300 580 300 580 330V620C580 672 220 672 220 620Z", t, 44, 12)
    a.solid("M212 250C212 216 588 216 588 250V346C588 386 212 386 212 346Z", Tones(t.dark), 40, 11)
    a.fill(oval(400, 250, 188, 34), t.base)
    a.fill(oval(396, 247, 150, 24), t.light, .6)
    a.solid(oval(400, 244, 30, 12), BRASSY, 8, 4)
    a.solid(block(300, 420, 200, 180, 12), PAPERY, 10, 6)
    leaf(a, 400, 520, 1.1)
    leaf(a, 360, 540, .6, "#7fae6a")
    leaf(a, 442, 540, .6, "#7fae6a")
    a.fill(block(246, 400, 22, 210, 11), t.light, .7)


def coffeebag(a, t):
    a.solid("M230 220L250 180H550L570 220L590 620C592 646 580 660 556 660H244C220 660 208 646 210 620Z", t, 34, 12)
    a.fill("M230 220L250 180H550L570 220L572 262H228Z", t.deep, .4)
    a.line("M240 240H562", t.light, 6, .7)
    a.solid(block(290, 330, 220, 240, 14), PAPERY, 10, 6)
    a.solid("M400 390C460 390 470 510 400 510S340 390 400 390Z", Tones("#7a4e33"), 12, 7)
    a.line("M404 394C380 430 424 470 398 506", "#3d2419", 8)
    a.line("M336 540H464", t.base, 10)
    a.dot(400, 292, 15, t.deep, .7)
    a.fill("M240 300L232 600C236 616 252 612 252 600L262 300Z", t.light, .7)
    for x, y, r in ((640, 636, 30), (690, 648, -20), (150, 644, 60)):
        a.add(f'<g transform="translate({x} {y}) rotate({r})">')
        a.solid(oval(0, 0, 30, 20), Tones("#7a4e33"), 7, 4)
        a.line("M-26 0C-8 -8 8 8 26 0", "#3d2419", 4)
        a.add("</g>")


def honeyjar(a, t):
    a.solid("M230 400C210 380 230 330 270 320H530C570 330 590 380 570 400V600C570 640 550 660 510 660H290C250 660 230 640 230 600Z",
            t, 40, 12)
    a.fill(block(252, 400, 24, 190, 12), t.light, .95)
    a.solid(block(250, 226, 300, 92, 20), Tones("#f4efe2"), 22, 9)
    for x in range(280, 550, 34):
        a.line(f"M{x} 246V302", "#cfc5ad", 6)
    a.solid(block(300, 420, 200, 160, 12), PAPERY, 10, 6)
    for x, y in ((370, 470), (430, 470), (400, 522)):
        a.fill(poly((x, y - 32), (x + 28, y - 16), (x + 28, y + 16), (x, y + 32), (x - 28, y + 16), (x - 28, y - 16)), t.base)
    a.fill(poly((400, 490), (428, 506), (428, 538), (400, 554), (372, 538), (372, 506)), t.light, .4)


def jar(a, t):
    """A glass of preserves with a cloth top."""
    a.solid("M240 380H560V610C560 646 540 660 500 660H300C260 660 240 646 240 610Z", t, 40, 12)
    a.fill(block(262, 396, 24, 210, 12), t.light, .95)
    for x, y in ((330, 430), (480, 610), (510, 440), (320, 620), (420, 420), (440, 626)):
        a.dot(x, y, 17, t.deep, .3)
    a.solid("M220 350C240 300 300 290 320 250H480C500 290 560 300 580 350C590 390 540 372 520 390C480 372 440 396 400 380"
            "C360 396 320 372 280 390C260 372 210 390 220 350Z", Tones("#f0e4cf"), 20, 9)
    a.line("M318 318C360 334 440 334 482 318", "#bf3f2e", 13)
    for x, y in ((290, 350), (360, 358), (440, 358), (510, 350), (360, 286), (440, 286)):
        a.dot(x, y, 9, "#bf3f2e", .75)
    a.solid(block(310, 450, 180, 130, 12), PAPERY, 9, 6)
    a.line("M340 494H460M360 532H440", t.deep, 8, .8)


def nuts(a, t):
    a.solid("M220 250L242 200H558L580 250V610C580 646 562 660 530 660H270C238 660 220 646 220 610Z", t, 34, 12)
    a.line("M232 256H568", t.deep, 8, .5)
    a.line("M240 224H560", t.light, 6, .8, "10 8")
    a.solid(oval(400, 460, 130, 120), PAPERY, 12, 7)
    for x, y, r in ((350, 440, -20), (420, 420, 30), (390, 500, 10), (460, 490, -40), (330, 510, 50), (440, 540, 0)):
        a.add(f'<g transform="translate({x} {y}) rotate({r})">')
        a.solid("M0 -42C34 -20 34 20 18 40C6 52 -6 52 -18 40C-34 20 -34 -20 0 -42Z", Tones("#b9793f"), 9, 6)
        a.line("M-6 -24C-10 0 -8 20 -4 34M8 -24C12 0 10 20 8 34", "#7a4e33", 3)
        a.add("</g>")
    a.fill(block(244, 290, 20, 300, 10), t.light, .75)


def noodles(a, t):
    a.solid(block(320, 624, 160, 36, 12), t, 14)
    a.tube("M520 380L720 170", WOODEN, 16)
    a.tube("M490 380L670 150", WOODEN, 16)
    a.solid("M130 420C130 366 670 366 670 420C662 560 570 640 490 642H310C230 640 138 560 130 420Z", t, 48, 13)
    a.fill(oval(400, 420, 270, 58), t.light)
    a.fill(oval(400, 426, 244, 46), "#c9722f")
    for i, x in enumerate((200, 250, 300, 350, 400)):
        a.line(f"M{x} {420 + (i % 2) * 16}C{x + 40} {386 + i * 4} {x + 90} {462 - i * 3} {x + 150} {414 + (i % 3) * 10}", "#f6dc93", 15)
        a.line(f"M{x} {416 + (i % 2) * 16}C{x + 40} {382 + i * 4} {x + 90} {458 - i * 3} {x + 150} {410 + (i % 3) * 10}", "#fff0c0", 4)
    a.solid(oval(520, 410, 56, 32), Tones("#fdf8ec"), 8, 5)
    a.fill(oval(522, 412, 28, 16), "#f0a93a")
    for x, y in ((300, 400), (340, 444), (420, 398), (450, 446), (250, 440)):
        a.fill(oval(x, y, 13, 7), "#5c9a5b")
    a.line("M150 494C280 552 520 552 650 494", t.light, 12, .6)


def cake(a, t):
    """A box of small pressed cakes."""
    a.solid("M110 480H690V640C690 652 682 660 670 660H130C118 660 110 652 110 640Z", t, 26, 10)
    a.solid("M150 380H650L690 480H110Z", Tones(t.deep), 10, 6)
    for x in (190, 330, 470, 610):
        a.solid(oval(x, 440, 62, 46), Tones("#e0b36a"), 16, 9)
        a.fill(oval(x - 4, 432, 40, 27), "#efcd8d")
        for dx, dy in ((0, -14), (16, 0), (0, 12), (-18, 0)):
            a.dot(x - 4 + dx, 432 + dy, 8, "#c8913f")
    a.fill(block(110, 480, 580, 20), t.light, .7)
    a.solid(block(300, 530, 200, 90, 10), PAPERY, 8, 6)
    a.line("M336 562H464M356 590H444", t.base, 8)


def shampoo(a, t):
    a.solid("M280 340C240 370 236 420 236 460V600C236 646 256 660 296 660H504C544 660 564 646 564 600V460C564 420 560 370 520 340Z",
            t, 42, 12)
    a.fill(block(262, 400, 24, 210, 12), t.light, .85)
    a.solid(block(330, 290, 140, 54, 10), Tones("#f4efe4"), 14, 7)
    a.solid(block(380, 200, 40, 96, 8), Tones("#e8e2d4"), 9, 5)
    a.solid("M270 160H470C490 160 492 210 470 212H330L300 226C270 230 250 200 254 180C256 168 262 160 270 160Z", Tones("#f4efe4"), 12, 7)
    a.solid(block(310, 430, 180, 160, 16), PAPERY, 9, 6)
    leaf(a, 400, 520, .95, t.base)


def soap(a, t):
    for x, y, r in ((220, 330, 46), (300, 268, 30), (180, 430, 22), (560, 300, 36), (620, 380, 20)):
        a.dot(x, y, r, "#ffffff", .55)
        a.line(f"M{x - r * .5} {y - r * .4}A{r * .7} {r * .7} 0 0 1 {x} {y - r * .7}", "#ffffff", 6)
    a.solid("M110 580H690C690 640 620 664 400 664S110 640 110 580Z", WOODEN, 22, 9)
    a.fill(oval(400, 582, 290, 40), WOODEN.light)
    a.solid("M190 430C190 390 230 380 270 380H530C570 380 610 390 610 430V530C610 580 570 590 530 590H270C230 590 190 580 190 530Z",
            t, 32, 13)
    a.fill("M230 410C330 396 480 396 570 410C480 414 330 420 240 470C226 450 222 424 230 410Z", t.light, .9)
    a.line(block(290, 440, 220, 90, 40), t.deep, 6, .4)
    leaf(a, 400, 492, .5, t.dark)


def toothbrush(a, t):
    for x, tones in ((0, t), (120, Tones("#f1ede4"))):
        a.add(f'<g transform="translate({x - 40} 0) rotate(12 400 400)">')
        a.solid("M374 130C374 100 426 100 426 130V290C426 320 416 330 414 380L424 660C424 700 376 700 376 660L386 380"
                "C384 330 374 320 374 290Z", tones, 12, 8)
        for y in range(134, 284, 24):
            a.fill(block(318, y, 58, 18, 5), "#fbfaf4")
            a.fill(block(318, y, 22, 18, 5), t.light)
        a.fill(block(392, 430, 14, 190, 7), tones.light, .9)
        a.add("</g>")


def cream(a, t):
    a.solid("M190 470C190 440 610 440 610 470V600C610 646 590 660 550 660H250C210 660 190 646 190 600Z", t, 42, 12)
    a.fill(block(218, 500, 24, 100, 12), t.light, .9)
    a.fill(oval(400, 470, 210, 42), t.light)
    a.fill(oval(400, 474, 184, 32), "#fffaf2")
    a.fill("M270 474C320 440 380 450 400 430C420 400 450 420 440 440C500 446 540 466 530 484C460 510 320 506 270 474Z", "#ffffff")
    a.line("M300 480C360 466 420 470 480 462", "#e4d9c8", 6)
    a.add('<g transform="rotate(-14 600 360)">')
    a.solid("M420 330C420 306 720 306 720 330V376C720 402 420 402 420 376Z", Tones("#c9a25b"), 22, 9)
    a.fill(oval(570, 330, 150, 24), "#e9cd92")
    a.add("</g>")
    a.line("M330 570H470M360 604H440", t.deep, 8, .55)


def toycar(a, t):
    a.solid("M230 450C250 360 290 330 340 330H470C520 330 560 380 590 450Z", t, 22, 10)
    a.fill("M270 446C284 390 306 366 340 364H390V446Z", "#d5e8ee")
    a.fill("M414 364H464C500 366 524 400 544 446H414Z", "#bcd6e0")
    a.fill("M280 440C290 400 310 376 336 372C320 396 312 420 308 446Z", "#ffffff", .8)
    a.solid("M110 520C110 460 160 446 220 446H590C660 450 700 480 700 540C700 580 680 594 650 594H150C120 594 110 570 110 520Z",
            t, 26, 12)
    a.fill(block(110, 540, 592, 20), t.light, .8)
    a.dot(668, 502, 20, "#fbe6a0")
    a.fill(block(112, 490, 26, 34, 8), "#e8563d")
    for x in (240, 560):
        a.fill(f"M{x - 92} 594A92 92 0 0 1 {x + 92} 594Z", t.deep, .6)
        a.solid(oval(x, 594, 74), BLACK, 12, 7)
        a.solid(oval(x, 594, 38), Tones("#f1e5cd"), 9, 6)
        a.dot(x, 594, 11, t.base)


def blocks(a, t):
    for x, y, colour in ((170, 480, "#3d6fae"), (350, 480, t.base), (530, 480, "#4c8a5c"), (260, 300, "#edc74a"), (440, 300, "#bf3f2e")):
        tones = Tones(colour)
        a.solid(block(x, y, 172, 180, 16), tones, 18, 10)
        a.fill(block(x + 34, y + 38, 104, 104, 12), tones.light, .6)
        cx, cy = x + 86, y + 90
        if colour in ("#3d6fae", "#bf3f2e"):
            a.dot(cx, cy, 34, tones.base)
        elif colour == "#edc74a":
            a.fill(poly((cx, cy - 38), (cx + 38, cy + 30), (cx - 38, cy + 30)), tones.dark)
        else:
            a.fill(block(cx - 32, cy - 32, 64, 64, 6), tones.base)
    a.solid(poly((400, 130), (500, 290), (300, 290)), Tones(t.dark), 18, 10)


def bear(a, t):
    for x in (270, 530):
        a.solid(oval(x, 170, 62), t, 16, 10)
        a.fill(oval(x, 176, 34), t.light)
    a.solid("M400 380C520 380 560 460 560 540C560 620 500 660 400 660S240 620 240 540C240 460 280 380 400 380Z", t, 34, 12)
    a.fill(oval(400, 540, 98, 96), t.light)
    for x, turn in ((230, 30), (570, -30)):
        a.add(f'<g transform="rotate({turn} {x} 480)">')
        a.solid(oval(x, 490, 50, 92), t, 16, 9)
        a.add("</g>")
    for x in (276, 524):
        a.solid(oval(x, 620, 82, 60), t, 18, 10)
        a.fill(oval(x, 622, 44, 32), t.light)
    a.solid("M400 130C530 130 590 210 590 290C590 370 510 420 400 420S210 370 210 290C210 210 270 130 400 130Z", t, 36, 14)
    a.fill(oval(400, 338, 88, 64), t.light)
    a.fill("M362 306C362 286 438 286 438 306C438 330 414 344 400 344S362 330 362 306Z", INK)
    a.line("M400 344V364C390 384 366 380 360 368M400 364C410 384 434 380 440 368", INK, 7)
    for x in (310, 490):
        a.dot(x, 262, 19, INK)
        a.dot(x - 6, 256, 6, "#ffffff")
    a.solid("M400 430L320 396C304 400 304 470 320 474ZM400 430L480 396C496 400 496 470 480 474Z", Tones("#bf3f2e"), 8, 5)
    a.dot(400, 432, 20, "#a33022")


def book(a, t):
    """A picture book, open at a landscape, its cover showing round the pages."""
    a.solid("M70 330C180 290 320 290 400 340C480 290 620 290 730 330V640C620 600 480 604 400 654C320 604 180 600 70 640Z", t, 20, 10)
    a.solid("M100 310C200 276 320 280 400 326V628C320 584 200 580 100 612Z", PAPERY, 10, 6)
    a.solid("M700 310C600 276 480 280 400 326V628C480 584 600 580 700 612Z", PAPERY, 14, 6)
    a.clip("M124 332C210 304 310 306 376 344V590C310 556 210 552 124 580Z", lambda: (
        a.fill(block(100, 280, 300, 400), "#bfdcea"), a.dot(196, 392, 40, "#f3c552"),
        a.fill("M100 500C180 440 250 480 400 430V700H100Z", "#7fae6a"),
        a.fill("M100 560C200 500 300 560 400 510V700H100Z", "#5c9a5b")))
    a.clip("M676 332C590 304 490 306 424 344V590C490 556 590 552 676 580Z", lambda: (
        a.fill(block(400, 280, 300, 400), "#f8dcc4"), a.fill("M400 520C500 470 600 500 700 460V700H400Z", "#8fb89b"),
        a.fill("M500 500V430L560 380L620 430V510Z", "#fffaf0"), a.fill(poly((484, 440), (560, 366), (636, 440)), "#bf3f2e"),
        a.fill(block(544, 450, 34, 56), "#7a4e33")))
    a.fill("M400 326V628C380 616 370 610 360 606V308C376 312 388 318 400 326Z", "#bfb294", .35)


def yogamat(a, t):
    a.solid("M110 560H600C640 560 660 580 660 610S640 660 600 660H110C90 660 90 560 110 560Z", t, 10, 7)
    for y in (584, 610, 636):
        a.line(f"M130 {y}H520", t.light, 4, .5, "4 14")
    a.solid(oval(590, 500, 150, 156), t, 26, 12)
    a.fill(oval(590, 500, 116, 121), t.deep)
    a.fill(oval(592, 502, 104, 109), t.base)
    a.fill(oval(590, 500, 76, 80), t.deep)
    a.fill(oval(592, 502, 64, 68), t.light)
    a.fill(oval(590, 500, 34, 37), t.deep)
    a.solid(block(556, 340, 66, 50, 8), Tones("#f4efe4"), 8, 5)


def dumbbell(a, t):
    a.add('<g transform="rotate(-14 400 520)">')
    a.solid(block(240, 490, 320, 60, 20), STEELY, 14, 8)
    for x in range(310, 500, 24):
        a.line(f"M{x} 496L{x + 12} 544", DARK_STEEL, 5, .7)
    for x, y, w, h in ((200, 410, 70, 220), (130, 380, 84, 280), (530, 410, 70, 220), (588, 380, 84, 280)):
        a.solid(block(x, y, w, h, 26), t, 18, 10)
        a.fill(block(x + 14, y + 30, 13, h - 90, 6), t.light, .9)
    a.add("</g>")


def helmet(a, t):
    a.solid("M120 520C110 330 250 220 420 220C590 220 690 340 690 500C690 540 660 560 620 552C460 520 300 540 180 570"
            "C140 580 122 560 120 520Z", t, 44, 14)
    for d in ("M300 290C360 260 430 260 480 280C430 300 360 330 320 380C290 370 280 320 300 290Z",
              "M520 300C590 330 630 380 640 440C600 400 550 380 500 380C490 350 500 320 520 300Z",
              "M190 440C200 390 230 350 262 330C258 380 270 410 290 430C260 450 230 480 210 510C190 490 186 464 190 440Z",
              "M340 430C390 400 450 400 490 420C450 440 410 470 390 500C360 500 340 470 340 430Z"):
        a.fill(d, t.deep)
    a.line("M180 570C300 540 460 520 620 552", INK, 14)
    a.line("M250 556C290 640 360 668 420 660C500 650 560 610 590 552", "#45444b", 13)
    a.solid(block(398, 634, 64, 36, 8), BLACK, 6, 4)
    a.fill("M170 400C190 330 240 280 290 262C240 310 210 370 200 430Z", t.light, .7)


def tent(a, t):
    a.line("M90 660L400 200L710 660", "#85583a", 12)
    a.solid(poly((400, 190), (700, 650), (100, 650)), t, 30, 13)
    a.fill(poly((400, 190), (700, 650), (540, 650)), t.deep, .3)
    a.fill(poly((400, 290), (490, 650), (310, 650)), "#3f3a44")
    a.solid("M400 290L310 650H250C300 540 360 420 400 290Z", Tones(t.light), 12, 8)
    a.solid("M400 290L490 650H550C500 540 440 420 400 290Z", Tones(t.light), 12, 8)
    a.line("M104 650H696", t.deep, 12)
    a.line("M230 450L60 650M570 450L740 650", "#8a7a5c", 4)
    a.line("M400 190V150", "#85583a", 10)
    a.fill(poly((400, 150), (460, 168), (400, 188)), "#bf3f2e")


def lantern(a, t):
    a.line("M260 330C240 120 560 120 540 330", DARK_STEEL, 13)
    a.fill(oval(400, 460, 260, 230), "#fdeeb4", .5)
    a.solid(block(290, 350, 220, 220, 30), Tones("#fbe7a4"), 22, 10)
    a.fill("M400 390C436 440 440 470 440 490C440 530 360 530 360 490C360 470 366 440 400 390Z", "#f2a93a")
    a.fill("M400 440C416 470 418 480 418 494C418 514 382 514 382 494C382 480 386 466 400 440Z", "#fff6d6")
    a.line("M304 346V576M496 346V576", DARK_STEEL, 9)
    a.solid("M250 330L320 240H480L550 330C552 356 248 356 250 330Z", t, 24, 10)
    a.solid(block(360, 206, 80, 44, 12), t, 12, 7)
    a.solid(block(240, 566, 320, 94, 26), t, 26, 10)
    a.dot(400, 614, 22, BRASS)
    a.dot(396, 610, 9, "#f0d596")


def bottle(a, t):
    a.solid("M300 330C300 290 340 270 340 240H460C460 270 500 290 500 330V610C500 646 484 660 452 660H348C316 660 300 646 300 610Z", t, 34, 11)
    a.fill(block(322, 340, 20, 260, 10), t.light, .85)
    a.solid(block(330, 176, 140, 76, 16), BLACK, 16, 8)
    a.tube("M360 176C360 110 440 110 440 176", BLACK, 18)
    a.line("M460 380H484M460 430H484M460 480H484M460 530H484", t.light, 7, .9)


THINGS = {
    "teatin": (teatin, 200), "coffeebag": (coffeebag, 210), "honeyjar": (honeyjar, 190), "jar": (jar, 180),
    "nuts": (nuts, 200), "noodles": (noodles, 210), "cake": (cake, 310), "shampoo": (shampoo, 180), "soap": (soap, 290),
    "toothbrush": (toothbrush, 0), "cream": (cream, 230), "toycar": (toycar, 310), "blocks": (blocks, 280),
    "bear": (bear, 220), "book": (book, 330), "yogamat": (yogamat, 320), "dumbbell": (dumbbell, 280),
    "helmet": (helmet, 280), "tent": (tent, 330), "lantern": (lantern, 180), "bottle": (bottle, 110),
}

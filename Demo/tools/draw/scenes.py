"""Background, ground shadow and composition."""

import desk
import home
import kitchen
import life
import wear
from frames import FRAMES
from palette import COLOURS, TINTS
from svg import Art, Tones, block, mix, oval

THINGS = {**kitchen.THINGS, **home.THINGS, **desk.THINGS, **wear.THINGS, **life.THINGS}


def shadow(a, tint, reach, flat=False):
    """What stands throws a shadow on the ground to the right; what lies or hangs (reach 0) has a faint one behind it."""
    dark = mix(tint, "#2a1d2e", 0.55)
    if reach:
        a.fill(oval(400 + reach * 0.14, 660, round(reach * 1.16), 30), dark, .16)
        a.fill(oval(400 + reach * 0.06, 660, reach, 18), dark, .26)
    else:
        a.fill(oval(424, 690, 270, 24), dark, .15)


def stand(a, name, colour, tint, x=0, y=0, scale=1, turn=0):
    draw, reach = THINGS[name]
    a.place(lambda: (shadow(a, tint, reach), draw(a, Tones(COLOURS[colour]))), x, y, scale, turn)


def ground(a, tint, width=800, height=800, horizon=None):
    a.fill(block(0, 0, width, height), tint)
    a.fill(oval(round(width * 0.34), round(height * 0.36), round(height * 0.44)), mix(tint, "#ffffff", 0.42))
    if horizon:
        a.fill(block(0, horizon, width, height - horizon), mix(tint, "#8a6a4a", 0.14))


def behind(tint, *colours):
    """Pale goods get a deeper ground."""
    return mix(tint, "#7d7466", 0.22) if set(colours) & {"white", "cream"} else tint


def fitted(name, width, height, most=1.3):
    """The scale at which a thing fills, without leaving, a box of this size."""
    left, top, right, bottom = FRAMES[name]
    return round(min(most, width / (right - left), height / (bottom - top)), 3)


def centred(name, scale, x=400, y=400):
    """The shift that brings a thing's middle to this point."""
    left, top, right, bottom = FRAMES[name]
    return round(x - 400 - ((left + right) / 2 - 400) * scale, 1), round(y - 660 - ((top + bottom) / 2 - 660) * scale, 1)


def main(name, colour, tint):
    """The thing itself."""
    a, tint = Art(), behind(tint, colour)
    ground(a, tint)
    scale = fitted(name, 590, 540)
    stand(a, name, colour, tint, *centred(name, scale, 400, 405), scale)
    return a.text(800, 800)


def near(name, colour, tint):
    """Close up, cut by the frame."""
    a, tint = Art(), behind(tint, colour)
    ground(a, mix(tint, Tones(COLOURS[colour]).light, 0.1 if colour in ("white", "cream") else 0.3))
    scale = fitted(name, 1060, 860, 1.9)
    stand(a, name, colour, tint, *centred(name, scale, 470, 500), scale)
    return a.text(800, 800)


def pair(name, colour, other, tint):
    """Two pieces on a table, the second behind."""
    a, tint = Art(), behind(tint, colour, other)
    ground(a, tint, horizon=540)
    low = FRAMES[name][3] - 660
    small, large = fitted(name, 330, 330), fitted(name, 410, 410)
    stand(a, name, other, tint, centred(name, small, 560)[0], round(-60 - low * small), small)
    stand(a, name, colour, tint, centred(name, large, 280)[0], round(30 - low * large), large)
    return a.text(800, 800)


def company(name, colour, prop, prop_colour, tint):
    """The thing with what it's used with."""
    a, tint = Art(), behind(tint, colour)
    ground(a, tint, horizon=540)
    small, large = fitted(prop, 250, 300), fitted(name, 450, 470)
    stand(a, prop, prop_colour, tint, centred(prop, small, 630)[0], round(-70 - (FRAMES[prop][3] - 660) * small), small)
    stand(a, name, colour, tint, centred(name, large, 300)[0], round(30 - (FRAMES[name][3] - 660) * large), large)
    return a.text(800, 800)


def banner(tint, things, width=1600, height=600):
    """Wide: the left half stays free for words. Square: the upper half does."""
    a = Art()
    wide = width > height
    line = round(height * (0.62 if wide else 0.68))
    a.fill(block(0, 0, width, height), tint)
    a.fill(oval(round(width * (0.7 if wide else 0.5)), round(height * (0.5 if wide else 0.62)),
                round(height * (0.46 if wide else 0.36))), mix(tint, "#ffffff", 0.42))
    a.fill(block(0, line, width, height - line), mix(tint, "#8a6a4a", 0.16))
    for name, colour, x, foot, reach in things:
        left, _, right, bottom = FRAMES[name]
        scale = round(reach / (right - left), 3)
        stand(a, name, colour, tint, centred(name, scale, x)[0], round(foot - 660 - (bottom - 660) * scale), scale)
    return a.text(width, height)

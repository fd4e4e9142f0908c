"""Shapes and their shading. The light falls from the upper left: every solid gets a pale upper left edge and a dark
lower right one, both cut to its own outline."""

import colorsys


def _channels(colour):
    return [int(colour[i:i + 2], 16) for i in (1, 3, 5)]


def mix(colour, other, share):
    """`colour` with a share (0…1) of `other` in it."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_channels(colour), _channels(other)))


EVERYWHERE = "M-400-400H1200V1200H-400z"


class Tones:
    """Four tones of one material."""

    def __init__(self, base):
        lightness = colorsys.rgb_to_hls(*[x / 255 for x in _channels(base)])[1]
        self.base = base
        self.light = mix(base, "#fffaf0", 0.34 if lightness < 0.75 else 0.7)
        self.dark = mix(base, "#241a33", 0.2 if lightness < 0.75 else 0.13)
        self.deep = mix(base, "#1c1428", 0.46)


def number(value):
    return f"{round(value, 1):g}"


def oval(cx, cy, rx, ry=None):
    ry = rx if ry is None else ry
    arc = f"a{number(rx)} {number(ry)} 0 1 1"
    return f"M{number(cx - rx)} {number(cy)}{arc} {number(2 * rx)} 0{arc} {number(-2 * rx)} 0z"


def block(x, y, width, height, r=0):
    """A rectangle with round corners."""
    r = min(r, width / 2, height / 2)
    if r == 0:
        return f"M{number(x)} {number(y)}h{number(width)}v{number(height)}h{number(-width)}z"
    a, across, down = number(r), width - 2 * r, height - 2 * r
    return (f"M{number(x + r)} {number(y)}h{number(across)}q{a} 0 {a} {a}v{number(down)}q0 {a}-{a} {a}"
            f"h{number(-across)}q-{a} 0-{a}-{a}v{number(-down)}q0-{a} {a}-{a}z")


def poly(*points):
    return "M" + "L".join(f"{x} {y}" for x, y in points) + "Z"


class Art:
    """Collects the marks of one picture."""

    def __init__(self):
        self.marks = []
        self.clips = 0

    def add(self, mark):
        self.marks.append(mark)

    def fill(self, d, colour, opacity=1):
        self.add(f'<path d="{d}" fill="{colour}"' + (f' opacity="{opacity}"' if opacity < 1 else "") + "/>")

    def line(self, d, colour, width, opacity=1, dash=None, cap="round"):
        more = (f' opacity="{opacity}"' if opacity < 1 else "") + (f' stroke-dasharray="{dash}"' if dash else "")
        more += f' stroke-linecap="{cap}"' if cap != "round" else ""
        self.add(f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{round(width, 1)}"{more}/>')

    def dot(self, x, y, r, colour, opacity=1):
        more = f' opacity="{opacity}"' if opacity < 1 else ""
        self.add(f'<circle cx="{x}" cy="{y}" r="{r}" fill="{colour}"{more}/>')

    def clip(self, d, draw):
        """Whatever `draw` adds is cut to the outline `d`."""
        self.clips += 1
        name = f"k{self.clips}"
        self.add(f'<clipPath id="{name}"><path d="{d}"/></clipPath><g clip-path="url(#{name})">')
        draw()
        self.add("</g>")

    def solid(self, d, tones, rim=22, gleam=9, inside=None):
        """A body with its lit and its shaded edge; `inside` draws what lies on it, before the shade."""
        def draw():
            self.fill(EVERYWHERE, tones.light)
            self.add(f'<path d="{d}" fill="{tones.base}" transform="translate({gleam} {gleam})"/>')
            if inside:
                inside()
            self.add(f'<path d="{EVERYWHERE}{d}" fill="{tones.deep}" fill-rule="evenodd" opacity=".38" '
                     f'transform="translate({-rim} {round(-rim * 0.6, 1)})"/>')
        self.clip(d, draw)

    def tube(self, d, tones, width):
        """A bent round bar: handles, cables, straps."""
        self.line(d, tones.dark, width)
        for tone, part, shift in ((tones.base, 0.66, 0.1), (tones.light, 0.14, 0.22)):
            self.add(f'<g transform="translate({round(-width * shift, 1)} {round(-width * shift, 1)})">')
            self.line(d, tone, width * part)
            self.add("</g>")

    def place(self, draw, x=0, y=0, scale=1, turn=0):
        """Draws inside a moved frame: scaled and turned about the ground point (400, 660), then shifted."""
        move = f"translate({round(400 + x, 1)} {round(660 + y, 1)})"
        move += f" scale({scale})" if scale != 1 else ""
        move += f" rotate({turn})" if turn else ""
        self.add(f'<g transform="{move} translate(-400 -660)">')
        draw()
        self.add("</g>")

    def text(self, width, height):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
                f'height="{height}" stroke-linecap="round" stroke-linejoin="round">'
                + "".join(self.marks) + "</svg>\n")

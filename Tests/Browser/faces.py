"""The faces that the shop shows: language, size of the screen, colour scheme, with scripts or without."""
import dataclasses
import os

# With few, what is seen in four faces is seen in two of the other language, size and scheme, and what is seen in eight in four.
FEW = os.environ.get("BROWSER_FACES") == "few"
LANGUAGES = ("en", "zh-Hans")
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
# A shop sees by it on what somebody pays.
PHONE = ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile "
         "Safari/537.36")


@dataclasses.dataclass(frozen=True)
class Face:
    language: str
    size: str
    scheme: str
    scripts: bool

    def __str__(self):
        return f"{self.language}-{self.size}-{self.scheme}-{'scripts' if self.scripts else 'plain'}"

    @property
    def is_phone(self):
        return self.size == "phone"

    @property
    def other_language(self):
        """The one that the browser asks for."""
        return LANGUAGES[self.language == LANGUAGES[0]]

    @property
    def width(self):
        return SIZES[self.size][0]

    def browser_settings(self):
        """The browser asks for the other language, so that the visitor has to choose his own."""
        width, height = SIZES[self.size]
        return {
            **({"user_agent": PHONE} if self.is_phone else {}),
            "viewport": {"width": width, "height": height},
            "has_touch": self.is_phone,
            "is_mobile": self.is_phone,
            "color_scheme": self.scheme,
            "java_script_enabled": self.scripts,
            "locale": "zh-CN" if self.language == "en" else "en-GB",
            "reduced_motion": "reduce",
            "timezone_id": "Asia/Shanghai",
        }


def every_face():
    """Eight: both languages, both sizes, with scripts and without. Each scheme meets each of these. With few, each language on
    both sizes, and each of these in both schemes, with scripts and without."""
    if FEW:
        return list(FOUR_FACES)
    faces = []
    for language in LANGUAGES:
        for size in SIZES:
            for scripts in (True, False):
                is_dark = (language == "en") ^ (size == "phone") ^ scripts
                faces.append(Face(language, size, "dark" if is_dark else "light", scripts))
    return faces


# Two that have nothing in common, for what need not be seen from all eight sides.
OPPOSITE_FACES = (Face("en", "phone", "dark", True), Face("zh-Hans", "desktop", "light", False))

# Each language on both sizes, each size in both schemes, with scripts and without.
FOUR_FACES = (
    Face("en", "desktop", "light", True),
    Face("zh-Hans", "desktop", "dark", False),
    Face("en", "phone", "dark", False),
    Face("zh-Hans", "phone", "light", True),
)

# The back office.
DESK_FACES = (Face("en", "desktop", "light", True), Face("zh-Hans", "phone", "dark", False)) if FEW else FOUR_FACES

# For those who go through all of its pages, with scripts, which do most of the drawing.
ROUND_FACES = (Face("en", "desktop", "light", True), Face("zh-Hans", "phone", "dark", True)) if FEW else (
    Face("en", "desktop", "light", True),
    Face("zh-Hans", "desktop", "dark", True),
    Face("zh-Hans", "phone", "light", True),
    Face("en", "phone", "dark", True),
)

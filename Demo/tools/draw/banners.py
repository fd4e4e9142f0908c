"""What stands where on the banners of the home page."""

# name: (tint, the things on the wide picture, the things on the phone's), from back to front;
# a thing: (name, colour, x of its middle, y of its foot, the width it fills)
BANNERS = {
    "banner-tea": ("#e6ead9", (
        ("kettle", "teal", 1340, 450, 300), ("teapot", "clay", 1040, 520, 380), ("gaiwan", "celadon", 1320, 560, 190),
        ("mug", "white", 800, 540, 140)), (
        ("kettle", "teal", 560, 610, 290), ("teapot", "clay", 280, 680, 380), ("gaiwan", "celadon", 590, 730, 200))),
    "banner-desk": ("#e4ecea", (
        ("lamp", "mustard", 1400, 440, 310), ("plantpot", "white", 850, 440, 200), ("keyboard", "mint", 1070, 550, 440),
        ("mouse", "white", 1380, 556, 90)), (
        ("lamp", "mustard", 580, 610, 310), ("notebook", "navy", 220, 600, 200), ("keyboard", "mint", 340, 720, 460),
        ("mouse", "white", 660, 730, 90))),
    "banner-camp": ("#dfeae2", (
        ("tent", "olive", 1130, 470, 500), ("backpack", "orange", 830, 510, 190), ("lantern", "red", 1380, 545, 130),
        ("mug", "white", 1500, 555, 100)), (
        ("tent", "olive", 430, 620, 500), ("backpack", "orange", 180, 690, 190), ("lantern", "red", 590, 720, 130),
        ("mug", "white", 710, 730, 100))),
}

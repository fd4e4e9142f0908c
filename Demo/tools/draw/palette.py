"""Colours by name. Products name the same colours, so that a chosen variant and its picture agree."""

COLOURS = {
    "white": "#f4f0e8", "cream": "#ead9b8", "sand": "#cfae82", "caramel": "#b9793f", "walnut": "#7a4e33",
    "clay": "#a5583c", "red": "#bf3f2e", "coral": "#e27d60", "pink": "#e3a2ab", "orange": "#de8433",
    "mustard": "#d7a32f", "yellow": "#edc74a", "olive": "#7f8544", "green": "#4c8a5c", "celadon": "#9dbfa6",
    "mint": "#8fcbb3", "teal": "#2e7f83", "sky": "#7db2d4", "blue": "#3d6fae", "navy": "#2f4265", "indigo": "#4b5390",
    "lilac": "#a99acb", "plum": "#7b4468", "grey": "#a3a5a6", "graphite": "#56595f", "black": "#35343a",
    "steel": "#bcc4c9", "bamboo": "#dcb877", "brass": "#c79a45",
}

TINTS = {
    "teaware": "#e6ead9", "cookware": "#f2e3d3", "tableware": "#e3ebee", "bedding": "#e9e6f1", "decor": "#f3e6df",
    "storage": "#e8e9e0", "audio": "#e2e6ee", "computing": "#e4ecea", "stationery": "#f4ecd6", "clothing": "#e9e8ec",
    "bags": "#e5ecdf", "tea-coffee": "#efe3d6", "pantry": "#f5ebcf", "care": "#e1eeeb", "toys": "#fbe9d6",
    "outdoor": "#dfeae2",
}

# Where each thing is usually sold, for the tint behind it.
TINT_OF = {thing: category for category, things in {
    "teaware": "teapot kettle gaiwan mug cups thermos", "cookware": "pan pot ricecooker knife board",
    "tableware": "chopsticks bowl plate bottle", "bedding": "quilt pillow towel",
    "decor": "vase candle plantpot clock", "storage": "storage basket chair lamp",
    "audio": "headphones earbuds speaker", "computing": "keyboard mouse phonestand powerbank",
    "stationery": "notebook pen pencilcase", "clothing": "tshirt jacket scarf cap socks",
    "bags": "sneakers backpack tote umbrella sunglasses watch", "tea-coffee": "teatin coffeebag",
    "pantry": "honeyjar jar nuts noodles cake", "care": "shampoo soap toothbrush cream",
    "toys": "toycar blocks bear book", "outdoor": "yogamat dumbbell helmet tent lantern",
}.items() for thing in things.split()}

# Materials that stay the same whatever the colour of the goods.
WOOD, DARK_WOOD, STEEL, DARK_STEEL = "#c99660", "#85583a", "#c3cacf", "#7d868c"
PAPER, INK, LEAF, RUBBER, BRASS, GLASS = "#fbf6ea", "#37353c", "#5c9a5b", "#45444b", "#c79a45", "#d8e8e6"

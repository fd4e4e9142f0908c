import Values

/// The words out of which `CatalogueGenerator` makes its goods: English and Chinese beside each other.
enum CatalogueWords {
  struct Shelf {
    let path: LocalizedText
    /// `size` has sizes and colours, `colour` colours, `plain` neither.
    let kind: Kind
    /// Price of a usual piece in yuan, and its weight in grams.
    let price: ClosedRange<Int>
    let grams: ClosedRange<Int>
    let nouns: [LocalizedText]
  }

  enum Kind { case size, colour, plain }

  private static func words(_ text: String) -> [LocalizedText] {
    text.split(separator: "\n").flatMap { $0.split(separator: ",") }.map { pair in
      let sides = pair.split(separator: "=").map { $0.drop { $0 == " " } }
      return LocalizedText(en: String(sides[0]), zhHans: String(sides.last ?? sides[0]))
    }
  }

  private static func shelf(
    _ en: String, _ zhHans: String, _ kind: Kind, _ price: ClosedRange<Int>, _ grams: ClosedRange<Int>, _ nouns: String
  ) -> Shelf {
    Shelf(path: LocalizedText(en: en, zhHans: zhHans), kind: kind, price: price, grams: grams, nouns: words(nouns))
  }

  static let shelves: [Shelf] = [
    shelf(
      "Home > Kitchen", "家居 > 厨房", .colour, 29...499, 300...2500,
      "Teapot=茶壶,Frying Pan=煎锅,Soup Bowl=汤碗,Cutting Board=砧板,Kettle=水壶,Chopsticks=筷子,Storage Jar=储物罐,Rice Cooker=电饭煲,Mug=马克杯"
    ),
    shelf(
      "Home > Bedding", "家居 > 床品", .size, 89...1299, 800...4000,
      "Duvet Cover=被套,Pillow=枕头,Blanket=毛毯,Fitted Sheet=床笠,Quilt=被子,Mattress Topper=床垫,Throw=盖毯,Pillowcase=枕套"),
    shelf(
      "Home > Lighting", "家居 > 灯具", .colour, 59...899, 400...5000,
      "Desk Lamp=台灯,Floor Lamp=落地灯,Pendant Light=吊灯,Night Light=小夜灯,Wall Lamp=壁灯,Lantern=灯笼,Candle Holder=烛台,Reading Lamp=阅读灯"
    ),
    shelf(
      "Home > Plants", "家居 > 绿植", .plain, 19...329, 300...6000,
      "Monstera=龟背竹,Bonsai=盆景,Orchid=兰花,Succulent=多肉,Fern=蕨类盆栽,Flower Pot=花盆,Watering Can=浇水壶,Vase=花瓶"),
    shelf(
      "Clothing > Women", "服饰 > 女装", .size, 59...1599, 150...1500,
      "Dress=连衣裙,Blouse=衬衣,Cardigan=开衫,Skirt=半身裙,Trench Coat=风衣,Knit Top=针织衫,Scarf=围巾,Pyjamas=睡衣"),
    shelf(
      "Clothing > Men", "服饰 > 男装", .size, 69...1799, 150...1800,
      "Shirt=衬衫,Jacket=夹克,Chinos=休闲裤,Sweater=毛衣,Polo Shirt=保罗衫,Jeans=牛仔裤,Vest=马甲,Hoodie=卫衣"),
    shelf(
      "Clothing > Shoes", "服饰 > 鞋靴", .size, 99...1299, 500...1600,
      "Sneakers=运动鞋,Loafers=乐福鞋,Boots=短靴,Sandals=凉鞋,Slippers=拖鞋,Running Shoes=跑鞋,Canvas Shoes=帆布鞋,Oxfords=牛津鞋"),
    shelf(
      "Accessories > Bags", "配饰 > 箱包", .colour, 79...1999, 300...3500,
      "Backpack=双肩包,Tote Bag=托特包,Suitcase=行李箱,Wallet=钱包,Crossbody Bag=斜挎包,Briefcase=公文包,Pouch=收纳包,Duffel=旅行袋"),
    shelf(
      "Accessories > Jewellery", "配饰 > 首饰", .colour, 39...2999, 5...120,
      "Ring=戒指,Necklace=项链,Bracelet=手链,Earrings=耳环,Brooch=胸针,Anklet=脚链,Hair Clip=发夹,Watch=手表"),
    shelf(
      "Food > Tea and Coffee", "食品 > 茶与咖啡", .plain, 25...699, 100...1200,
      "Green Tea=绿茶,Oolong=乌龙茶,Black Tea=红茶,Coffee Beans=咖啡豆,Jasmine Tea=茉莉花茶,White Tea=白茶,Pu'er Cake=普洱茶饼,Drip Coffee=挂耳咖啡"
    ),
    shelf(
      "Beauty > Care", "美妆 > 护理", .plain, 29...599, 60...900,
      "Face Cream=面霜,Shampoo=洗发水,Hand Cream=护手霜,Body Lotion=身体乳,Perfume=香水,Soap=香皂,Serum=精华液,Bath Salt=浴盐"),
    shelf(
      "Stationery > Paper", "文具 > 纸品", .colour, 9...199, 80...900,
      "Notebook=笔记本,Planner=手账本,Sketchbook=素描本,Fountain Pen=钢笔,Ink=墨水,Bookmark=书签,Picture Book=绘本,Letter Paper=信纸"),
  ]

  static let adjectives = words(
    """
    Quiet=静谧,Warm=暖意,Light=轻盈,Classic=经典,Modern=现代,Rustic=质朴,Bright=明亮,Soft=柔软,Slim=纤薄,Sturdy=结实
    Cosy=温馨,Fresh=清新,Elegant=优雅,Simple=简约,Vintage=复古,Handmade=手工,Everyday=日常,Travel=旅行,Compact=便携,Generous=大号
    Mountain=山居,River=溪流,Autumn=秋日,Spring=春日,Moonlit=月白,Morning=晨光,Evening=暮色,Garden=花园,Harbour=海港,Northern=北国
    """)

  static let materials = words(
    """
    Cotton=棉,Linen=亚麻,Silk=真丝,Wool=羊毛,Bamboo=竹,Oak=橡木,Walnut=胡桃木,Porcelain=瓷,Stoneware=陶,Glass=玻璃
    Steel=钢,Copper=铜,Brass=黄铜,Leather=皮革,Canvas=帆布,Felt=毛毡,Cork=软木,Rattan=藤,Paper=纸,Enamel=珐琅
    """)

  static let brands = words(
    """
    Swallow & Reed=燕苇,Northlight=北光,Cloud Kiln=云窑,Willow Lane=柳巷,Stone Bridge=石桥,Plum House=梅舍,Tidewater=潮汐,Amber Field=琥珀田
    Fern & Co=蕨物,Red Lantern=红灯记,Paper Crane=纸鹤,Blue Harbour=蓝湾,Osmanthus=桂里,Long Meadow=长甸,Half Moon=半月,Pine Gate=松门
    """)

  static let colours = words(
    "White=白色,Black=黑色,Sand=沙色,Sage=鼠尾草绿,Navy=藏青,Terracotta=赤陶,Rose=玫瑰粉,Mustard=芥末黄,Grey=灰色,Indigo=靛蓝,Cherry=樱桃红,Moss=苔绿"
  )

  static let sizes = words("S=小号,M=中号,L=大号,XL=加大号")

  static let praises = words(
    """
    Made in small batches and checked by hand=小批量制作，逐件手工检验
    Pleasant to hold and easy to care for=手感舒适，易于打理
    Made to be used every day for years=为经年累月的日常使用而做
    Arrives in a box fit for giving=礼盒包装，送礼体面
    A quiet shape that goes with what you have=造型内敛，百搭家中旧物
    Tested for what touches skin and food=通过亲肤与食品接触检测
    """)
}

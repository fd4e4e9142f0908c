/// Words that the rules of `Stemmer` would bring to the wrong form.
enum StemmerWords {
  static let known = american.merging(irregular) { $1 }

  private static let irregular: [String: String] = {
    var words = parse(
      """
      men man mens man women woman womens woman children child childrens child kids kid knives knife wives wife \
      leaves leaf shelves shelf bookshelves bookshelf scarves scarf loaves loaf wolves wolf halves half calves calf \
      thieves thief elves elf hooves hoof feet foot teeth tooth mice mouse geese goose oxen ox lenses lens gases gas \
      buses bus canvases canvas quizzes quiz heroes hero echoes echo headaches headache toothaches toothache axes axe \
      used use using use dyed dye dyeing dye tied tie died die matrices matrix indices index viruses virus \
      menus menu tofus tofu gurus guru emus emu bonuses bonus cactuses cactus cacti cactus octopuses octopus irises iris \
      pyjamas pajama pajamas pajama analyses analysis bases base vases vase
      """)
    for word in unchanged.split(separator: " ") { words[String(word)] = String(word) }
    return words
  }()

  private static let unchanged = """
    lens gas bus plus news series species canvas atlas bias christmas asus shorts clothes goods always perhaps \
    xmas texas vegas mars hermes adidas levis pants tennis iris chaos christmas swiss earring ceiling clothing bedding \
    wedding building stocking legging pudding fishing morning evening lightning sterling herring darling duckling \
    dumpling seedling something nothing anything everything viking boeing beijing nanjing during outing sibling string \
    spring king ring wing thing ping sling swing sewing knitting pling dining living wiring railing gaming nursing \
    longjing yixing qingming yunling hundred sacred infrared naked aged amoled hybrid biped united embed shred moped
    """

  static let endingInIe: Set<String> = Set(
    """
    cookie hoodie movie selfie brownie smoothie beanie onesie barbie zombie genie pixie birdie calorie prairie newbie \
    foodie sweetie hippie rookie walkie talkie cutie bootie veggie budgie collie auntie goodie hankie nightie pantie \
    necktie bowtie magpie wheelie potpie cowrie eerie goalie groupie indie junkie laddie lassie townie zombie yorkie
    """.split(separator: " ").map(String.init))

  static let endingInNge: Set<String> = ["chang", "arrang", "exchang", "loung", "plung", "rang", "orang", "interchang"]

  /// The American spelling of British words, in the form without endings.
  private static let american: [String: String] = parse(
    """
    colour color flavour flavor favourite favorite harbour harbor odour odor humour humor neighbour neighbor \
    honour honor labour labor armour armor vapour vapor savoury savory behaviour behavior glamour glamor rumour rumor \
    multicolour multicolor grey gray organise organize organiser organizer moisturise moisturize \
    moisturiser moisturizer customise customize personalise personalize sterilise sterilize steriliser sterilizer \
    sanitise sanitize sanitiser sanitizer equaliser equalizer stabiliser stabilizer tenderiser tenderizer \
    atomiser atomizer energise energize vaporiser vaporizer deodoriser deodorizer fertiliser fertilizer \
    pulveriser pulverizer volumiser volumizer aluminium aluminum jewellery jewelry tyre tire mould mold moulded mold \
    fibre fiber litre liter millilitre milliliter metre meter centimetre centimeter millimetre millimeter centre center \
    theatre theater pyjama pajama cosy cozy travell travel traveller traveler catalogue catalog doughnut donut \
    yoghurt yogurt whiskey whisky sceptre scepter sabre saber plough plow storey story cheque check licence license \
    defence defense woollen woolen wool wool jewelled jewel panell panel cancell cancel label label labell label levell level includ include guid guide provid provide comput compute tast taste wast waste enamell enamel \
    polarise polarize chequer checker
    """)

  private static func parse(_ text: String) -> [String: String] {
    let words = text.split(separator: " ").map(String.init)
    var pairs: [String: String] = [:]
    for index in stride(from: 0, to: words.count - 1, by: 2) { pairs[words[index]] = words[index + 1] }
    return pairs
  }
}

import Catalog
import Flows
import Foundation
import Inventory
import Merchants
import Pricing
import Synchronization
import Testing
import Values

@Suite struct ImportCatalogTests {
  static let shirt = """
    Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Image Position,Variant Image
    shirt,Blue Shirt,"<p>Soft,
    ""light"".</p>",Reed,Clothing > Shirts,"men, blue",true,Size,S,S-1,200,5,50.00,80,https://x.example/2.jpg,2,
    shirt,,,,,,,,M,S-2,210,0,52,40,https://x.example/1.jpg,1,https://x.example/3.jpg

    """

  @Test func `a product with variants, pictures, category and brand comes in`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(Self.shirt)
    #expect(report.created == 1 && report.refusedCount == 0 && report.rows == 2)
    let product = try #require(shop.catalog.find("shirt"))
    #expect(product.content.title == LocalizedText(en: "Blue Shirt"))
    #expect(product.content.introduction.en == "<p>Soft,\n\"light\".</p>")
    #expect(
      product.content.options == [
        ProductOption(name: LocalizedText(en: "Size"), values: [LocalizedText(en: "S"), LocalizedText(en: "M")])
      ])
    #expect(product.content.tags == ["men", "blue"])
    #expect(product.pictures.map(\.source) == [1, 2, 3].map { "https://x.example/\($0).jpg" })
    #expect(product.variants[1].picture == product.pictures[2].id)
    #expect(product.variants.map(\.weightGrams) == [200, 210])
    #expect(shop.price("shirt")?.sale == yuan("50.00") && shop.price("shirt")?.list == yuan("80.00"))
    #expect(shop.price("shirt", 1)?.list == nil)
    #expect(shop.stock("shirt")?.onHand == 5 && shop.stock("shirt", 1)?.onHand == 0)
    let tree = try await shop.catalog.categories()
    #expect(product.content.category.map { tree.path(to: $0).map(\.name.en) } == ["Clothing", "Shirts"])
    #expect(product.merchant == shop.merchants.all[0].id && product.isPublished)
  }

  @Test func `importing again changes nothing, and only what differs is updated`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(Self.shirt)
    let again = try await shop.run(Self.shirt)
    #expect(again.unchanged == 1 && again.created == 0 && again.updated == 0)
    #expect(shop.stock("shirt")?.onHand == 5)
    let dearer = try await shop.run(Self.shirt.replacing(",52,40", with: ",53,40"))
    #expect(dearer.updated == 1 && dearer.unchanged == 0)
    #expect(shop.catalog.all.count == 1 && shop.price("shirt", 1)?.sale == yuan("53.00"))
  }

  @Test func `rows of a product may be scattered and come before it`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      """
      Variant Price,Handle,Option1 Value,Title,Option1 Name
      10,mug,Red,,
      11,cup,Small,Cup,Size
      12,mug,Blue,,
      13,bowl,,Bowl,
      14,mug,Green,Mug,Colour
      15,cup,Large,,

      """)
    #expect(report.created == 3 && report.refusedCount == 0 && report.warnings.map(\.code) == ["noStockColumn"])
    let mug = try #require(shop.catalog.find("mug"))
    #expect(mug.content.options.first?.name.en == "Colour")
    #expect(mug.content.options.first?.values.map(\.en) == ["Red", "Blue", "Green"])
    #expect(shop.price("mug", 2)?.sale == yuan("14.00"))
    #expect(shop.catalog.find("cup")?.variants.count == 2)
    #expect(shop.catalog.find("bowl")?.content.options.isEmpty == true)
  }

  @Test func `columns may be missing, more, in other cases and orders`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run("Colour of box, PRICE ,title\r\ngreen,\"1.299,00\",Tea Pot\r\nblue,5,Tea Cup\r\n")
    #expect(report.created == 2)
    #expect(shop.price("tea-pot")?.sale == yuan("1299.00"))
    #expect(shop.catalog.find("tea-pot")?.content.extras == ["Colour of box": "green"])
    #expect(shop.stock("tea-pot") == nil)
  }

  @Test func `a file without a usable header is refused and says what is missing`() async throws {
    let shop = try ImportFixture()
    await #expect(throws: ImportFault.noHeader(missing: ["Handle", "Title"], found: ["sku", "price"])) {
      try await shop.run("sku,price\n1,2\n")
    }
    await #expect(throws: ImportFault.noHeader(missing: ["Title"], found: ["Handle", "Price"])) {
      try await shop.run("Handle,Price\n1,2\n")
    }
    await #expect(throws: ImportFault.emptyFile) { try await shop.run("") }
    await #expect(throws: ImportFault.emptyFile) { try await shop.run("\n\n") }
    await #expect(throws: ImportFault.missing("/nowhere.csv")) {
      try await shop.importer.run(file: URL(filePath: "/nowhere.csv"))
    }
    #expect(try await shop.run("Handle,Title\n").products == 0)
  }

  @Test func `a quote that never ends stops the file before anything is changed`() async throws {
    let shop = try ImportFixture()
    await #expect(throws: ImportFault.unterminatedQuote(line: 3)) {
      try await shop.run("Title,Price\nA,1\n\"B,2\nC,3\n")
    }
    #expect(shop.catalog.all.isEmpty)
  }

  @Test func `one bad product never stops the others, and each says where and why`() async throws {
    let shop = try ImportFixture()
    let long = String(repeating: "x", count: 201)
    let report = try await shop.run(
      """
      Handle,Title,Variant Price,Option1 Name,Option1 Value,Variant SKU
      ,,5,,,
      good,Good,1,,,A
      no-title,,2,,,
      no-price,No price,,,,
      words,Words,cheap,,,
      minus,Minus,-1,,,
      long,\(long),1,,,
      \(long),Long handle,1,,,
      taken,Taken,1,,,A
      half,Half,1,Size,S,
      half,,2,,,H2
      ???,Signs,1,,,
      fine,Fine,3,,,B

      """)
    #expect(report.created == 2)
    #expect(
      report.refused.map { "\($0.line) \($0.code)" } == [
        "2 noHandle", "4 noTitle", "5 noPrice", "6 badPrice", "7 badPrice", "9 handleTooLong", "12 noOptionValue",
        "13 badHandle", "8 tooLong", "10 skuTaken",
      ])
    #expect(report.refusedCount == 10)
    #expect(report.refused.allSatisfy { !$0.reason.isEmpty })
  }

  @Test func `what is odd but usable is imported with a warning`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      """
      Handle,Title,Variant Price,Variant Inventory Qty,Variant Grams,Image Src,Published,Variant Compare At Price
      a,A,1,-3,heavy,file:///etc/passwd,perhaps,x
      a,Other,2,many,,,,

      """)
    #expect(report.created == 1)
    #expect(
      Set(report.warnings.map(\.code)) == [
        "negativeQuantity", "badWeight", "badPicture", "badFlag", "badListPrice", "secondTitle", "repeatedVariant",
        "badQuantity",
      ])
    #expect(shop.catalog.find("a")?.pictures.isEmpty == true && shop.catalog.find("a")?.isPublished == false)
    #expect(shop.price("a")?.sale == yuan("2.00"))
  }

  @Test func `published and status decide together`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(
      "Title,Price,Published,Status\na,1,TRUE,active\nb,1,false,active\nc,1,yes,draft\nd,1,1,archived\ne,1,,\nf,1,是,\n")
    let published = ["a", "b", "c", "d", "e", "f"].filter { shop.catalog.find($0)?.isPublished == true }
    #expect(published == ["a", "e", "f"])
  }

  @Test func `both languages come from their columns, or from the characters`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(
      "Handle,Title,Title (en),Title (zh-Hans),Price\na,茶壶,Teapot,,1\nb,茶杯,,,1\nc,Cup,,,1\nd,Pan,Pan,锅,1\n")
    #expect(shop.catalog.find("a")?.content.title == LocalizedText(en: "Teapot", zhHans: "茶壶"))
    #expect(shop.catalog.find("b")?.content.title == LocalizedText(zhHans: "茶杯"))
    #expect(shop.catalog.find("c")?.content.title == LocalizedText(en: "Cup"))
    #expect(shop.catalog.find("d")?.content.title == LocalizedText(en: "Pan", zhHans: "锅"))
  }

  @Test func `stock follows the file, its options and what buyers hold`() async throws {
    let shop = try ImportFixture()
    let head = "Handle,Title,Price,Variant Inventory Qty,Variant Inventory Policy\n"
    _ = try await shop.run(head + "a,A,1,5,deny\nb,B,1,7,continue\nc,C,1,3,deny\n")
    #expect(shop.stock("b")?.isUnlimited == true)
    let first = try #require(shop.catalog.find("a")).variants[0].id
    shop.inventory.state.withLock { $0.held[first] = 4 }
    let report = try await shop.run(head + "a,A,1,2,deny\nb,B,1,7,deny\nc,C,1,9,deny\n")
    #expect(report.warnings.map(\.code) == ["heldStock"] && report.warnings.first?.line == 2)
    #expect(shop.stock("a")?.onHand == 5 && shop.stock("b")?.onHand == 7 && shop.stock("c")?.onHand == 9)
    let kept = try await shop.run(head + "c,C,1,1,deny\nd,D,1,4,deny\n", ImportOptions(stock: .newOnly))
    #expect(kept.unchanged == 1 && shop.stock("c")?.onHand == 9 && shop.stock("d")?.onHand == 4)
    let left = try await shop.run(head + "d,D,1,1,deny\n", ImportOptions(stock: .keep))
    #expect(left.unchanged == 1 && shop.stock("d")?.onHand == 4)
  }

  @Test func `stock over several locations adds up to the file's number`() async throws {
    let shop = try ImportFixture()
    let merchant = shop.merchants.all[0].id
    let here = try await shop.inventory.location(named: "Here", of: merchant)
    let there = try await shop.inventory.location(named: "There", of: merchant)
    _ = try await shop.run("Title,Price,Variant Inventory Qty\na,1,5\n")
    let variant = try #require(shop.catalog.find("a")).variants[0].id
    try await shop.inventory.count([StockCount(variant: variant, location: there.id, onHand: 4)], key: "k", by: .system)
    _ = try await shop.run("Title,Price,Variant Inventory Qty\na,1,20\n")
    let levels = try await shop.inventory.stockByLocation(of: variant)
    #expect(levels.map(\.level.onHand) == [16, 4] && levels[0].location.id == here.id)
  }

  @Test func `the merchant is the one named, or the file's, or the first`() async throws {
    let shop = try ImportFixture()
    let reed = try #require(Slug(rawValue: "reed"))
    _ = try await shop.run("Title,Price\nA,1\n", ImportOptions(merchant: reed))
    #expect(shop.catalog.find("a")?.merchant == shop.merchants.all[1].id)
    let report = try await shop.run("Handle,Title,Price,Merchant\nx,X,1,reed\nx,X,1,swallow\ny,Y,1,nobody\n")
    #expect(report.created == 2 && report.refused.map(\.code) == ["unknownMerchant"])
    await #expect(throws: ImportFault.unknownMerchant("nobody")) {
      try await shop.run("Title\nA\n", ImportOptions(merchant: Slug(rawValue: "nobody")))
    }
  }

  @Test func `nasty text does no harm`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      "Title,Price,Vendor,Type,Tags\n'=cmd|'/c calc'!A0,1,'; DROP TABLE product,<script> > <b>,😀\n\u{202E}abc,2,,,\n\u{7}bell,3,,,\nمرحبا,4,,,\n"
    )
    #expect(report.created + report.refusedCount == 4)
    #expect(shop.catalog.all.contains { $0.content.title.en == "=cmd|'/c calc'!A0" })
    #expect(shop.catalog.all.contains { $0.content.title.en == "مرحبا" })
  }

  @Test func `a cell or a product beyond all measure is refused and the rest goes on`() async throws {
    let shop = try ImportFixture()
    let big = String(repeating: "长", count: 400_000)
    let many = (0..<2100).map { "many,,1,\($0)\n" }.joined()
    let report = try await shop.run("Handle,Title,Price,Option1 Value\nbig,\(big),1,\nmany,Many,1,x\n\(many)ok,Ok,1,\n")
    #expect(report.created == 1 && report.refused.map(\.code) == ["cellTooLong", "tooManyRows"])
    let stray = try await shop.run("Handle,Title,Price\n" + String(repeating: ",,1\n", count: 1500))
    #expect(stray.refusedCount == 1500 && stray.refused.count == 1000)
  }

  @Test func `an import that is cancelled stops between batches`() async throws {
    let shop = try ImportFixture()
    let file = shop.folder.appending(path: "many.csv")
    try CatalogueGenerator().write(2000, to: file)
    let importer = shop.importer
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await importer.run(file: file)
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(shop.catalog.all.isEmpty)
  }
}

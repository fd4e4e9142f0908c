import Catalog
import Flows
import Foundation
import Inventory
import Pricing
import Synchronization
import Testing
import Values

/// Files as other shops, spreadsheets and accidents make them.
@Suite struct ImportOddFilesTests {
  @Test(
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x00], "gzip"), (Array("PK\u{3}\u{4}\u{14}".utf8), "spreadsheet"),
      ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "spreadsheet"), (Array("%PDF-1.7\n".utf8), "PDF"),
    ] as [([UInt8], String)])
  func `a file of another kind is named as what it is`(bytes: [UInt8], word: String) async throws {
    let shop = try ImportFixture()
    let file = try shop.file(bytes + [UInt8](repeating: 0x80, count: 50))
    let fault = await #expect(throws: ImportFault.self) { try await shop.importer.run(file: file) }
    #expect(fault?.code == "notText" && fault?.description.contains(word) == true)
  }

  @Test func `a folder, a pipe and nothing at all are told apart`() async throws {
    let shop = try ImportFixture()
    await #expect(throws: ImportFault.notAFile(shop.folder.path)) { try await shop.importer.run(file: shop.folder) }
    let pipe = shop.folder.appending(path: "pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    await #expect(throws: ImportFault.notAFile(pipe.path)) { try await shop.importer.run(file: pipe) }
    await #expect(throws: ImportFault.missing("/nowhere.csv")) {
      try await shop.importer.run(file: URL(filePath: "/nowhere.csv"))
    }
    let file = try shop.file(Array("Title,Price\nA,1\n".utf8))
    let link = shop.folder.appending(path: "link.csv")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: file)
    #expect(try await shop.importer.run(file: link).created == 1)
  }

  @Test func `accents of Western Windows aren't taken for Chinese`() async throws {
    let shop = try ImportFixture()
    for text in ["Title,Price\nCrème brûlée,5\n", "Title,Price\nCafé – “nice”,5\nMüller,3\n"] {
      let report = try await shop.importer.run(file: shop.file(ImportEncodingTests.encoded(text, "WINDOWS-1252")))
      #expect(report.encoding.name == "WINDOWS-1252")
      #expect(report.warnings.first?.code == "guessedEncoding")
    }
    #expect(Set(shop.catalog.all.map(\.content.title.en)) == ["Crème brûlée", "Café – “nice”", "Müller"])
  }

  @Test func `a file that changes while it is read stops the import`() async throws {
    let shop = try ImportFixture()
    let file = try shop.file(Array("Title,Price\nA,1\n".utf8))
    let isTouched = Mutex(false)
    await #expect(throws: ImportFault.changed(file.path)) {
      try await shop.importer.run(file: file) { _ in
        guard
          !isTouched.withLock({ was in
            defer { was = true }; return was
          })
        else { return }
        try? Data("Title,Price\nB,1\nC,2\n".utf8).write(to: file)
      }
    }
    #expect(shop.catalog.all.isEmpty)
  }

  @Test func `weights are read in every unit, with commas and with the unit beside them`() async throws {
    let shop = try ImportFixture()
    let weights = [
      ("", "1.5", "kg"), ("", "2", "LBS"), ("", "3", "oz"), ("", "\"1,5\"", "kg"), ("500", "9", "kg"), ("", "2", "千克"),
      ("", "250g", ""), ("", "1.5 kg", "g"), ("\"1,250\"", "", ""), ("１２", "", ""), ("1250.4", "", "lb"),
    ]
    let rows = weights.enumerated().map { "w\($0),W,1,1,\($1.0),\($1.1),\($1.2)\n" }.joined()
    let report = try await shop.run(
      "Handle,Title,Price,Variant Inventory Qty,Variant Grams,Variant Weight,Variant Weight Unit\n" + rows)
    #expect(report.warnings.isEmpty)
    #expect(
      weights.indices.map { shop.catalog.find("w\($0)")?.variants.first?.weightGrams }
        == [1500, 907, 85, 1500, 500, 2000, 250, 1500, 1250, 12, 1250])
    let odd = try await shop.run("Title,Price,Variant Inventory Qty,Weight,Weight Unit\nA,1,1,7,stone\nB,1,1,-2,g\n")
    #expect(odd.warnings.map(\.code) == ["badWeight", "badWeight"])
    #expect(odd.warnings.first?.reason.contains("7 stone") == true)
  }

  @Test func `pictures without a scheme are found, and too many or nowhere are left out`() async throws {
    let shop = try ImportFixture()
    let many = (0..<130).map { "a,,,,https://x.example/\($0).jpg,\($0 + 4)\n" }.joined()
    let report = try await shop.run(
      "Handle,Title,Price,Variant Inventory Qty,Image Src,Image Position\n"
        + "a,A,1,1,//cdn.x.example/first.jpg,1\na,,,,data:image/png;base64;AAAA,2\na,,,,http:///x.jpg,3\n" + many)
    #expect(report.created == 1)
    #expect(report.warnings.map(\.code) == ["badPicture", "badPicture", "tooManyPictures"])
    let pictures = try #require(shop.catalog.find("a")).pictures
    #expect(pictures.count == 100 && pictures.first?.source == "https://cdn.x.example/first.jpg")
  }

  @Test func `a status that nobody knows hides the product and says so`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      "Title,Price,Variant Inventory Qty,Status\na,1,1,Active\nb,1,1,上架\nc,1,1,草稿\nd,1,1,unlisted\ne,1,1,DRAFT\n")
    #expect(["a", "b", "c", "d", "e"].filter { shop.catalog.find($0)?.isPublished == true } == ["a", "b"])
    #expect(report.warnings.map { "\($0.line) \($0.code)" } == ["5 badStatus"])
  }

  @Test func `a column that stands twice counts once, and its own name beats one like it`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      "Handle,Category,Title,Price,Type,Title,Variant Inventory Qty,Colour,Colour\na,Summer,One,1,Hats,Two,1,red,blue\n"
    )
    #expect(report.warnings.map(\.code) == ["repeatedColumn", "repeatedColumn"])
    #expect(report.warnings.map(\.line) == [1, 1])
    let product = try #require(shop.catalog.find("a"))
    #expect(product.content.title.en == "One")
    #expect(product.content.extras == ["Category": "Summer", "Colour": "red"])
    let tree = try await shop.catalog.categories()
    #expect(product.content.category.map { tree.path(to: $0).map(\.name.en) } == ["Hats"])
  }

  @Test func `cells beyond the header and quotes that went astray are pointed at`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      """
      Handle,Title,Body (HTML),Price,Variant Inventory Qty
      a,Tall, slim vase,x,5,1
      b,Fine,x,1,1,,,
      c,Open,"never closed,1,1
      d,Lost,x,2,1
      e,Lost too,"ok",3,1
      f,Last,x,4,1

      """)
    #expect(report.refused.map { "\($0.line) \($0.code)" } == ["2 badPrice"])
    #expect(report.warnings.map { "\($0.line) \($0.code)" } == ["2 tooManyCells", "4 strayQuote"])
    #expect(shop.catalog.find("b") != nil && shop.catalog.find("f") != nil)
  }

  @Test func `a price in another currency is taken as it stands and pointed at`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run(
      "Title,Price,Variant Inventory Qty\na,USD 99,1\nb,$12,1\nc,€ 3,1\nd,RMB 4,1\ne,￥5,1\nf,CNY 6.00,1\ng,7元,1\n")
    #expect(report.warnings.map { "\($0.line) \($0.code)" } == ["2", "3", "4"].map { "\($0) foreignCurrency" })
    #expect(shop.price("a")?.sale == yuan("99.00"))
  }

  @Test func `goods without stock numbers are announced as sold out, drafts may lack a price`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run("Title,Price,Published\na,1,true\nb,,false\nc,,true\n")
    #expect(report.created == 2 && report.refused.map(\.code) == ["noPrice"])
    #expect(report.warnings.map(\.code) == ["noStockColumn"])
    #expect(shop.catalog.find("b")?.isPublished == false && shop.price("b") == nil)
  }

  @Test func `control characters in a line are blanks`() async throws {
    let shop = try ImportFixture()
    let report = try await shop.run("Title,Price,Variant Inventory Qty\nTall\u{B}vase\u{0},1,1\n")
    #expect(report.created == 1 && shop.catalog.all.first?.content.title.en == "Tall vase")
  }

  @Test func `a refusal of the catalogue names the column in words`() async throws {
    let shop = try ImportFixture()
    let long = String(repeating: "x", count: 201)
    let report = try await shop.run("Handle,Title,Price\na,\(long),1\n")
    #expect(report.refused.first?.reason == "Title is longer than 200 characters.")
  }
}

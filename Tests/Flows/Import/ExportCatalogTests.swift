import Catalog
import Flows
import Foundation
import Inventory
import Pricing
import Testing
import Values

@Suite struct ExportCatalogTests {
  static let everything = """
    Handle,Title,Title (en),Subtitle,Body (HTML),Vendor,Product Category,Type,Tags,Published,Status,Option1 Name,Option1 Name (en),Option1 Value,Option1 Value (en),Option2 Name,Option2 Value,Variant SKU,Variant Barcode,Variant Grams,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Tax Code,Cost per item,Image Src,Image Position,Image Alt Text,SEO Title,Variant Image,Attributes
    hu,紫砂壶,Teapot,一壶好茶,"<p>a ""b""
    c</p>",Kiln,Home > Tea,Pots,"茶, 壶",true,active,颜色,Colour,红,Red,Size,S,'=1,690,300,5,deny,88,99,true,T1,40,https://x.example/1.jpg,1,壶,SEO,https://x.example/2.jpg,"[{""name"":{""en"":""Volume"",""zh-Hans"":""容量""},""value"":{""number"":{""_0"":""1.50"",""unit"":""l""}}}]"
    hu,,,,,,,,,,,,,蓝,Blue,,S,-2,,,0,continue,89,,false,,41,https://x.example/2.jpg,2,,,,
    hu,,,,,,,,,,,,,,,,,,,,,,,,,,,https://x.example/3.jpg,3,third,,,
    plain,Plain,,,,,,,,false,archived,Title,,Default Title,,,,,,,,,5,,,,,,,,,,
    draft,-Draft,,,,,,家居,,true,draft,,,,,,,,,,3,,6,,,,,,,,,,

    """

  @Test func `an export brings the same goods back and imports as unchanged`() async throws {
    let shop = try ImportFixture()
    let first = try await shop.run(Self.everything)
    #expect(first.created == 3 && first.refusedCount == 0 && first.warningCount == 0)
    let file = shop.folder.appending(path: "out.csv")
    let written = try await shop.exporter.run(to: file)
    #expect(written.products == 3 && written.rows == 5)
    let again = try await shop.importer.run(file: file)
    #expect(again.unchanged == 3 && again.updated == 0 && again.warningCount == 0)

    let other = try ImportFixture()
    let moved = try await other.importer.run(file: file)
    #expect(moved.created == 3)
    for product in shop.catalog.all {
      let twin = try #require(other.catalog.find(product.handle.rawValue))
      #expect(twin.content.extras == product.content.extras && twin.content.title == product.content.title)
      #expect(twin.content.options == product.content.options && twin.content.attributes == product.content.attributes)
      #expect(twin.content.introduction == product.content.introduction && twin.isPublished == product.isPublished)
      #expect(twin.variants.map(\.sku) == product.variants.map(\.sku))
      #expect(twin.pictures.map(\.alternative) == product.pictures.map(\.alternative))
    }
    #expect(other.catalog.find("hu")?.content.subtitle.zhHans == "一壶好茶")
    #expect(other.catalog.find("hu")?.variants.map(\.sku) == ["=1", "-2"])
    #expect(other.stock("hu", 1)?.isUnlimited == true && other.stock("hu")?.onHand == 5)
    #expect(other.price("hu")?.list == yuan("99.00"))
  }

  @Test func `exporting what was imported from an export gives the same bytes`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(Self.everything)
    let file = shop.folder.appending(path: "out.csv"), second = shop.folder.appending(path: "second.csv")
    _ = try await shop.exporter.run(to: file)
    let other = try ImportFixture()
    _ = try await other.importer.run(file: file)
    _ = try await other.exporter.run(to: second)
    #expect(try Data(contentsOf: file) == Data(contentsOf: second))
  }

  @Test func `no cell of an export begins like a formula`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(Self.everything)
    var bytes: [UInt8] = []
    _ = try await shop.exporter.run(options: ExportOptions()) { bytes += $0 }
    let cells = try CSVReaderTests.read(bytes, chunk: 999).flatMap(\.fields)
    #expect(!cells.contains { "=+-@\t\r".contains($0.first ?? "x") })
    #expect(cells.contains("'=1") && cells.contains("'-Draft"))
  }

  @Test func `pictures that were fetched stay, and files of the shop keep their key`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(Self.everything)
    let key = try #require(FileKey(rawValue: String(repeating: "a", count: 64) + ".png"))
    let product = try #require(shop.catalog.find("hu"))
    try await shop.catalog.attach(key, to: product.pictures[0].id, of: product.id)
    _ = try await shop.run("Title,Price,Image Src\nOwn,1,martlet:files/\(key)\n")
    #expect(shop.catalog.find("own")?.pictures.first?.file == key)
    let file = shop.folder.appending(path: "out.csv")
    _ = try await shop.exporter.run(to: file)
    let again = try await shop.importer.run(file: file)
    #expect(again.unchanged == 4)
    #expect(shop.catalog.find("hu")?.pictures.first?.file == key)
  }

  @Test func `one merchant's goods or those of all`() async throws {
    let shop = try ImportFixture()
    let reed = try #require(Slug(rawValue: "reed"))
    _ = try await shop.run("Handle,Title,Price,Merchant\nx,X,1,reed\nx,X,2,swallow\n")
    let file = shop.folder.appending(path: "out.csv")
    #expect(try await shop.exporter.run(to: file, options: ExportOptions(merchant: reed)).products == 1)
    #expect(try await shop.exporter.run(to: file, options: ExportOptions(writesByteOrderMark: true)).products == 2)
    #expect(try await shop.importer.run(file: file).unchanged == 2)
    let unknown = ExportOptions(merchant: Slug(rawValue: "nobody"))
    await #expect(throws: ImportFault.unknownMerchant("nobody")) {
      try await shop.exporter.run(to: file, options: unknown)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder.path).sorted() == ["goods.csv", "out.csv"])
  }

  @Test func `an export goes where it can be written, and keeps links, pipes and folders what they are`() async throws {
    let shop = try ImportFixture()
    _ = try await shop.run(Self.everything)
    await #expect(throws: ImportFault.notAFile(shop.folder.path)) { try await shop.exporter.run(to: shop.folder) }
    let nowhere = shop.folder.appending(path: "nowhere/out.csv")
    let fault = await #expect(throws: ImportFault.self) { try await shop.exporter.run(to: nowhere) }
    #expect(fault?.code == "unwritable" && fault?.description.contains("No such file or directory") == true)

    let target = try shop.file(Array("old".utf8), "target.csv")
    let link = shop.folder.appending(path: "link.csv")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
    _ = try await shop.exporter.run(to: link)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link.path) == target.path)
    #expect(try String(contentsOf: target, encoding: .utf8).hasPrefix("Handle,"))

    let pipe = shop.folder.appending(path: "pipe")
    #expect(mkfifo(pipe.path, 0o600) == 0)
    let reader = open(pipe.path, O_RDWR)
    defer { close(reader) }
    _ = try await shop.exporter.run(to: pipe)
    var head = [UInt8](repeating: 0, count: 7)
    #expect(read(reader, &head, 7) == 7 && head == Array("Handle,".utf8))
  }
}

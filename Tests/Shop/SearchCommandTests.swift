import Foundation
import Merchants
import Search
import Storage
import TestKit
import Testing
import Values

@testable import App

/// The commands that look after search and measure it, as an operator types them.
@Suite struct SearchCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-search-\(UUID().uuidString)")
  private let surroundings: [String]

  init() async throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    surroundings =
      ["--home-folder", TestShop.packageFolder.path, "--data-folder", folder.appending(path: "data").path]
      + (try await TestStorage.arguments(Shop.migrations, in: folder.appending(path: "data")).arguments)
  }

  private func file(_ text: String, _ name: String) throws -> String {
    let file = folder.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  /// A shop that sells some goods, and doesn't run.
  private func stock() async throws {
    let goods = try file(
      "Handle,Title,Price,Variant Inventory Qty\nteapot,Clay teapot,88,3\nkettle,Copper kettle,120,3\n", "goods.csv")
    for arguments in [
      ["open-merchant", "kiln", "--name", "Kiln", "--email", "kiln@example.com"],
      ["import", goods, "--merchant", "kiln"],
      ["search", "rebuild"],
    ] {
      let done = try await martlet(arguments + surroundings)
      try #require(done.status == 0, "\(arguments[0]): \(done.errors)")
    }
  }

  /// The numbers of a line, by what it begins with.
  private static func figures(_ output: String, _ name: String) -> [Double] {
    let line = output.split(separator: "\n").first { $0.hasPrefix("\(name)\t") }
    return line?.split(separator: "\t").dropFirst().compactMap { Double($0) } ?? []
  }

  private static let measures = ["ndcg@10", "recall@100", "judged@10"]

  // req: 3.1.6-1
  @Test func `finds are measured by a file of judgements, alone and beside another setting`() async throws {
    try await stock()
    let judged = try file("query,product,grade\nteapot,teapot,3\ncopper kettle,kettle,3\n", "judged.csv")
    let alone = try await martlet(["search", "eval", judged, "--queries"] + surroundings)
    #expect(alone.status == 0, "\(alone.errors)")
    for measure in Self.measures { #expect(Self.figures(alone.output, measure) == [1], "\(measure)") }
    #expect(alone.output.contains("copper kettle\t1.0000"))

    let against = try await martlet(["search", "eval", judged, "--against", "plain"] + surroundings)
    for measure in Self.measures { #expect(Self.figures(against.output, measure).count == 3, "\(measure)") }
    let weights = try file(#"{"title": 8, "kind": 0}"#, "weights.json")
    #expect(try await martlet(["search", "eval", judged, "--against", weights] + surroundings).status == 0)

    let faulty = try file("query,product,grade\nteapot,teapot,9\nteapot\n", "faulty.csv")
    let refused = try await martlet(["search", "eval", faulty] + surroundings)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("line 2: has no grade") && refused.errors.contains("line 3: has not three columns"))
  }

  @Test func `beside a shop that runs finds are measured in an index of their own`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      let judged = FileManager.default.temporaryDirectory.appending(path: "martlet-judged-\(UUID().uuidString).csv")
      try Data("query,product,grade\nclay teapot,teapot,3\n".utf8).write(to: judged)
      defer { try? FileManager.default.removeItem(at: judged) }
      let measured = try await martlet(["search", "eval", judged.path] + test.dataArguments)
      #expect(measured.status == 0, "\(measured.errors)")
      #expect(Self.figures(measured.output, "ndcg@10") == [1])
      #expect(try await test.browser().get("/search?q=teapot").body.contains("1 result<"))
    }
  }

  /// The files of indexes in a folder.
  private static func indexes(in folder: URL) throws -> Set<String> {
    let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Set(files.filter { $0.contains("/index-") && $0.hasSuffix(".sqlite") })
  }

  @Test func `beside a shop that runs it is the shop that makes its index anew`() async throws {
    try await TestShop.run { test in
      _ = try await test.product(of: try await test.merchant())
      try await test.settle()
      try await test.shop.search.follow()
      let before = try Self.indexes(in: test.settings.searchFolder)
      let asked = try await martlet(["search", "rebuild"] + test.dataArguments)
      #expect(asked.status == 0, "\(asked.errors)")
      #expect(asked.output.contains("A shop runs here; it makes its index anew now"))
      #expect(before.count == 1)
      #expect(try Self.indexes(in: test.settings.searchFolder) == before)
      // What it does each second when it serves.
      try await test.shop.search.follow()
      try await test.shop.search.renewIndex()
      let after = try Self.indexes(in: test.settings.searchFolder)
      #expect(after.count == 1 && after.isDisjoint(with: before))
      #expect(try await test.browser().get("/search?q=teapot").body.contains("1 result<"))
      #expect(try await test.shop.search.check().isWhole)
    }
  }

  @Test func `where no shop runs the command makes the index anew`() async throws {
    try await stock()
    let place = folder.appending(path: "data").appending(path: "search")
    let before = try Self.indexes(in: place)
    let done = try await martlet(["search", "rebuild"] + surroundings)
    #expect(done.status == 0 && done.output == "Search is made anew.\n", "\(done.errors)")
    let after = try Self.indexes(in: place)
    #expect(before.count == 1 && after.count == 1 && after.isDisjoint(with: before))
    #expect(try await martlet(["search", "check"] + surroundings).status == 0)
  }

  @Test func `what search has otherwise than the catalogue is told and put right`() async throws {
    try await stock()
    #expect(try await martlet(["search", "check"] + surroundings).status == 0)
    _ = try await Surroundings(surroundings).withShop { shop in
      try await shop.database.write { transaction in
        try transaction.execute("UPDATE search_document SET price = 1 WHERE handle = 'kettle'")
      }
    }
    let told = try await martlet(["search", "check"] + surroundings)
    #expect(told.status == 1 && told.output.contains("search has it otherwise than the catalogue"))
    let mended = try await martlet(["search", "check", "--repair"] + surroundings)
    #expect(mended.status == 0 && mended.output.contains("Search is put right."))
    let whole = try await martlet(["search", "check"] + surroundings)
    #expect(whole.status == 0 && whole.output.contains("Search is whole."))
  }
}

import Foundation
import TestKit
import Testing

/// `bin/check-imports`, on sources that break the rules of the house.
@Suite(.enabled(if: Process.isInstalled("python3"))) struct HouseRuleTests {
  private static let carts = """
    // A comment may say FROM variant.
    let cart = TableDefinition(
      "cart", [.integer("id")])
    let read = "SELECT * FROM cart WHERE id = 1"

    """
  private static let catalog = #"let variant = TableDefinition("variant", [.integer("id")])"# + "\n"

  /// What the check says of sources, by their places below `Sources`.
  private func verdict(on sources: [String: String]) async throws -> Process.Outcome {
    let folder = FileManager.default.temporaryDirectory.appending(path: "martlet-rules-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for (place, text) in sources {
      let file = folder.appending(path: "Sources/\(place)")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let process = try Process.named("python3", [packageFolder.appending(path: "bin/check-imports").path])
    process.currentDirectoryURL = folder
    return try await process.outcome()
  }

  // req: 3.3.4-2
  @Test func `a context that names another's table is told where`() async throws {
    let usual = ["Commerce/Carts/Carts.swift": Self.carts, "Commerce/Catalog/Catalog.swift": Self.catalog]
    let well = try await verdict(on: usual)
    #expect(well.status == 0, "\(well.output)\(well.errors)")

    let joins = #"""
      let read = """
        SELECT * FROM cart c
        JOIN variant v ON v.id = c.id
        """

      """#
    for (place, text, sentence) in [
      (
        "Commerce/Carts/Joins.swift", joins,
        "Sources/Commerce/Carts/Joins.swift:3: Commerce/Carts may not name variant, which is a table of Commerce/Catalog"
      ),
      (
        "Flows/Counts.swift", #"let sql = "UPDATE cart SET id = 2""#,
        "Sources/Flows/Counts.swift:1: Flows may not name cart, which is a table of Commerce/Carts"
      ),
      (
        "Web/API/Nothing.swift", #"let sql = "DELETE FROM nothing""#,
        "Sources/Web/API/Nothing.swift:1: Web/API may not name nothing, which is no table of its own"
      ),
      (
        "Commerce/Orders/Own.swift", #"let own = TableDefinition("cart", [.integer("id")])"#,
        "Sources/Commerce/Orders/Own.swift:1: Commerce/Orders may not define cart, which is a table of Commerce/Carts"
      ),
    ] {
      let told = try await verdict(on: usual.merging([place: text]) { $1 })
      #expect(told.status == 1 && told.output == sentence + "\n", "\(told.output)\(told.errors)")
    }
  }

  @Test func `a room that imports what it may not is told where`() async throws {
    let told = try await verdict(on: ["Commerce/Carts/Carts.swift": "import Values\nimport Catalog\n"])
    #expect(told.status == 1)
    #expect(told.output == "Sources/Commerce/Carts/Carts.swift:2: Commerce/Carts may not import Catalog\n")
  }
}

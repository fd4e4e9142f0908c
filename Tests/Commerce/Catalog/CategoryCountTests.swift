import Catalog
import Testing
import Values

/// What stands beside a category is how many are left for whoever chooses it.
@Suite struct CategoryCountTests {
  private static func category(_ id: Int64, below parent: Int64? = nil) throws -> Catalog.Category {
    Category(
      id: CategoryID(raw: id), slug: try #require(Slug(rawValue: "c\(id)")), name: LocalizedText("Category \(id)"),
      parent: parent.map { CategoryID(raw: $0) }, position: 0, picture: nil)
  }

  @Test func `a category counts all that stands below it, also where it has nothing itself`() throws {
    let tree = CategoryTree([
      try Self.category(1), try Self.category(2, below: 1), try Self.category(3, below: 2),
      try Self.category(4, below: 1),
      try Self.category(5), try Self.category(6),
    ])
    let own: [(CategoryID, Int)] = [
      (CategoryID(raw: 2), 3), (CategoryID(raw: 3), 4), (CategoryID(raw: 4), 1), (CategoryID(raw: 5), 8),
      (CategoryID(raw: 99), 7),
    ]
    let gathered = tree.gathered(own.map { (category: $0.0, count: $0.1) })
    #expect(gathered.map(\.category.id.raw) == [1, 5, 2, 3, 4])
    #expect(gathered.map(\.count) == [8, 8, 7, 4, 1])
    for (category, count) in gathered {
      let below = tree.subtree(of: category.id)
      #expect(own.filter { below.contains($0.0) }.reduce(0) { $0 + $1.1 } == count)
    }
  }
}

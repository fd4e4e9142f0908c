import Catalog
import Pages
import Values

/// Categories to choose from, each by its way from the root.
enum CategoryChoices {
  private static let most = 2000

  /// - Parameter left: those of which neither they nor what is below them can be chosen.
  static func all(
    _ tree: CategoryTree, leavingOut left: Set<CategoryID> = [], _ language: Language
  ) -> [(id: CategoryID, name: String)] {
    var found: [(id: CategoryID, name: String)] = []
    func walk(_ categories: [Catalog.Category], _ above: String) {
      for category in categories where found.count < most && !left.contains(category.id) {
        let name = above.isEmpty ? category.name[language] : "\(above) › \(category.name[language])"
        found.append((category.id, name))
        walk(tree.children(of: category.id), name)
      }
    }
    walk(tree.roots, "")
    return found
  }

  /// As options of a field.
  static func all(
    _ tree: CategoryTree, chosen: String, leavingOut left: Set<CategoryID> = [], _ language: Language
  ) -> [Model] {
    all(tree, leavingOut: left, language).map { id, name in
      ["value": id.description, "name": name, "isChosen": id.description == chosen]
    }
  }
}

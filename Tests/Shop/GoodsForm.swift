import Catalog
import Flows
import Foundation
import Pricing
import Testing
import Values

@testable import App

/// The forms of the desk of goods, as a browser would send them.
enum GoodsForm {
  /// What a browser would send of the form on a page, unchanged.
  static func fields(_ page: String) throws -> [(String, String)] {
    let start = try #require(page.range(of: "id=\"product-form\""))
    let form = page[start.upperBound...]
    let end = try #require(form.range(of: "</form>"))
    let body = String(form[..<end.lowerBound])
    var found: [(String, String)] = []
    for match in body.matches(of: /<(input|textarea|select)\b([^>]*)>([^<]*)/) {
      let attributes = String(match.2)
      guard let name = attributes.firstMatch(of: /\sname="([^"]+)"/).map({ String($0.1) }) else { continue }
      switch match.1 {
      case "input":
        if attributes.contains("type=\"checkbox\""), !attributes.contains(" checked") { continue }
        found.append((name, plain(attributes.firstMatch(of: /\svalue="([^"]*)"/).map { String($0.1) } ?? "")))
      case "textarea":
        let text = match.3.drop { $0 == "\n" }
        found.append((name, plain(String(text))))
      default:
        let rest = body[match.range.lowerBound...]
        let options = rest[..<(rest.range(of: "</select>")?.lowerBound ?? rest.endIndex)]
        let chosen =
          options.firstMatch(of: /<option value="([^"]*)" selected/)
          ?? options.firstMatch(of: /<option value="([^"]*)"/)
        found.append((name, plain(chosen.map { String($0.1) } ?? "")))
      }
    }
    return found
  }

  /// What a form of many prices was made with.
  static func seen(_ page: String) -> [(String, String)] {
    page.matches(of: /name="seen" value="([^"]+)"/).map { ("seen", String($0.1)) }
  }

  private static func plain(_ html: String) -> String {
    html.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&#39;", with: "'").replacing("&amp;", with: "&")
  }

  static func changed(_ fields: [(String, String)], _ changes: [String: String]) -> [(String, String)] {
    fields.map { ($0.0, changes[$0.0] ?? $0.1) }
      + changes.filter { change in !fields.contains { $0.0 == change.key } }
      .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}

extension TestShop {
  func now(_ id: ProductID) async throws -> Product {
    try #require(try await shop.contexts.catalog.product(id))
  }

  func sale(_ variant: VariantID) async throws -> String? {
    try await shop.contexts.pricing.prices(of: [variant], in: .main)[variant]?.sale.decimalText
  }
}

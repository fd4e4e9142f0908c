import Catalog
import Flows
import Foundation
import Merchants
import Pricing
import Reviews
import Values

/// What search engines read of a page: schema.org as JSON-LD, safe inside a script element.
enum StructuredData {
  static func site(name: String, url: String) -> String? {
    text([
      "@context": "https://schema.org", "@type": "WebSite", "name": name, "url": url + "/",
      "potentialAction": [
        "@type": "SearchAction", "target": "\(url)/search?q={search_term_string}",
        "query-input": "required name=search_term_string",
      ],
    ])
  }

  static func crumbs(_ steps: [(name: String, address: String?)], url: String) -> [String: Any] {
    [
      "@type": "BreadcrumbList",
      "itemListElement": steps.enumerated().map { index, step -> [String: Any] in
        var item: [String: Any] = ["@type": "ListItem", "position": index + 1, "name": step.name]
        if let address = step.address { item["item"] = url + address }
        return item
      },
    ]
  }

  static func product(
    _ view: ProductView, language: Language, url: String, address: String, picture: String, description: String,
    crumbs: [String: Any]
  ) -> String? {
    var product: [String: Any] = [
      "@type": "Product", "name": view.product.content.title[language], "description": description,
      "image": url + picture,
      "sku": view.product.variants.first?.sku ?? "", "url": url + address,
    ]
    if let brand = view.brand { product["brand"] = ["@type": "Brand", "name": brand.name] }
    if view.reviews.count > 0 {
      product["aggregateRating"] = [
        "@type": "AggregateRating",
        "ratingValue": "\(view.reviews.averageTenths / 10).\(view.reviews.averageTenths % 10)",
        "reviewCount": view.reviews.count,
      ]
    }
    let prices = view.offered.compactMap { view.prices[$0.id]?.sale }
    if let lowest = prices.min(), let highest = prices.max() {
      let isAvailable = view.offered.contains { view.free($0.id) > 0 }
      product["offers"] = [
        "@type": "AggregateOffer", "priceCurrency": lowest.currency.code, "lowPrice": lowest.decimalText,
        "highPrice": highest.decimalText, "offerCount": prices.count,
        "availability": "https://schema.org/\(isAvailable ? "InStock" : "OutOfStock")",
        "seller": ["@type": "Organization", "name": view.merchant.name[language]],
      ]
    }
    return text(["@context": "https://schema.org", "@graph": [product, crumbs]])
  }

  /// `<` is escaped, so that no text can end the script element: byte by byte, since a mark that joins it makes another
  /// character of it, which a browser doesn't mind.
  private static func text(_ value: [String: Any]) -> String? {
    guard
      let data = try? JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes])
    else { return nil }
    var text: [UInt8] = []
    text.reserveCapacity(data.count + 64)
    for byte in data {
      if byte == UInt8(ascii: "<") { text += "\\u003c".utf8 } else { text.append(byte) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

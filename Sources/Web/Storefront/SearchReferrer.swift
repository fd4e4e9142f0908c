import Foundation
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

/// From which question somebody comes to a page, as their browser tells: the words of a list of finds of this shop. Links of
/// finds needn't carry anything for it.
struct SearchReferrer {
  let text: String

  /// Nil for who comes from elsewhere, by a program, or on a page that is fetched ahead of time.
  init?(_ request: Request) {
    guard let referrer = request.headers[.referer], referrer.utf8.count <= 4000,
      let address = URLComponents(string: referrer), address.path == Addresses.search,
      Self.isOwn(address, request), VisitorCount.isByPerson(request)
    else { return nil }
    let asked = Form(urlEncoded: address.percentEncodedQuery ?? "")["q"] ?? ""
    text = String(asked.unicodeScalars.prefix(SearchQuery.longestText).map(Character.init)).trimmed
    if text.isEmpty { return nil }
  }

  /// Whether the page before stood at the host that is asked now.
  private static func isOwn(_ address: URLComponents, _ request: Request) -> Bool {
    guard let host = address.host, let asked = request.head.authority else { return false }
    return asked == address.port.map { "\(host):\($0)" } ?? host
  }
}

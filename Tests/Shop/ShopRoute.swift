import Foundation
import NIOHTTP1
import Testing

@testable import API
@testable import App

/// An address of the shop as the program prints it, who may use it, and a request that its rightful user could send.
struct ShopRoute: Sendable {
  /// Whom a route is for.
  enum Door: Sendable, Equatable {
    /// Anyone. Nobody in particular is answered by one of these.
    case everyone([ClosedRange<Int>])
    /// Whoever holds the letter with the token.
    case letter
    /// Anyone who at least has a device: of the API.
    case visitor
    /// A customer, about what is his own without naming it.
    case account
    /// The customer whose thing is named; others get this status.
    case owner(others: Int)
    /// Staff of any kind.
    case staff
    /// Staff of the platform who see to it that the program runs.
    case platform
    /// Staff of the merchant whose thing is named.
    case merchant
    /// As `merchant`, where it is named in what is sent; others get this status.
    case merchantSending(others: Int)
    /// Each of the staff, about what is their own without naming it.
    case ownStaff
  }

  static let public_ = Door.everyone([200...399])

  /// `POST /orders/{number}/cancel`.
  let name: String
  let door: Door
  /// What each name in the path stands for: a name of the `Owner`, a word of itself otherwise.
  let path: [String: String]
  /// The body of the API, the fields of a form, or, for GET, the query. `$name` stands for a name of the `Owner`.
  let body: JSONValue?

  init(_ name: String, _ door: Door, _ path: [String: String] = [:], _ body: JSONValue? = nil) {
    self.name = name
    self.door = door
    self.path = path
    self.body = body
  }

  var method: HTTPMethod { HTTPMethod(rawValue: String(name.prefix { $0 != " " })) }
  var pattern: String { String(name.drop { $0 != " " }.dropFirst()) }
  var isAPI: Bool { pattern.hasPrefix(ShopAPI.root) }
  var isDesk: Bool { pattern == "/admin" || pattern.hasPrefix("/admin/") }
  /// Of programs of staff.
  var isStaffAPI: Bool { pattern.hasPrefix(ShopAPI.root + "/admin/") }
  var isForStaff: Bool { isDesk || isStaffAPI }
  var changes: Bool { method != .GET }
  var isMultipart: Bool { Self.pictureFields[name] != nil || ["goods", "bill", "judgements"].contains(file) }
  /// The field in which its form brings a file without which it is nothing.
  var file: String? {
    switch name {
    case "POST /admin/goods/import": "goods"
    case "POST /admin/search/evaluation": "judgements"
    case "POST /admin/reconciliation/days/{method}/{day}/file": "bill"
    case "POST /admin/content/pictures", "POST /admin/products/{id}/pictures", "POST /sell": Self.pictureFields[name]
    default: nil
    }
  }

  /// What the API takes in place of JSON.
  var sentFile: (type: String, bytes: [UInt8])? {
    switch name {
    case "POST /api/v1/admin/imports": ("text/csv", Browser.usual("goods").bytes)
    case "POST /api/v1/admin/search/evaluation": ("text/csv", Browser.usual("judgements").bytes)
    case "PUT /api/v1/admin/categories/{id}/picture", "PUT /api/v1/admin/brands/{id}/logo":
      ("image/png", SmallPicture.png)
    case "POST /api/v1/admin/reconciliation/days/{method}/{day}/bill":
      ("application/json", Browser.usual("bill").bytes)
    default: nil
    }
  }

  /// A product with its variants and its words is a long form.
  var bringsGrid: Bool { ["POST /admin/products/new", "POST /admin/products/{id}"].contains(name) }

  /// The fields in which forms bring pictures.
  static let pictureFields = [
    "POST /orders/{number}/review/{line}": "pictures", "POST /orders/{number}/refund": "pictures",
    "POST /api/v1/orders/{number}/refunds": "pictures",
    "POST /sell": "licencePicture", "POST /sell/{id}/{key}": "licencePicture",
    "POST /admin/shipping/{number}/complete": "picture", "POST /admin/shop": "logo",
    "POST /admin/merchants/{id}/profile": "logo", "POST /admin/categories/{id}": "picture",
    "POST /admin/brands/{id}": "logo", "POST /admin/content/pictures": "picture",
    "POST /admin/products/{id}/pictures": "pictures",
  ]

  static func named(_ name: String) throws -> ShopRoute { try #require(all.first { $0.name == name }) }
}

extension ShopRoute {
  /// The address with the owner's things in it.
  func address(_ names: [String: JSONValue]) throws -> String {
    let parts = try pattern.split(separator: "/").map { part in
      guard part.hasPrefix("{") else { return String(part) }
      let meant = try #require(path[String(part.dropFirst().dropLast())], "\(name) needs \(part)")
      return names[meant]?.text ?? meant
    }
    let bare = "/" + parts.joined(separator: "/")
    guard !changes, let body else { return bare }
    return bare + "?"
      + Self.fields(Self.filled(body, names)).map { "\($0)=\(Browser.escaped($1))" }.joined(separator: "&")
  }

  static func filled(_ value: JSONValue, _ names: [String: JSONValue]) -> JSONValue {
    switch value {
    case .text(let text) where text.hasPrefix("$"): names[String(text.dropFirst())] ?? value
    case .list(let items): .list(items.map { filled($0, names) })
    case .object(let members):
      .object(
        Dictionary(
          members.map { key, member in
            // A field may be called after a thing: `quantity.$cartLine`.
            let parts = key.split(separator: ".$", maxSplits: 1).map(String.init)
            let name = parts.count == 2 ? "\(parts[0]).\(names[parts[1]]?.text ?? "")" : key
            return (name, filled(member, names))
          }, uniquingKeysWith: { first, _ in first }))
    default: value
    }
  }

  static func fields(_ body: JSONValue) -> [(String, String)] {
    body.members.sorted { $0.key < $1.key }.map { name, value in
      (name, value.text ?? value.integer.map(String.init) ?? "")
    }
  }

  /// Sends the request as its rightful user would, with these things named.
  func send(
    by browser: Browser, naming names: [String: JSONValue], headers: [String: String] = [:],
    file sent: (field: String, name: String, bytes: [UInt8])? = nil
  ) async throws -> Browser.Answer {
    let address = try address(names)
    let filled = body.map { Self.filled($0, names) }
    guard changes else { return try await browser.get(address, headers: headers) }
    if let sentFile {
      let type = headers.merging(["content-type": sentFile.type]) { $1 }
      return try await browser.send(method, address, body: sentFile.bytes, headers: type)
    }
    if isAPI {
      guard let filled else { return try await browser.send(method, address, body: nil, headers: headers) }
      let json = String(decoding: try JSONEncoder().encode(filled), as: UTF8.self)
      if let sent {
        let (type, bytes) = Browser.parts([("request", json)], sending: sent)
        return try await browser.send(
          method, address, body: bytes,
          headers: ["content-type": type, "origin": browser.base].merging(headers) { $1 })
      }
      return try await browser.send(method, address, json: json, headers: headers)
    }
    let fields = filled.map(Self.fields) ?? []
    let (type, bytes) =
      isMultipart ? Browser.parts(fields, sending: sent ?? file.map(Browser.usual)) : Browser.urlEncoded(fields)
    return try await browser.send(
      method, address, body: bytes,
      headers: ["content-type": type, "origin": browser.base].merging(headers) { $1 })
  }
}

extension Browser {
  static func urlEncoded(_ fields: [(String, String)]) -> (type: String, bytes: [UInt8]) {
    let text = fields.map { "\(escaped($0.0))=\(escaped($0.1))" }.joined(separator: "&")
    return ("application/x-www-form-urlencoded", Array(text.utf8))
  }

  /// What fits the field: goods, a bill, else a picture.
  static func usual(_ field: String) -> (field: String, name: String, bytes: [UInt8]) {
    let bytes =
      switch field {
      case "judgements": Array("query,product,grade\nteapot,teapot,3\n".utf8)
      case "goods": Array("Handle,Title,Price\ncup,Cup,9.00\n".utf8)
      case "bill":
        Array(
          """
          [{"kind": "other", "number": "", "tradeNumber": "po_1", "amount": -100, "fee": 0, "currency": "CNY",
            "at": 1736481600000}]
          """.utf8)
      default: SmallPicture.png
      }
    return (field, "a.png", bytes)
  }

  /// - Parameter file: the field that brings a picture, goods, a bill or judgements.
  static func parts(_ fields: [(String, String)], file: String? = nil) -> (type: String, bytes: [UInt8]) {
    parts(fields, sending: file.map(usual))
  }

  static func parts(
    _ fields: [(String, String)], sending file: (field: String, name: String, bytes: [UInt8])?
  ) -> (type: String, bytes: [UInt8]) {
    let parts = fields.map { name, value in
      "--parts\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    var bytes = Array(parts.joined().utf8)
    if let file {
      let place = "name=\"\(file.field)\"; filename=\"\(file.name)\""
      bytes += Array("--parts\r\nContent-Disposition: form-data; \(place)\r\n\r\n".utf8) + file.bytes
      bytes += Array("\r\n".utf8)
    }
    return ("multipart/form-data; boundary=parts", bytes + Array("--parts--\r\n".utf8))
  }
}

/// A PNG as far as its parts go.
enum SmallPicture {
  /// Seven by seven pixels.
  static let size: [UInt8] = [0, 0, 0, 7, 0, 0, 0, 7, 8, 2, 0, 0, 0]

  static let png: [UInt8] = png(showing: 1)

  /// - Parameter content: by which it differs from others.
  static func png(showing content: UInt8) -> [UInt8] {
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", size) + chunk("IDAT", [content])
      + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    [0, 0, 0, UInt8(content.count)] + Array(name.utf8) + content + [9, 9, 9, 9]
  }
}

import Accounts
import Carts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Pages
import Values

/// One request on its way: who asks, for what, with which body.
struct APICall: Sendable {
  let request: Request
  let visit: Visit
  let parameters: [String: String]
  var query: Form
  /// JSON; empty unless the endpoint takes it.
  let body: ByteBuffer
  /// What was sent in place of JSON; nil unless the endpoint takes a file. `body` has its digest then.
  var file: StreamedBody?
  /// In what the JSON came, where pictures may come with it.
  var form: SentForm?
  /// The program of staff that asks; nil for all others.
  var bearer: StaffBearer?

  /// The language asked for by `lang`; nil gives texts in both.
  var words: Wording { Wording(language: query["lang"].flatMap(Language.init)) }

  func account() throws -> Account { try visit.requireAccount() }

  /// For whom the program works, with the rights that it has. Throws `APIRefusal.tokenNeeded`.
  func staff() throws -> Staff {
    guard let bearer else { throw APIRefusal.tokenNeeded }
    return bearer.staff
  }

  /// Throws `APIRefusal.noDevice` for someone without account or device.
  func cartOwner() throws -> CartOwner {
    guard let owner = visit.cartOwner else { throw APIRefusal.noDevice }
    return owner
  }

  func visitor() throws -> Visitor {
    guard let visitor = visit.visitor else { throw APIRefusal.noDevice }
    return visitor
  }

  /// To whom the log puts down what is done; nil for what is no deed of staff.
  var auditActor: AuditActor? { bearer.map { visit.auditActor(of: $0) } }

  func parameter(_ name: String) -> String { parameters[name] ?? "" }

  /// An identifier in the path; one that can't be read names nothing, so it is refused like an unknown one.
  func id<Of>(_ name: String, or refusal: any Refusal) throws -> ID<Of> {
    guard let id = ID<Of>(parameter(name)) else { throw refusal }
    return id
  }

  /// Reads the body. Throws `APIRefusal.malformed` with the place of the fault.
  func decoded<Body: Decodable>(_: Body.Type = Body.self) throws -> Body {
    do {
      return try JSONDecoder().decode(Body.self, from: Data(body.readableBytesView))
    } catch let fault as DecodingError {
      throw APIRefusal.malformed([FieldFaults.Fault(fault, in: body)])
    }
  }

  /// What was sent in place of JSON. Throws what the disk says.
  func fileBytes() throws -> [UInt8] { try file?.bytes() ?? [] }

  /// Throws `FieldFaults` for `limit` and `after`.
  func page(limit usual: Int = 20) throws -> PageRequest {
    var faults = FieldFaults()
    let limit = query.number("limit", in: PageRequest.limitRange, &faults) ?? usual
    let after = query.cursor(&faults)
    try faults.throwIfAny()
    return PageRequest(limit: limit, after: after)
  }
}

extension FieldFaults.Fault {
  /// Where and why a body couldn't be read, in the caller's terms.
  init(_ fault: DecodingError, in body: ByteBuffer) {
    switch fault {
    case .keyNotFound(let key, let context):
      self.init(field: Self.place(context.codingPath + [key]), code: "missing")
    case .valueNotFound(_, let context):
      self.init(field: Self.place(context.codingPath), code: "missing")
    case .typeMismatch(let type, let context):
      self.init(field: Self.place(context.codingPath), code: "wrongType", details: ["expected": Self.name(of: type)])
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      self.init(unreadable: body)
    case .dataCorrupted(let context):
      self.init(field: Self.place(context.codingPath), code: "unreadable")
    @unknown default:
      self.init(field: "", code: "unreadable")
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }

  private init(unreadable body: ByteBuffer) {
    switch JSONScanner.scan(body.readableBytesView) {
    case .broken(let line, let column):
      self.init(
        field: "", code: "malformed",
        details: ["place": "line \(line), column \(column)", "line": String(line), "column": String(column)])
    case .notWhole(let path):
      self.init(field: path.joined(separator: "."), code: "notANumber")
    case .notText(let path):
      self.init(field: path.joined(separator: "."), code: "unreadable")
    case .sound:
      self.init(field: "", code: "unreadable")
    }
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is Int.Type, is Int64.Type, is Double.Type: "a number"
    case is [String: Any].Type: "an object"
    case is [Any].Type: "a list"
    default: "another type"
    }
  }
}

extension Form {
  func number(_ name: String, in range: ClosedRange<Int>, _ faults: inout FieldFaults) -> Int? {
    guard let text = self[name] else { return nil }
    guard let number = Int(text) else {
      faults.add(name, "notANumber")
      return nil
    }
    guard range.contains(number) else {
      faults.add(name, "outOfRange", ["min": String(range.lowerBound), "max": String(range.upperBound)])
      return nil
    }
    return number
  }

  func amount(_ name: String, _ currency: Currency, _ faults: inout FieldFaults) -> Money? {
    guard let text = self[name], !text.isEmpty else { return nil }
    guard let amount = Money(decimalText: text, currency: currency) else {
      faults.add(name, "notAnAmount")
      return nil
    }
    return amount
  }

  func time(_ name: String, _ faults: inout FieldFaults) -> Timestamp? {
    guard let text = self[name], !text.isEmpty else { return nil }
    // A `+` of an offset that wasn't encoded arrives as a blank.
    guard let time = Timestamp(rfc3339: text) ?? Timestamp(rfc3339: text.replacing(" ", with: "+")) else {
      faults.add(name, "notATime")
      return nil
    }
    return time
  }

  func flag(_ name: String, _ faults: inout FieldFaults) -> Bool {
    switch self[name] {
    case nil, "", "false": return false
    case "true": return true
    default:
      faults.add(name, "wrongType", ["expected": "true or false"])
      return false
    }
  }

  func cursor(_ faults: inout FieldFaults) -> Cursor? {
    guard let text = self["after"], !text.isEmpty else { return nil }
    let cursor = Cursor(text)
    if cursor == nil { faults.add("after", "unreadable") }
    return cursor
  }
}

import Foundation
import GRPCCore
import Governance
import Values

/// A context's contract as other processes know it: its name, and the refusals that callers catch by their type.
public struct RemoteContract: Sendable {
  /// As in `payments`.
  public let name: String
  private let refusals: [String: any (Refusal & Codable).Type]

  /// - Parameter refusals: the context's own; those that every contract may answer are known already.
  public init(_ name: String, refusals: [any (Refusal & Codable).Type] = []) {
    self.name = name
    let everywhere: [any (Refusal & Codable).Type] = [
      FieldFaults.self, DeadlineExceeded.self, CircuitOpen.self, NoPlace.self, TemporarilyUnavailable.self,
    ]
    self.refusals = Dictionary(
      (everywhere + refusals).map { (String(describing: $0), $0) }, uniquingKeysWith: { $1 })
  }

  /// The refusal that a failed call brought along; nil when the call failed in another way.
  func refusal(in metadata: Metadata) -> (any Refusal)? {
    guard let bytes = metadata[binaryValues: RefusalMessage.key].first(where: { _ in true }),
      let message = try? JSONBytes.decode(RefusalMessage.self, from: Data(bytes))
    else { return nil }
    guard let type = refusals[message.type], let text = message.value,
      let refusal = try? JSONBytes.decode(type, from: Data(text.utf8))
    else { return ForeignRefusal(code: message.code, details: message.details, kind: message.kind) }
    return refusal
  }
}

/// A refusal on its way, beside the status of a call.
struct RefusalMessage: Codable {
  static let key = "refusal-bin"
  /// Metadata has room for some 16 kB; a value that is longer travels as code and kind alone.
  private static let limit = 8 * 1024

  let type: String
  let code: String
  let kind: RefusalKind
  let details: [String: String]
  /// The refusal itself as JSON, for callers who know its type.
  let value: String?

  static func metadata(of refusal: any Refusal) -> Metadata {
    let type = String(describing: Swift.type(of: refusal))
    let value = (refusal as? any Encodable).flatMap { try? JSONBytes.encode($0) }
    let whole = RefusalMessage(
      type: type, code: refusal.code, kind: refusal.kind, details: refusal.details,
      value: value.map { String(decoding: $0, as: UTF8.self) })
    let short = RefusalMessage(type: type, code: refusal.code, kind: refusal.kind, details: [:], value: nil)
    let bytes = [whole, short].lazy.compactMap { try? JSONBytes.encode($0) }.first { $0.count <= limit }
    var metadata: Metadata = [:]
    if let bytes { metadata.addBinary(Array(bytes), forKey: key) }
    return metadata
  }
}

/// A refusal of a type that the caller doesn't know: code, details and kind are all that is left of it, and all that
/// pages and the API need.
public struct ForeignRefusal: Refusal, Hashable {
  public let code: String
  public let details: [String: String]
  public let kind: RefusalKind
}

extension RefusalKind {
  var statusCode: RPCError.Code {
    switch self {
    case .notFound: .notFound
    case .conflict: .failedPrecondition
    case .invalid: .invalidArgument
    case .unauthenticated: .unauthenticated
    case .forbidden: .permissionDenied
    case .tooMany: .resourceExhausted
    case .unavailable: .unavailable
    }
  }
}

import Foundation
import Values

/// Why a cluster didn't do what it was asked.
public struct OpenSearchFault: PassingFault, Hashable, CustomStringConvertible {
  public enum Kind: Hashable, Sendable {
    /// No connection, or no answer within the time.
    case unreachable
    /// 429: more than it can take at the moment.
    case busy
    /// 502, 503 or 504: a node without its cluster, or shards that aren't there.
    case away
    /// 404: no index under the name.
    case missing
    /// 401 or 403: the login is wrong, or may not do this.
    case refused
    /// Any other status, an answer that is too large, or one that isn't OpenSearch's.
    case other
  }

  public let kind: Kind
  /// As OpenSearch calls it, such as `mapper_parsing_exception`; empty where it says nothing.
  public let type: String
  public let message: String

  init(_ kind: Kind, type: String = "", _ message: String) {
    self.kind = kind
    self.type = type
    self.message = message
  }

  /// No index or alias has the name that was asked for.
  var isOfNoIndex: Bool { type == "index_not_found_exception" }
  public var mayPass: Bool { [.unreachable, .busy, .away].contains(kind) }
  public var mayHaveActed: Bool { kind != .busy }
  public var description: String { "OpenSearch: \(message)" }

  /// What an answer means that isn't a success.
  init(status: Int, body: Data) {
    let said = try? JSONDecoder().decode(Refused.self, from: body)
    type = said?.error.type ?? ""
    message = "\(status) \(said.map { "\($0.error.type): \($0.error.reason)" } ?? "")".prefix(500).description
    kind =
      switch status {
      case 429: .busy
      case 502, 503, 504: .away
      case 404: .missing
      case 401, 403: .refused
      default: .other
      }
  }

  private struct Refused: Decodable {
    let error: BulkItem.Cause
  }
}

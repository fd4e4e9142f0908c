import Foundation

// What is asked and answered on etcd's JSON gateway: 64-bit numbers are text, keys and values are base64 (which is how
// `JSONEncoder` writes `Data`), and what is zero or empty is left out.

struct Header: Decodable, Sendable {
  let cluster: String?
  let revision: String?

  enum CodingKeys: String, CodingKey {
    case cluster = "cluster_id"
    case revision
  }
}

struct LoginQuestion: Encodable {
  let name: String
  let password: String
}

struct LoginAnswer: Decodable, Sendable {
  let token: String
}

struct GrantQuestion: Encodable {
  let seconds: String

  enum CodingKeys: String, CodingKey { case seconds = "TTL" }
}

/// Asks to keep alive or to revoke; answers what was granted.
struct LeaseMessage: Codable, Sendable {
  let id: String

  enum CodingKeys: String, CodingKey { case id = "ID" }
}

struct KeepAliveAnswer: Decodable, Sendable {
  let result: Result?

  struct Result: Decodable, Sendable {
    /// Nil when the lease has run out.
    let seconds: String?

    enum CodingKeys: String, CodingKey { case seconds = "TTL" }
  }
}

struct PutQuestion: Encodable {
  let key: Data
  let value: Data
  let lease: String
}

/// Answered by `put`, `revoke` and whatever else is of interest only for having worked.
struct Done: Decodable, Sendable {}

/// All keys from `key` up to and without `rangeEnd`.
struct RangeQuestion: Encodable {
  let key: Data
  let rangeEnd: Data
  var limit: String?
  var isCount: Bool?

  enum CodingKeys: String, CodingKey {
    case key
    case rangeEnd = "range_end"
    case limit
    case isCount = "count_only"
  }
}

struct RangeAnswer: Decodable, Sendable {
  let header: Header
  let kvs: [Pair]?
}

struct Pair: Decodable, Sendable {
  let key: Data
  let value: Data?
}

struct WatchQuestion: Encodable {
  let create: Create

  struct Create: Encodable {
    let key: Data
    let rangeEnd: Data
    let startRevision: String

    enum CodingKeys: String, CodingKey {
      case key
      case rangeEnd = "range_end"
      case startRevision = "start_revision"
    }
  }

  enum CodingKeys: String, CodingKey { case create = "create_request" }
}

/// A line of the stream that `watch` answers.
struct WatchLine: Decodable, Sendable {
  let result: Result?
  let error: Refused?

  struct Result: Decodable, Sendable {
    let header: Header
    let canceled: Bool?
    let reason: String?
    let events: [Event]?

    enum CodingKeys: String, CodingKey {
      case header, canceled, events
      case reason = "cancel_reason"
    }
  }

  struct Event: Decodable, Sendable {
    /// Nil for a put.
    let type: String?
    let kv: Pair
  }

  struct Refused: Decodable, Sendable {
    let message: String?
  }
}

import Foundation

// What a cluster answers, as far as it is read.

struct FindsAnswer: Decodable, Sendable {
  let hits: Hits
  let aggregations: [String: Aggregation]?

  struct Hits: Decodable, Sendable {
    let total: Total?
    let hits: [Hit]
  }

  struct Total: Decodable, Sendable { let value: Int }

  struct Hit: Decodable, Sendable {
    let id: String
    let sort: [JSON]?
    let fields: [String: [JSON]]?

    enum CodingKeys: String, CodingKey {
      case id = "_id"
      case sort
      case fields
    }
  }
}

/// A part of the counts: how many documents, in which buckets, and with which parts below.
struct Aggregation: Decodable, Sendable {
  struct Bucket: Decodable, Sendable {
    let key: JSON
    let count: Int

    enum CodingKeys: String, CodingKey {
      case key
      case count = "doc_count"
    }

    var label: ChoiceLabel? { if case .text(let text) = key { ChoiceLabel(text) } else { nil } }
  }

  private struct Count: Decodable {
    let count: Int

    enum CodingKeys: String, CodingKey { case count = "doc_count" }
  }

  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private(set) var count = 0
  private(set) var buckets: [Bucket] = []
  /// Counts of buckets that have names.
  private(set) var named: [String: Int] = [:]
  /// Where the next page of buckets begins.
  private(set) var next: JSON?
  private(set) var inner: [String: Aggregation] = [:]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Name.self)
    for key in container.allKeys {
      switch key.stringValue {
      case "doc_count": count = try container.decode(Int.self, forKey: key)
      case "after_key": next = try container.decode(JSON.self, forKey: key)
      case "buckets":
        if let list = try? container.decode([Bucket].self, forKey: key) {
          buckets = list
        } else {
          named = try container.decode([String: Count].self, forKey: key).mapValues(\.count)
        }
      default: if let part = try? container.decode(Aggregation.self, forKey: key) { inner[key.stringValue] = part }
      }
    }
  }
}

struct BulkAnswer: Decodable, Sendable {
  let errors: Bool
  /// In the order of what was asked, each under the name of its action.
  let items: [[String: BulkItem]]
}

struct BulkItem: Decodable, Sendable {
  let id: String?
  let status: Int
  let error: Cause?

  struct Cause: Decodable, Sendable {
    let type: String
    let reason: String

    enum CodingKeys: String, CodingKey { case type, reason }

    init(from decoder: any Decoder) throws {
      // Some gateways in front of a cluster say it in a sentence.
      if let text = try? decoder.singleValueContainer().decode(String.self) {
        (type, reason) = ("", text)
        return
      }
      let container = try decoder.container(keyedBy: CodingKeys.self)
      type = try container.decodeIfPresent(String.self, forKey: .type) ?? ""
      reason = try container.decodeIfPresent(String.self, forKey: .reason) ?? ""
    }
  }

  enum CodingKeys: String, CodingKey {
    case id = "_id"
    case status
    case error
  }
}

struct MarkerAnswer: Decodable, Sendable {
  /// By its own name, though an alias was asked.
  let index: String
  let found: Bool
  let source: Source?

  struct Source: Decodable, Sendable { let version: Int64 }

  enum CodingKeys: String, CodingKey {
    case index = "_index"
    case found
    case source = "_source"
  }
}

struct CountAnswer: Decodable, Sendable { let count: Int }

struct IndexLine: Decodable, Sendable { let index: String }

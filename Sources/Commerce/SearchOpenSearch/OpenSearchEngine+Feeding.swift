import Foundation
import Governance
import Logging
import NIOHTTP1
import Search
import Values

extension OpenSearchEngine {
  /// What one request of the feed holds at most. OpenSearch takes up to 100 MB (`http.max_content_length`), and is
  /// quicker with less.
  private static let mostChanges = 1000
  private static let mostBytes = 4 * 1024 * 1024

  /// What was taken over is found when it returns. A document that OpenSearch refuses is passed over and logged, so
  /// that it doesn't keep the others from being found. Throws `OpenSearchFault` when the cluster doesn't take them
  /// within a minute.
  public func apply(_ changes: [DocumentChange]) async throws {
    guard !changes.isEmpty else { return }
    do {
      try await feed(changes, into: layout.alias)
    } catch let fault as OpenSearchFault where fault.kind == .missing {
      try await prepare()
      try await feed(changes, into: layout.alias)
    }
    try await client.call(
      .POST, "/\(layout.alias)/_refresh", within: Self.feedPatience, retry: feedRetry)
    words.note(puts: changes.count { if case .put = $0 { true } else { false } })
  }

  /// The version up to which everything was taken over, by whichever process. It is a document of its own, written when
  /// a batch is whole: the highest version among the products would also count a batch of which a part got lost.
  /// Throws `OpenSearchFault`.
  public func appliedVersion() async throws -> Int64 {
    do {
      return try await appliedVersion(of: layout.alias)
    } catch let fault as OpenSearchFault where fault.type == "index_not_found_exception" {
      try await prepare()
      return 0
    }
  }

  private func appliedVersion(of index: String) async throws -> Int64 {
    do {
      let data = try await client.call(
        .GET, "/\(index)/_doc/\(IndexLayout.marker)", within: Self.feedPatience, retry: feedRetry)
      return try Self.read(MarkerAnswer.self, data).source?.version ?? 0
    } catch let fault as OpenSearchFault where fault.kind == .missing && fault.type.isEmpty {
      // The index is there, and the document isn't.
      return 0
    }
  }

  /// Makes the first index, with its alias, unless another process has just done so.
  func prepare() async throws {
    do {
      try await client.call(
        .PUT, "/\(layout.index(1))", .json(layout.creation(isServing: true)), within: Self.feedPatience,
        retry: feedRetry)
      logger.notice("Search made the index \(layout.index(1)) in OpenSearch")
    } catch let fault as OpenSearchFault where fault.type == "resource_already_exists_exception" {
      return
    }
  }

  /// Writes them, and then that they are written.
  func feed(_ changes: [DocumentChange], into index: String) async throws {
    guard let last = changes.map(\.version).max() else { return }
    var actions: [BulkAction] = []
    var size = 0
    for change in DocumentChange.folded(changes) {
      let action = try BulkAction(change)
      if !actions.isEmpty, actions.count == Self.mostChanges || size + action.lines.count > Self.mostBytes {
        try await write(actions, into: index)
        (actions, size) = ([], 0)
      }
      actions.append(action)
      size += action.lines.count
    }
    try await write(actions, into: index)
    try await write([try BulkAction(applied: last)], into: index)
  }

  /// Writes all of them; those that the cluster is too busy for are sent again.
  private func write(_ actions: [BulkAction], into index: String) async throws {
    var left = actions
    // Without the name being required to be an alias, a missing one would be made an index by the way.
    let path = "/\(index)/_bulk" + (index == layout.alias ? "?require_alias=true" : "")
    // One limit for all attempts, those of single requests included.
    try await Deadline.carrying(Self.feedPatience) {
      try await feedRetry.run(when: { ($0 as? OpenSearchFault)?.kind == .busy }) {
        let body = left.reduce(into: Data()) { $0 += $1.lines }
        let data = try await client.call(.POST, path, .lines(body), within: Self.feedPatience, retry: feedRetry)
        let answer = try Self.read(BulkAnswer.self, data)
        guard answer.errors else { return }
        guard answer.items.count == left.count else {
          throw OpenSearchFault(.other, "\(answer.items.count) answers to \(left.count) changes")
        }
        left = try zip(left, answer.items.map { $0.first?.value }).filter { try isLeft($0, $1) }.map(\.0)
        if !left.isEmpty { throw OpenSearchFault(.busy, "\(left.count) changes wait") }
      }
    }
  }

  /// Whether it must be sent again. Throws `OpenSearchFault` where nothing can be written.
  private func isLeft(_ action: BulkAction, _ item: BulkItem?) throws -> Bool {
    guard let item else { return true }
    switch item.status {
    // 409: what is there is as new. 404: what is to go isn't there, or figures are of goods that nobody knows.
    case 200..<300, 409: return false
    case 404:
      if item.error?.type == "index_not_found_exception" {
        throw OpenSearchFault(.missing, type: "index_not_found_exception", item.error?.reason ?? "")
      }
      return false
    case 429, 502...504: return true
    default:
      logger.error(
        "OpenSearch refuses a document, which can't be found until it is fed anew",
        metadata: [
          "product": "\(action.id)", "type": "\(item.error?.type ?? "\(item.status)")",
          "reason": "\((item.error?.reason ?? "").prefix(300))",
        ])
      return false
    }
  }
}

extension DocumentChange {
  var version: Int64 {
    switch self {
    case .put(_, let version), .figures(_, let version), .remove(_, let version): version
    }
  }

  var product: ProductID {
    switch self {
    case .put(let document, _): document.card.product
    case .figures(let figures, _): figures.product
    case .remove(let product, _): product
    }
  }

  /// One change a product, in the order of their versions: parts of a request are tried again apart from one another,
  /// so that two of one product could swap.
  static func folded(_ changes: [DocumentChange]) -> [DocumentChange] {
    var latest: [ProductID: DocumentChange] = [:]
    for change in changes.sorted(by: { $0.version < $1.version }) {
      if case .figures(let figures, let version) = change {
        switch latest[change.product] {
        case .put(let document, _): latest[change.product] = .put(document.with(figures), version: version)
        case .remove: break
        case .figures, nil: latest[change.product] = change
        }
      } else {
        latest[change.product] = change
      }
    }
    return latest.values.sorted { ($0.version, $0.product) < ($1.version, $1.product) }
  }
}

extension SearchDocument {
  fileprivate func with(_ figures: ProductFigures) -> SearchDocument {
    let card = ProductCard(
      product: card.product, handle: card.handle, merchant: card.merchant, title: card.title, picture: card.picture,
      category: card.category, brand: card.brand, figures: figures)
    return SearchDocument(
      card: card, brand: brand, categoryNames: categoryNames, words: words, body: body, choices: choices,
      createdAt: createdAt)
  }
}

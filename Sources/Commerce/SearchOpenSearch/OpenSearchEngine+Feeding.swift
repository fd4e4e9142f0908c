import Foundation
import Governance
import Logging
import NIOHTTP1
import Search
import Synchronization
import Values

extension OpenSearchEngine {
  /// What one request of the feed holds at most. OpenSearch takes up to 100 MB (`http.max_content_length`), and is
  /// quicker with less.
  private static let mostChanges = 1000
  private static let mostBytes = 4 * 1024 * 1024
  /// How many names are tried for an index, where others make some at the same time.
  static let mostNumbers = 10

  /// What was taken over is found when it returns. A document that OpenSearch refuses is passed over and logged, so
  /// that it doesn't keep the others from being found. All goes into the index whose version was asked for last, whatever
  /// the alias leads to meanwhile: another may lack what came before. Throws `IndexExchanged` where that one is gone, and
  /// `OpenSearchFault` when the cluster doesn't take them within a minute.
  public func apply(_ changes: [DocumentChange]) async throws {
    guard !changes.isEmpty else { return }
    let index = try await fedIndex()
    do {
      try await feed(changes, into: index)
      try await client.call(.POST, "/\(index)/_refresh", within: Self.feedPatience, retry: feedRetry)
    } catch let fault as OpenSearchFault where fault.isOfNoIndex {
      throw IndexExchanged()
    }
    words.note(puts: changes.count { if case .put = $0 { true } else { false } })
  }

  private func fedIndex() async throws -> String {
    if let asked = askedIndex.withLock(\.self) { return asked }
    if let standing = try await standing().keys.min() { return standing }
    return try await prepare()
  }

  /// The version up to which everything was taken over, by whichever process. It is a document of its own, written when
  /// a batch is whole: the highest version among the products would also count a batch of which a part got lost.
  /// Throws `OpenSearchFault`.
  public func appliedVersion() async throws -> Int64 {
    let (index, version) = try await marked()
    askedIndex.withLock { $0 = index }
    return version
  }

  /// What stands under the alias, and how far it is.
  private func marked() async throws -> (index: String?, version: Int64) {
    do {
      let data = try await client.call(
        .GET, "/\(layout.alias)/_doc/\(IndexLayout.marker)", within: Self.feedPatience, retry: feedRetry)
      let answer = try Self.read(MarkerAnswer.self, data)
      return (answer.index, answer.source?.version ?? 0)
    } catch let fault as OpenSearchFault where fault.isOfNoIndex {
      return (try await prepare(), 0)
    } catch let fault as OpenSearchFault where fault.kind == .missing && fault.type.isEmpty {
      // The index is there, and the document isn't. In whichever stands there now all is written from the beginning.
      return (try await standing().keys.min(), 0)
    }
  }

  /// Makes the first index, with its alias, unless another process has just done so. Answers which stands under the alias.
  @discardableResult
  func prepare() async throws -> String {
    var number = 1
    for _ in 1...Self.mostNumbers {
      let index = layout.index(number)
      if try await create(index, isServing: true) {
        logger.notice("Search made the index \(index) in OpenSearch")
        return index
      }
      if let other = try await standing().keys.min() { return other }
      // A rebuild that was broken off has left it, or is filling it.
      number = try await nextNumber()
    }
    throw OpenSearchFault(.other, "no name is free for an index")
  }

  /// Answers whether it is made; false where one of the name is there.
  func create(_ index: String, mark: Int64? = nil, isServing: Bool) async throws -> Bool {
    do {
      try await client.call(
        .PUT, "/\(index)", .json(layout.creation(of: index, mark: mark, isServing: isServing)),
        within: Self.feedPatience, retry: feedRetry)
      return true
    } catch let fault as OpenSearchFault where fault.type == "resource_already_exists_exception" {
      return false
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
    try await note(applied: last, in: index)
  }

  /// Everything up to this version is written.
  func note(applied version: Int64, in index: String) async throws {
    try await write([try BulkAction(applied: version)], into: index)
  }

  /// Writes all of them; those that the cluster is too busy for are sent again.
  private func write(_ actions: [BulkAction], into index: String) async throws {
    var left = actions
    let path = "/\(layout.feed(index))/_bulk?require_alias=true"
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
      let fault = OpenSearchFault(.missing, type: item.error?.type ?? "", item.error?.reason ?? "")
      if fault.isOfNoIndex { throw fault }
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

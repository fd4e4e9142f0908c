import Foundation
import Logging
import NIOHTTP1
import Search
import Synchronization
import Values

extension OpenSearchEngine {
  public func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    try await versions(after: product, limit: limit)
  }

  /// Fills an index beside the live one, which serves and is fed meanwhile, and switches to it; the old one goes in the
  /// same step. Other processes feed the live one until then, and follow from what the new one has. Where it gives way, it
  /// looks at each page whether another process was quicker. Throws `OpenSearchFault`, or what `page`, `changes` and
  /// `exchanging` throw, and takes the unfinished index away.
  public func replaceAll(
    upTo version: Int64, mark: Int64, givesWay: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    // The one that was found to need it, and not one that has come since.
    var before = askedIndex.withLock(\.self)
    if before == nil { before = try await standing().keys.min() }
    // Without any the switch would have nothing by which to tell that another process was quicker.
    let old = if let before { before } else { try await prepare() }
    let rival = givesWay ? Rival(old: old, mark: mark) : nil
    do {
      try await giveWay(to: rival)
      let index = try await begin(mark: mark)
      do {
        try await fill(index, upTo: version, givingWayTo: rival, page)
        let taken = try await takeOver(changes, after: version, into: index)
        try await call(.PUT, "/\(index)/_settings", layout.serving)
        try await exchanging {
          _ = try await self.takeOver(changes, after: taken, into: index)
          try await self.serve(index, givingWayTo: rival)
        }
      } catch {
        // Never the one that serves.
        if let served = try? await served(), !served.contains(index) { _ = try? await call(.DELETE, "/\(index)") }
        throw error
      }
      logger.notice("Search is answered by the index \(index) in OpenSearch")
    } catch is GivenWay {
      logger.notice("Search is answered by an index in OpenSearch that another process made anew")
    }
    words.forget()
  }

  /// An index that another process makes of the same table at the same time.
  private struct Rival: Sendable {
    /// The index in whose place either is to come.
    let old: String
    let mark: Int64
  }

  private struct GivenWay: Error {}

  /// Throws `GivenWay` where the rival stands under the alias.
  private func giveWay(to rival: Rival?) async throws {
    guard let rival else { return }
    let others = try await standing().filter { $0.key != rival.old }
    if others.values.contains(rival.mark) { throw GivenWay() }
  }

  /// Makes an index of a number that no other process has. It bears the mark from the beginning, so that it is never
  /// taken for another table's.
  private func begin(mark: Int64) async throws -> String {
    let number = try await nextNumber()
    for next in number..<number + Self.mostNumbers {
      let index = layout.index(next)
      if try await create(index, mark: mark, isServing: false) { return index }
    }
    throw OpenSearchFault(.other, "no name is free for an index")
  }

  private func fill(
    _ index: String, upTo version: Int64, givingWayTo rival: Rival?,
    _ page: (_ after: ProductID?) async throws -> [(SearchDocument, Int64)]
  ) async throws {
    var last: ProductID?
    while true {
      try await giveWay(to: rival)
      let documents = try await page(last)
      guard let end = documents.last?.0.card.product else { break }
      // Read at different moments, so that none counts for more than what all of them hold.
      try await feed(documents.map { .put($0, version: min($1, version)) }, into: index)
      last = end
    }
    // The last changes may have been removals, of which no document tells.
    if version > 0 { try await note(applied: version, in: index) }
  }

  /// Answers the version up to which everything is written then.
  private func takeOver(
    _ changes: (_ after: Int64) async throws -> [DocumentChange], after version: Int64, into index: String
  ) async throws -> Int64 {
    var taken = version
    while true {
      let next = try await changes(taken)
      guard let end = next.last?.version else { return taken }
      try await feed(next, into: index)
      taken = end
    }
  }

  /// Puts the index in the place of the one that serves. The one that goes is named, so that of two processes only one can
  /// do it; the other looks again.
  private func serve(_ index: String, givingWayTo rival: Rival?) async throws {
    try await call(.POST, "/\(index)/_refresh")
    for _ in 1...Self.mostNumbers {
      let old = try await served()
      try await giveWay(to: rival)
      do {
        try await exchange(old, for: index)
        return
      } catch let fault as OpenSearchFault where fault.isOfNoIndex {
        // The answer to an attempt before may have got lost, or another process was quicker.
        if try await served().contains(index) { return }
      } catch {
        // It may have been done without its answer coming through, and can't be done twice.
        guard let now = try? await served(), now.contains(index) else { throw error }
        return
      }
    }
    throw OpenSearchFault(.other, "other processes keep putting other indices in its place")
  }

  private func exchange(_ old: [String], for index: String) async throws {
    let actions: [JSON] = old.map { ["remove_index": ["index": .text($0)]] }
    try await call(
      .POST, "/_aliases",
      ["actions": .list(actions + [["add": ["index": .text(index), "alias": .text(layout.alias)]]])])
  }

  /// Greater than that of any index, of unfinished ones of rebuilds that were broken off too.
  func nextNumber() async throws -> Int { (try await indices().compactMap(layout.number(of:)).max() ?? 0) + 1 }

  /// All that belong to the layout.
  private func indices() async throws -> [String] {
    let data = try await call(.GET, "/_cat/indices/\(layout.alias)-*?format=json&h=index")
    return try Self.read([IndexLine].self, data).map(\.index)
  }

  /// Where the alias leads to; none where it isn't there.
  private func served() async throws -> [String] {
    do {
      let data = try await call(.GET, "/_alias/\(layout.alias)")
      return try Self.read([String: JSON].self, data).keys.sorted()
    } catch let fault as OpenSearchFault where fault.kind == .missing {
      return []
    }
  }

  @discardableResult
  private func call(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws -> Data {
    try await client.call(
      method, path, body.map { .json($0) } ?? .none, within: Self.feedPatience, retry: feedRetry)
  }
}

extension OpenSearchEngine {
  /// Stands in the mapping of the index, so that it comes and goes with that. 0 where there is no index either. Throws
  /// `OpenSearchFault`.
  public func mark() async throws -> Int64 { try await standing().values.first ?? 0 }

  /// Throws `OpenSearchFault`, also where there is no index, which `appliedVersion` makes.
  public func note(mark: Int64) async throws {
    try await call(.PUT, "/\(layout.alias)/_mapping", layout.marking(mark))
  }

  /// What the alias leads to, with its mark, which is 0 where none is noted. None where there is no index.
  func standing() async throws -> [String: Int64] {
    do {
      let data = try await call(.GET, "/\(layout.alias)/_mapping?filter_path=*.mappings._meta")
      return try Self.read([String: JSON].self, data).mapValues { index in
        guard case .text(let mark)? = index["mappings"]?["_meta"]?["mark"] else { return 0 }
        return Int64(mark) ?? 0
      }
    } catch let fault as OpenSearchFault where fault.kind == .missing {
      return [:]
    }
  }
}

import Foundation
import Governance
import Storage
import Synchronization
import Values

/// Finds in this process: postings in a file of its own, columns in memory. The file follows the documents that it is
/// given; a crash leaves it whole and a bit behind.
public final class LocalEngine: LastingEngine {
  private let folder: String
  private let opening: @Sendable (String) throws -> any Database
  private let tell: @Sendable (String) -> Void
  let clock: WallClock
  private let claim = Mutex<FolderClaim?>(nil)
  private let store = Mutex<IndexStore?>(nil)
  private let rebuilding = Turns()
  let listings = Mutex(KeptListings())
  /// Moves when another index came into the place of the one before.
  private let exchanges = Atomic<Int>(0)

  /// - Parameters:
  ///   - folder: path of the folder of indexes; each process takes a folder in it for itself.
  ///   - tell: what operators should know, as a sentence.
  ///   - opening: opens or makes the SQLite file of a path.
  public init(
    folder: String, clock: WallClock = .system, tell: @escaping @Sendable (String) -> Void = { _ in },
    opening: @escaping @Sendable (String) throws -> any Database
  ) {
    self.folder = folder
    self.clock = clock
    self.tell = tell
    self.opening = opening
  }

  public func claimFirst() throws -> Bool {
    guard claim.withLock({ $0 }) == nil else { return true }
    let first = try FolderClaim(in: folder)
    guard first.isFirst else { return false }
    claim.withLock { $0 = first }
    return true
  }

  /// Nil before `open` and after `close`.
  var current: IndexStore? { store.withLock { $0 } }
  var exchange: Int { exchanges.load(ordering: .acquiring) }

  public var vocabulary: any Vocabulary { FileVocabulary(engine: self) }

  public func open() async throws {
    guard current == nil else { return }
    let claim = try self.claim.withLock { $0 } ?? FolderClaim(in: folder)
    var opened: IndexStore?
    for path in claim.files().reversed() {
      if opened == nil, let found = await reopened(path) { opened = found } else { FolderClaim.remove(path) }
    }
    let fresh = claim.nextFile()
    let made =
      if let opened { opened } else {
        try await IndexStore.create(try opening(fresh), path: fresh, isWhole: true, tell: tell)
      }
    self.claim.withLock { $0 = claim }
    store.withLock { $0 = made }
    exchanges.wrappingAdd(1, ordering: .acquiringAndReleasing)
  }

  /// Nil when the file can't be used; it is made anew then.
  private func reopened(_ path: String) async -> IndexStore? {
    var file: (any Database)?
    do {
      let opened = try opening(path)
      file = opened
      return try await IndexStore.open(opened, path: path, tell: tell)
    } catch {
      if error as? IndexFileFault != .unfinished { tell("the index \(path) is put aside and made anew: \(error)") }
      try? await file?.close()
      return nil
    }
  }

  public func close() async throws {
    let last = store.withLock { store in
      defer { store = nil }
      return store
    }
    // One that is made is given up while the folder is this process's.
    await rebuilding.end()
    try await last?.file.close()
    claim.withLock { $0 = nil }
  }

  public func apply(_ changes: [DocumentChange]) async throws {
    guard let store = current else { throw TemporarilyUnavailable() }
    do {
      try await store.apply(changes)
    } catch StorageFault.closed where current != nil && current !== store {
      try await current?.apply(changes)
    }
  }

  public func appliedVersion() async throws -> Int64 { current?.live.withLock { $0.applied } ?? 0 }

  public func mark() async throws -> Int64 { current?.live.withLock { $0.mark } ?? 0 }

  public func note(mark: Int64) async throws {
    guard let store = current else { throw TemporarilyUnavailable() }
    try await store.note(mark: mark)
  }

  /// Also where its file turned out to be damaged.
  public var isWorn: Bool { current.map { $0.isDamaged || $0.live.withLock { $0.isWorn } } ?? false }

  public func replaceAll(
    upTo version: Int64, mark: Int64, givesWay _: Bool,
    _ page: @escaping @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    exchanging: @escaping @Sendable (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    try await rebuilding.run(heedingCancellation: true) {
      try await self.replace(upTo: version, mark: mark, page, changes, exchanging)
    }
  }

  private func replace(
    upTo version: Int64, mark: Int64,
    _ page: @Sendable (_ after: ProductID?) async throws -> [(SearchDocument, Int64)],
    _ changes: @escaping @Sendable (_ after: Int64) async throws -> [DocumentChange],
    _ exchanging: (_ exchange: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) async throws {
    guard let old = current, let path = claim.withLock({ $0?.nextFile() }) else { throw TemporarilyUnavailable() }
    var made = try await IndexStore.create(try opening(path), path: path, isWhole: false, tell: tell)
    do {
      try await made.fill(page)
      try await made.finish(applied: version, mark: mark)
      // On the disk, since the one before goes away.
      made = try await made.reopened(opening)
      try await made.catchUp(changes)
      // What comes while nothing else is applied is little.
      try await exchanging { [made] in
        try await made.catchUp(changes)
        try self.store.withLock { store in
          guard store === old else { throw TemporarilyUnavailable() }
          store = made
        }
      }
    } catch {
      try? await made.file.close()
      FolderClaim.remove(path)
      throw error
    }
    exchanges.wrappingAdd(1, ordering: .acquiringAndReleasing)
    made.tidyBeside()
    try await old.file.close()
    FolderClaim.remove(old.path)
  }

  public func held(after product: ProductID?, limit: Int) async throws -> [(product: ProductID, version: Int64)] {
    guard let store = current else { throw TemporarilyUnavailable() }
    return try await store.file.read { transaction in
      try transaction.rows(
        """
        SELECT product, version FROM document WHERE product > \(product?.raw ?? Int64.min)
        ORDER BY product LIMIT \(limit)
        """
      ).map { row in
        var reader = RowReader(row)
        return (try reader.next(), try reader.next())
      }
    }
  }
}

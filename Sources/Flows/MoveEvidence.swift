import Catalog
import Content
import Files
import Fulfilment
import Logging
import Merchants
import Orders
import Refunds
import Reviews
import Values

/// Takes pictures of requests and of deliveries out of the store that everybody can see, where older programs kept them. May be
/// broken off anywhere: what isn't noted as moved is looked at again, which is harmless.
public struct MoveEvidence: Sendable {
  /// Pictures that are looked at together.
  public static let slice = 50

  private let contexts: Contexts
  private let files: any FileStore
  private let evidence: any FileStore
  private let logger: Logger

  /// - Parameters:
  ///   - files: what everybody can see.
  ///   - evidence: what nobody sees but by `KeepEvidence`.
  public init(_ contexts: Contexts, from files: any FileStore, to evidence: any FileStore, logger: Logger) {
    self.contexts = contexts
    self.files = files
    self.evidence = evidence
    self.logger = logger
  }

  /// All there are, slice by slice.
  public func run() async throws {
    while try await run(limit: Self.slice) > 0 { try Task.checkCancellation() }
  }

  /// Moves so many of each kind at most; answers how many it looked at.
  public func run(limit: Int) async throws -> Int {
    let pictures = try await contexts.refunds.publicEvidence(limit: limit)
    try await move(pictures)
    try await contexts.refunds.noteEvidenceApart(pictures)
    let proofs = try await contexts.fulfilment.publicProofs(limit: limit)
    try await move(proofs)
    try await contexts.fulfilment.noteProofsApart(proofs)
    return pictures.count + proofs.count
  }

  private func move(_ sent: [FileKey]) async throws {
    let all = Array(Set(sent))
    var found: [FileKey] = []
    for file in all {
      guard let bytes = try await files.read(file), let kind = FileKind(file) else { continue }
      if try await evidence.put(bytes, fileExtension: kind.fileExtension) == file {
        found.append(file)
      } else {
        logger.warning("a picture isn't what its name says, and stays", metadata: ["file": "\(file)"])
      }
    }
    // Equal bytes are one file: a buyer who shows the same in a review means everybody to see it there.
    let shared = try await shown(among: found)
    for file in found where !shared.contains(file) { try await files.remove(file) }
    // Whoever sent the same bytes for everybody meanwhile was told that they are there.
    for file in try await shown(among: all) where !shared.contains(file) {
      guard let bytes = try await evidence.read(file), let kind = FileKind(file) else { continue }
      _ = try await files.put(bytes, fileExtension: kind.fileExtension)
    }
  }

  private func shown(among files: [FileKey]) async throws -> Set<FileKey> {
    guard !files.isEmpty else { return [] }
    return try await contexts.catalog.shown(among: files)
      .union(contexts.orders.shown(among: files))
      .union(contexts.reviews.shown(among: files))
      .union(contexts.content.shown(among: files))
      .union(contexts.merchants.shown(among: files))
  }
}

import Catalog
import Files
import Values

/// Gets the bytes behind an address.
///
/// Addresses come out of files that strangers wrote. Whoever implements this must resolve the host and connect only to
/// public addresses (no loopback, private, link-local or multicast ones, also after a redirect), follow few redirects, and
/// end a fetch that takes longer than some seconds or brings more than `FetchPictures.sizeLimit`.
public protocol PictureFetcher: Sendable {
  /// Throws when there are none, whatever the reason.
  func fetch(_ address: String) async throws -> [UInt8]
}

/// Fetches pictures that an import named and puts them in the place of their stand-ins, a bounded number at a time. What
/// can't be fetched is noted, and given up by Catalog after some tries: the stand-in stays.
public struct FetchPictures: Sendable {
  /// Bytes.
  public static let sizeLimit = 12 << 20

  public struct Report: Hashable, Sendable {
    public var fetched = 0
    public var failed = 0
  }

  private let catalog: any CatalogService
  private let fetcher: any PictureFetcher
  private let store: @Sendable ([UInt8], String) async throws -> FileKey

  /// - Parameter store: Keeps the bytes of a picture under the file extension given.
  public init(
    catalog: any CatalogService, fetcher: any PictureFetcher,
    store: @escaping @Sendable (_ bytes: [UInt8], _ fileExtension: String) async throws -> FileKey
  ) {
    self.catalog = catalog
    self.fetcher = fetcher
    self.store = store
  }

  /// One round, fit for a job.
  public func run(limit: Int = 100, atOnce: Int = 4) async throws -> Report {
    let waiting = try await catalog.picturesToFetch(limit: limit)
    return try await withThrowingTaskGroup(of: Bool.self) { group in
      var report = Report()
      var rest = waiting[...]
      for picture in rest.prefix(max(1, atOnce)) { group.addTask { try await fetch(picture) } }
      rest = rest.dropFirst(max(1, atOnce))
      while let isFetched = try await group.next() {
        if isFetched { report.fetched += 1 } else { report.failed += 1 }
        if let picture = rest.popFirst() { group.addTask { try await fetch(picture) } }
      }
      return report
    }
  }

  private func fetch(_ picture: PictureToFetch) async throws -> Bool {
    try Task.checkCancellation()
    guard Self.isWebAddress(picture.source), let (bytes, kind) = try await bytes(at: picture.source) else {
      try await catalog.fetchFailed(picture.picture)
      return false
    }
    let file = try await store(bytes, kind)
    try await catalog.attach(file, to: picture.picture, of: picture.product)
    return true
  }

  private func bytes(at address: String) async throws -> ([UInt8], String)? {
    do {
      let bytes = try await fetcher.fetch(address)
      // By its bytes, whatever its address says. SVG from elsewhere isn't taken: it can carry scripts.
      guard bytes.count <= Self.sizeLimit, let kind = FileKind(detecting: bytes), kind != .svg else { return nil }
      return (bytes, kind.fileExtension)
    } catch {
      // That the shop is stopping says nothing against the picture.
      try Task.checkCancellation()
      return nil
    }
  }

  static func isWebAddress(_ address: String) -> Bool {
    let start = address.prefix(8).lowercased()
    guard let scheme = ["http://", "https://"].first(where: start.hasPrefix) else { return false }
    let host = address.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" }
    return !host.isEmpty && !host.contains(" ")
  }
}

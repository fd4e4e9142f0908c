import Compression
import Crypto
import Foundation
import Values

/// A packed bill that a provider hands out at an address: fetched into a file, held against its sum, read in pieces, and
/// deleted.
enum DownloadedBill {
  /// As it is downloaded, and what it unpacks to.
  private static let mostPackedBytes = 256 << 20
  private static let mostBytes = 2 << 30

  /// - Parameter sha1: of what it unpacks to, in hex, where the provider tells it.
  static func read<Lines: BillLines>(
    _ call: ProviderCall, by http: any ProviderHTTP, _ kind: CompressedReader.Kind, sha1: String? = nil,
    lines: @Sendable @escaping () -> Lines, take: ([StatementRow]) async throws -> Void
  ) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("bill-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let answer = try await http.download(call, to: file.path, limitBytes: mostPackedBytes)
    guard answer.status == 200 else { throw ProviderFault.outcomeUnknown("status \(answer.status)") }
    if let sha1 {
      let sum = try await sum(of: file.path, kind)
      // Who doesn't wait any more may not be told that it is well.
      try Task.checkCancellation()
      guard sum == sha1.lowercased() else { throw ProviderFault.outcomeUnknown("a bill whose sum doesn't hold") }
    }
    try await BillPieces.read(file.path, kind, limitBytes: mostBytes, lines: lines, take: take)
  }

  /// On a thread of its own, since unpacking takes as long as the bill is large.
  private static func sum(of path: String, _ kind: CompressedReader.Kind) async throws -> String {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread { continuation.resume(with: Result { try summed(path, kind) }) }
      thread.start()
    }
  }

  private static func summed(_ path: String, _ kind: CompressedReader.Kind) throws -> String {
    var sum = Insecure.SHA1()
    do {
      try CompressedReader(kind, limitBytes: mostBytes).read(path: path) { _, piece in sum.update(data: piece) }
    } catch {
      throw ProviderFault.outcomeUnknown("a bill that can't be unpacked")
    }
    return Hex.text(sum.finalize())
  }

  /// Where a bill may be fetched, though its address comes from a message: at our own gateway by the gateway's scheme, else
  /// at the provider's places by `https`, which also stands in for an address that is told as `http`. Nil for any other.
  /// - Parameters:
  ///   - gateway: the address that is set up.
  ///   - places: ends of host names, each with its dot.
  static func address(_ text: String, of gateway: String, or places: [String]) -> String? {
    guard let url = URL(string: text), let own = URL(string: gateway), url.user == nil, url.password == nil,
      let scheme = url.scheme?.lowercased(), let host = url.host?.lowercased()
    else { return nil }
    let isOwn = host == own.host?.lowercased() && url.port == own.port
    guard isOwn || url.port == nil && places.contains(where: { host.hasSuffix($0) }) else { return nil }
    let wanted = isOwn ? own.scheme?.lowercased() : "https"
    if scheme == wanted { return text }
    return scheme == "http" && wanted == "https" && url.port == nil ? "https" + text.dropFirst(scheme.count) : nil
  }
}

extension ProviderDay {
  /// Whether a bill of it is there by the clock of China, where bills are made in the morning after, about ten at the latest.
  /// Before that providers say that there is none as they do of days without movements.
  func isBilled(at now: Timestamp) -> Bool {
    guard let begin = Timestamp(chineseDay: rawValue) else { return true }
    return now >= begin.adding(.days(1) + .hours(10))
  }
}

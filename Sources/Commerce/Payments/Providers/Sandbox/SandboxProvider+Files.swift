import Foundation

extension SandboxProvider {
  private static let mostFileBytes = 64 << 20
  private static let batch = 1000

  /// A bill as the sandbox tells it, kept as a file.
  public func readStatement(
    file path: String, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    guard let file = FileHandle(forReadingAtPath: path) else { throw ProviderFault.refused(code: "noFile") }
    defer { try? file.close() }
    let bytes = try file.read(upToCount: Self.mostFileBytes + 1) ?? Data()
    guard bytes.count <= Self.mostFileBytes,
      let told = try? JSONDecoder().decode([SandboxMessage.Row].self, from: bytes)
    else { throw ProviderFault.outcomeUnknown("a bill that can't be read") }
    let rows = try told.map { try $0.row() }
    for start in stride(from: 0, to: rows.count, by: Self.batch) {
      try await take(Array(rows[start..<min(start + Self.batch, rows.count)]))
    }
  }
}

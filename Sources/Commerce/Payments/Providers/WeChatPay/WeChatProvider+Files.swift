extension WeChatProvider {
  private static let mostFileBytes = 2 << 30

  public func readStatement(
    file path: String, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    try await Self.readBill(path, take)
  }

  /// Reads a bill of all trades, packed or not. Throws `ProviderFault`, and what `take` throws.
  public static func readBill(
    _ path: String, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    try await BillPieces.read(
      path, try BillPieces.kind(of: path), limitBytes: mostFileBytes, lines: { WeChatBill() }, take: take)
  }
}

extension AlipayProvider {
  private static let mostFileBytes = 2 << 30

  public func readStatement(
    file path: String, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    try await BillPieces.read(
      path, try BillPieces.kind(of: path), limitBytes: Self.mostFileBytes, lines: { AlipayBill() }, take: take)
  }
}

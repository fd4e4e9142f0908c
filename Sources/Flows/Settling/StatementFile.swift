import Accounts
import Settlement
import Values

/// A statement as CSV for spreadsheets: a row an order, and their sum. Words are kept from being run as formulas; amounts
/// are numbers, so that they can be added up, also those below zero.
public struct StatementFile: Sendable {
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let slice = 100

  private let work: WorkSettlements
  private let statement: Statement

  public init(_ statement: Statement, _ work: WorkSettlements) {
    self.statement = statement
    self.work = work
  }

  /// - Parameters:
  ///   - heads: what stands above order, end, paid, what the platform bears, refunds, commission, fee, net and currency.
  ///   - total: what the last row is called.
  ///   - write: is handed the bytes in their order.
  public func write(
    heads: [String], total: String, for staff: Staff, to write: ([UInt8]) async throws -> Void
  ) async throws {
    try await write(Self.mark + Self.row(heads.map(CellGuard.guarded)))
    var next: Cursor?
    repeat {
      let page = try await work.lines(of: statement.id, PageRequest(limit: Self.slice, after: next), for: staff)
      var bytes: [UInt8] = []
      for line in page.items {
        bytes += try Self.row(
          [CellGuard.guarded(line.number), ShopDay(line.endedAt).description] + Self.amounts(line.sums))
      }
      try await write(bytes)
      next = page.next
    } while next != nil
    try await write(
      try Self.row([CellGuard.guarded(total), statement.period.through.description] + Self.amounts(statement.sums)))
  }

  private static func amounts(_ sums: StatementSums) -> [String] {
    [sums.paid, sums.borne, sums.refunds, sums.commission, sums.fee, sums.net].map(\.decimalText) + [
      sums.net.currency.code
    ]
  }

  private static func row(_ cells: [String]) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var writer = CSVWriter(isGuarding: false) { bytes += $0 }
    try writer.write(cells)
    try writer.flush()
    return bytes
  }
}

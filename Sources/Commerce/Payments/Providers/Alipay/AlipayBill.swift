import Values

/// Reads a daily bill of trades, a line at a time. Its text is GBK, of which only the cells with numbers are read: none of a
/// character's two bytes is a comma, a quote or the end of a line.
struct AlipayBill: BillLines {
  /// The columns that are read, of those that the header has.
  private enum Column: Int, CaseIterable {
    case tradeNumber = 0
    case number = 1
    case kind = 2
    case finishedAt = 5
    case amount = 11
    case requestNumber = 21
    case fee = 22
  }

  private static let columns = 25
  /// 交易 and 退款 in GBK.
  private static let payment: [UInt8] = [0xBD, 0xBB, 0xD2, 0xD7]
  private static let refund: [UInt8] = [0xCD, 0xCB, 0xBF, 0xEE]

  private var hasHeader = false

  /// The other file of the archive has sums: its columns are fewer, and it is passed over. Among movements a line with fewer
  /// columns would be one that is lost.
  mutating func begin(entry: [UInt8]) { hasHeader = false }

  mutating func row(_ line: ArraySlice<UInt8>) throws -> StatementRow? {
    guard line.first != UInt8(ascii: "#"), !CSVCells.trimmed(line).isEmpty else { return nil }
    var cells = CSVCells.split(line)
    if cells.count < Self.columns { cells = CSVCells.split(line, heedsQuotes: false) }
    guard cells.count >= Self.columns else {
      guard hasHeader else { return nil }
      throw unreadable
    }
    func cell(_ column: Column) -> ArraySlice<UInt8> { CSVCells.trimmed(cells[column.rawValue]) }
    func text(_ column: Column) -> String { String(decoding: cell(column), as: UTF8.self) }
    guard hasHeader else {
      // Above it nothing is known of what the columns mean.
      guard !cell(.tradeNumber).allSatisfy({ (48...57).contains($0) }) else { throw unreadable }
      hasHeader = true
      return nil
    }
    guard let amount = CSVCells.yuan(cell(.amount)), let fee = CSVCells.yuan(cell(.fee)),
      let at = Timestamp(chineseText: text(.finishedAt))
    else { throw unreadable }
    let kind: StatementRow.Kind =
      switch Array(cell(.kind)) {
      case Self.payment: .payment
      case Self.refund: .refund
      default: .other
      }
    return StatementRow(
      kind: kind, payment: text(.number), refund: kind == .refund ? text(.requestNumber) : "",
      providerNumber: text(.tradeNumber),
      // Signs of refunds vary; what is charged is written as going out.
      amount: Money(minor: kind == .other ? amount : abs(amount), currency: .cny),
      fee: Money(minor: -fee, currency: .cny), at: at)
  }

  private var unreadable: ProviderFault { .outcomeUnknown("a bill with a line that can't be read") }
}

import Values

/// Reads a bill of trades of all kinds, a line at a time: rows of movements have a backquote before each cell, the header and
/// the sums at the end have none.
struct WeChatBill: BillLines {
  private enum Column: Int {
    case at = 0
    case transaction = 5
    case number = 6
    case state = 9
    case currency = 11
    case refundNumber = 15
    case refundState = 19
    case fee = 22
    case amount = 24
    case refundAmount = 25
  }

  private static let columns = 27
  /// That of the movements, and behind them that of the sums.
  private var headers = 0

  mutating func begin(entry: [UInt8]) { headers = 0 }

  mutating func row(_ line: ArraySlice<UInt8>) throws -> StatementRow? {
    guard !CSVCells.trimmed(line).isEmpty else { return nil }
    guard line.first == UInt8(ascii: "`") else {
      headers += 1
      return nil
    }
    let cells = CSVCells.backquoted(line)
    let isMovement = cells.count >= Self.columns
    // A movement among the sums, or the other way round, means that a line isn't what it was taken for.
    guard isMovement == (headers == 1) else { throw unreadable }
    guard isMovement else { return nil }
    func cell(_ column: Column) -> ArraySlice<UInt8> { CSVCells.trimmed(cells[column.rawValue]) }
    func text(_ column: Column) -> String { String(decoding: cell(column), as: UTF8.self) }
    let isRefund = text(.state) == "REFUND"
    // Refunds that failed move nothing.
    if isRefund, text(.refundState) != "SUCCESS" { return nil }
    guard let amount = CSVCells.yuan(cell(isRefund ? .refundAmount : .amount)), let fee = CSVCells.yuan(cell(.fee)),
      let at = Timestamp(chineseText: text(.at)), let currency = Currency(text(.currency))
    else { throw unreadable }
    return StatementRow(
      kind: isRefund ? .refund : .payment, payment: text(.number), refund: isRefund ? text(.refundNumber) : "",
      providerNumber: text(.transaction), amount: Money(minor: amount, currency: currency),
      fee: Money(minor: fee, currency: currency), at: at)
  }

  private var unreadable: ProviderFault { .outcomeUnknown("a bill with a line that can't be read") }
}

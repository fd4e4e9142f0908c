import Payments

extension Addresses {
  /// Where staff hold the books against the providers' bills.
  public static let reconciliationDesk = "/admin/reconciliation"
  public static let billDifferences = "\(reconciliationDesk)/differences"
  public static let billReport = "\(reconciliationDesk)/report"
  public static func bill(_ method: PaymentMethod, _ day: ProviderDay) -> String {
    "\(reconciliationDesk)/days/\(method)/\(day)"
  }
  public static func difference(_ id: BillDifferenceID) -> String { "\(billDifferences)/\(id)" }
  public static func bills(in month: BillMonth) -> String { with([("month", month.rawValue)], reconciliationDesk) }
  public static func billReport(of month: BillMonth) -> String { with([("month", month.rawValue)], billReport) }
}

import Compression
import Values

extension AlipayProvider {
  private static let places = [".alipay.com", ".alipayobjects.com"]

  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    guard let url = try await billURL(of: day) else { return }
    try await DownloadedBill.read(
      ProviderCall(method: "GET", url: url, headers: [], body: []), by: gateway.http, .zip, lines: { AlipayBill() },
      take: take)
  }

  /// Nil for a day without movements. The address is good for half a minute.
  private func billURL(of day: ProviderDay) async throws -> String? {
    do {
      let content = try await gateway.call(
        "alipay.data.dataservice.bill.downloadurl.query",
        AlipayMessage.Bill(billType: "trade", billDate: day.rawValue))
      let told = content.billDownloadUrl ?? ""
      guard let url = DownloadedBill.address(told, of: gateway.configuration.gateway, or: Self.places) else {
        throw ProviderFault.outcomeUnknown("a bill from an unexpected place")
      }
      return url
    } catch ProviderFault.refused(let code) where code.lowercased().hasSuffix("bill_not_exist") {
      guard day.isBilled(at: gateway.clock.now) else { throw ProviderFault.notYet }
      return nil
    }
  }
}

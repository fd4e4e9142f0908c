import Compression
import Foundation
import Values

extension AlipayProvider {
  /// Of a bill as it is downloaded, and of what it unpacks to.
  private static let mostPackedBytes = 256 << 20
  private static let mostBytes = 2 << 30

  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("alipay-\(UUID().uuidString).zip")
    defer { try? FileManager.default.removeItem(at: file) }
    guard let url = try await billURL(of: day) else { return }
    let answer = try await gateway.http.download(
      ProviderCall(method: "GET", url: url, headers: [], body: []), to: file.path,
      limitBytes: Self.mostPackedBytes)
    guard answer.status == 200 else { throw ProviderFault.outcomeUnknown("status \(answer.status)") }
    try await BillPieces.read(file.path, .zip, limitBytes: Self.mostBytes, lines: { AlipayBill() }, take: take)
  }

  /// Nil for a day without movements. The address is good for half a minute.
  private func billURL(of day: ProviderDay) async throws -> String? {
    do {
      let content = try await gateway.call(
        "alipay.data.dataservice.bill.downloadurl.query",
        AlipayMessage.Bill(billType: "trade", billDate: day.rawValue))
      guard let text = content.billDownloadUrl, let url = URL(string: text), isAllowed(url) else {
        throw ProviderFault.outcomeUnknown("a bill from an unexpected place")
      }
      return text
    } catch ProviderFault.refused(let code) where code.lowercased().hasSuffix("bill_not_exist") {
      return nil
    }
  }

  /// The address comes from a message: only Alipay's own places are asked, or the gateway's where that is another.
  private func isAllowed(_ url: URL) -> Bool {
    guard let host = url.host?.lowercased() else { return false }
    if host == URL(string: gateway.configuration.gateway)?.host?.lowercased() { return true }
    return url.scheme == "https" && [".alipay.com", ".alipayobjects.com"].contains { host.hasSuffix($0) }
  }
}

import Compression
import Foundation
import Values

extension WeChatProvider {
  private static let places = [".mch.weixin.qq.com"]

  /// The download isn't signed; its sum is in an answer that is. The sum is over the unpacked text, so it is read twice.
  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    guard let bill = try await bill(of: day) else { return }
    guard bill.hashType == "SHA1" else { throw ProviderFault.outcomeUnknown("a bill with another kind of sum") }
    try await DownloadedBill.read(
      try call(for: bill), by: gateway.http, .gzip, sha1: bill.hashValue, lines: { WeChatBill() }, take: take)
  }

  /// Nil for a day without movements.
  private func bill(of day: ProviderDay) async throws -> WeChatMessage.Bill? {
    do {
      return try await gateway.get("/v3/bill/tradebill?bill_date=\(day.rawValue)&bill_type=ALL&tar_type=GZIP")
    } catch ProviderFault.refused(let code) where code == "NO_STATEMENT_EXIST" {
      guard day.isBilled(at: gateway.clock.now) else { throw ProviderFault.notYet }
      return nil
    } catch ProviderFault.refused(let code) where code == "STATEMENT_CREATING" {
      throw ProviderFault.notYet
    }
  }

  /// Signed for the address as it is asked.
  private func call(for bill: WeChatMessage.Bill) throws -> ProviderCall {
    guard let url = DownloadedBill.address(bill.downloadUrl, of: configuration.baseURL, or: Self.places),
      let start = url.range(of: "://")?.upperBound, let path = url[start...].firstIndex(of: "/")
    else { throw ProviderFault.outcomeUnknown("a bill from an unexpected place") }
    let signed = try gateway.signed("GET", String(url[path...]), body: [])
    return ProviderCall(method: "GET", url: url, headers: signed.headers, body: [])
  }
}

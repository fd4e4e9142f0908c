import Compression
import Crypto
import Foundation
import Values

extension WeChatProvider {
  /// Of a bill as it is downloaded, and of what it unpacks to.
  private static let mostPackedBytes = 256 << 20
  private static let mostBytes = 2 << 30

  /// The download isn't signed; its sum is in an answer that is. The sum is over the unpacked text, so it is read twice.
  public func readStatement(
    of day: ProviderDay, _ take: @Sendable ([StatementRow]) async throws -> Void
  ) async throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("wechat-\(UUID().uuidString).gz")
    defer { try? FileManager.default.removeItem(at: file) }
    guard let bill = try await bill(of: day) else { return }
    let answer = try await gateway.http.download(
      try call(for: bill), to: file.path, limitBytes: Self.mostPackedBytes)
    guard answer.status == 200 else { throw ProviderFault.outcomeUnknown("status \(answer.status)") }
    guard bill.hashType == "SHA1", try sum(of: file.path) == bill.hashValue.lowercased() else {
      throw ProviderFault.outcomeUnknown("a bill whose sum doesn't hold")
    }
    try await BillPieces.read(
      file.path, .gzip, limitBytes: Self.mostBytes, lines: { WeChatBill() }, take: take)
  }

  /// Nil for a day without movements.
  private func bill(of day: ProviderDay) async throws -> WeChatMessage.Bill? {
    do {
      return try await gateway.get("/v3/bill/tradebill?bill_date=\(day.rawValue)&bill_type=ALL&tar_type=GZIP")
    } catch ProviderFault.refused(let code) where code == "NO_STATEMENT_EXIST" {
      return nil
    } catch ProviderFault.refused(let code) where code == "STATEMENT_CREATING" {
      throw ProviderFault.notYet
    }
  }

  /// The address comes from a message: only WeChat Pay's own places are asked, or the one that is set up where that is
  /// another.
  private func call(for bill: WeChatMessage.Bill) throws -> ProviderCall {
    let text = bill.downloadUrl
    guard let url = URL(string: text), let host = url.host?.lowercased(),
      host == URL(string: configuration.baseURL)?.host?.lowercased()
        || url.scheme == "https" && host.hasSuffix(".mch.weixin.qq.com"),
      let start = text.range(of: "://")?.upperBound, let path = text[start...].firstIndex(of: "/")
    else { throw ProviderFault.outcomeUnknown("a bill from an unexpected place") }
    let signed = try gateway.signed("GET", String(text[path...]), body: [])
    return ProviderCall(method: "GET", url: text, headers: signed.headers, body: [])
  }

  private func sum(of path: String) throws -> String {
    var sum = Insecure.SHA1()
    do {
      try CompressedReader(.gzip, limitBytes: Self.mostBytes).read(path: path) { _, piece in sum.update(data: piece) }
    } catch {
      throw ProviderFault.outcomeUnknown("a bill that can't be unpacked")
    }
    return Hex.text(sum.finalize())
  }
}

import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What all providers stand on.
struct SandboxCore: Sendable {
  let book: TradeBook
  let faults: FaultDesk
  let address: PublicAddress
  let merchantName: String
  let logger: Logger

  var clock: SandboxClock { book.clock }
  /// Without a slash at its end.
  var base: String { address.base }

  /// Where a buyer decides on a trade.
  func cashier(of trade: Trade) -> String { "\(base)/till/\(trade.token)" }

  /// Answers a call, with whatever goes wrong on purpose before and after it is done.
  /// - Parameter call: what orders of faults name: a method or a path.
  func answer(_ brand: Brand, _ call: String, _ work: () async throws -> Response) async throws -> Response {
    if let order = faults.take(.timeoutBefore, at: brand, call: call) { return try await Self.timeout(order) }
    if faults.take(.errorBefore, at: brand, call: call) != nil { return Self.broken }
    let response = try await work()
    if let order = faults.take(.timeoutAfter, at: brand, call: call) { return try await Self.timeout(order) }
    if faults.take(.errorAfter, at: brand, call: call) != nil { return Self.broken }
    return response
  }

  private struct BrokenOff: Error {}

  /// The connection ends in the midst of an answer, after a while.
  private static func timeout(_ order: FaultOrder) async throws -> Response {
    if order.seconds > 0 { try await Task.sleep(for: .seconds(order.seconds)) }
    return Response(status: .ok, body: ResponseBody(contentLength: 2) { _ in throw BrokenOff() })
  }

  private static var broken: Response {
    Response(
      status: .badGateway, headers: [.contentType: "text/html; charset=utf-8"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: "<html><body>502 Bad Gateway</body></html>")))
  }
}

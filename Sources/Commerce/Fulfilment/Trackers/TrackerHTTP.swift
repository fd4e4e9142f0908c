import AsyncHTTPClient
import Governance
import NIOCore
import NIOHTTP1
import Values

/// How trackers are reached: forms go out, text comes back. Throws `TrackerFault.unreachable`.
public protocol TrackerHTTP: Sendable {
  func post(_ form: String, to url: String) async throws -> [UInt8]
}

/// Over AsyncHTTPClient, within the deadline of the task and at most 10 seconds; answers are cut off at 1 MB.
public struct TrackerHTTPClient: TrackerHTTP {
  static let patience = Duration.seconds(10)
  private static let largestAnswer = 1024 * 1024
  /// Never closed.
  private static let own = HTTPClient(eventLoopGroupProvider: .singleton)

  private let client: HTTPClient

  public init(_ client: HTTPClient? = nil) { self.client = client ?? Self.own }

  public func post(_ form: String, to url: String) async throws -> [UInt8] {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded; charset=utf-8")
    request.body = .bytes(ByteBuffer(string: form))
    let patience = Deadline.remaining(atMost: Self.patience)
    do {
      let response = try await client.execute(request, timeout: .milliseconds(max(1, patience.milliseconds)))
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      guard response.status == .ok else { throw TrackerFault.unreachable("status \(response.status.code)") }
      return Array(buffer: body)
    } catch let fault as TrackerFault {
      throw fault
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw TrackerFault.unreachable("\(error)")
    }
  }
}

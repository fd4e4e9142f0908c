import AsyncHTTPClient
import Foundation
import Governance
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization
import Values

/// Speaks with the nodes of a cluster. What passes is asked again, at the next node, until the time is up.
final class OpenSearchClient: Sendable {
  enum Body: Sendable {
    case none
    case json(JSON)
    /// One value a line, as `_bulk` takes them.
    case lines(Data)
  }

  /// A page of 10,000 words of the vocabulary takes about 1 MB, and a hundred finds with all facets less.
  static let largestAnswer = 16 * 1024 * 1024

  let address: OpenSearchAddress
  private let http: HTTPClient
  private let credentials: String?
  private let place = Mutex(0)

  /// Throws `OpenSearchFault` where the file of authorities can't be used.
  init(_ address: OpenSearchAddress) throws(OpenSearchFault) {
    self.address = address
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: .milliseconds(min(1000, address.patience.milliseconds))))
    // A node that refuses is left at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    if let file = address.authorities {
      var tls = TLSConfiguration.makeClientConfiguration()
      do {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
      } catch {
        throw OpenSearchFault(.other, "\(file) holds no certificates")
      }
      configuration.tlsConfiguration = tls
    }
    credentials = address.login.map { login in
      "Basic " + Data("\(login.user):\(login.password)".utf8).base64EncodedString()
    }
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  deinit { http.shutdown { _ in } }

  /// Answers the body of a success. Throws `OpenSearchFault`, `DeadlineExceeded` or that the task was cancelled.
  /// - Parameters:
  ///   - patience: for all attempts together; an earlier deadline of the task stays in force.
  ///   - retry: how often a fault that passes is tried again.
  @discardableResult
  func call(
    _ method: HTTPMethod, _ path: String, _ body: Body = .none, within patience: Duration, retry: Retry
  ) async throws -> Data {
    try await Deadline.run(within: patience) { [self] in
      try await retry.run(when: { ($0 as? OpenSearchFault)?.mayPass == true }) {
        try await once(method, path, body, within: patience)
      }
    }
  }

  private func once(
    _ method: HTTPMethod, _ path: String, _ body: Body, within patience: Duration
  ) async throws -> Data {
    let node = place.withLock { address.nodes[$0 % address.nodes.count] }
    do {
      let request = try request(node + path, method, body)
      let left = Deadline.remaining(atMost: patience)
      let response = try await http.execute(request, timeout: .milliseconds(max(1, left.milliseconds)))
      let answer = Data(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
      let status = Int(response.status.code)
      guard (200..<300).contains(status) else { throw OpenSearchFault(status: status, body: answer) }
      return answer
    } catch let fault as OpenSearchFault {
      if fault.kind == .away { leave(node) }
      throw fault
    } catch is NIOTooManyBytesError {
      throw OpenSearchFault(.other, "an answer over \(Self.largestAnswer) bytes")
    } catch {
      if Task.isCancelled { throw CancellationError() }
      leave(node)
      throw OpenSearchFault(.unreachable, "\(node): \(error)")
    }
  }

  /// Asks the next node from now on, unless that was changed meanwhile.
  private func leave(_ node: String) {
    place.withLock { place in
      if address.nodes[place % address.nodes.count] == node { place = (place + 1) % address.nodes.count }
    }
  }

  private func request(_ url: String, _ method: HTTPMethod, _ body: Body) throws -> HTTPClientRequest {
    var request = HTTPClientRequest(url: url)
    request.method = method
    request.headers.add(name: "accept", value: "application/json")
    if let credentials { request.headers.add(name: "authorization", value: credentials) }
    switch body {
    case .none: break
    case .json(let value):
      request.headers.add(name: "content-type", value: "application/json")
      request.body = .bytes(ByteBuffer(bytes: try value.data))
    case .lines(let data):
      request.headers.add(name: "content-type", value: "application/x-ndjson")
      request.body = .bytes(ByteBuffer(bytes: data))
    }
    return request
  }
}

import AsyncHTTPClient
import Governance
import NIOCore
import NIOHTTP1
import NIOPosix
import Values

/// A call to a provider as it goes over the wire.
public struct ProviderCall: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  public let method: String
  public let url: String
  public let headers: [(name: String, value: String)]
  public let body: [UInt8]

  public init(method: String, url: String, headers: [(name: String, value: String)], body: [UInt8]) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }

  public static func == (left: ProviderCall, right: ProviderCall) -> Bool {
    left.method == right.method && left.url == right.url && left.body == right.body
      && left.headers.map(\.name) == right.headers.map(\.name)
      && left.headers.map(\.value) == right.headers.map(\.value)
  }

  /// Without what is sent: headers sign, bodies tell of people.
  public var description: String { "\(method) \(url.prefix { $0 != "?" })" }
  public var customMirror: Mirror { Mirror(self, unlabeledChildren: EmptyCollection<Any>()) }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(url)
    hasher.combine(body)
  }
}

public struct ProviderAnswer: Hashable, Sendable {
  public let status: Int
  /// Names in lower case.
  public let headers: [String: String]
  public let body: [UInt8]

  public init(status: Int, headers: [String: String], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// How providers are reached. Throws `ProviderFault.unreachable` when nothing was sent, `.outcomeUnknown` when it may have
/// been.
public protocol ProviderHTTP: Sendable {
  func send(_ call: ProviderCall) async throws -> ProviderAnswer
  /// Writes the answer's body to a file that it makes; the answer comes without. Throws `ProviderFault.refused` with
  /// `tooLarge` for more than `limitBytes`.
  func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer
}

/// Over AsyncHTTPClient, within the deadline of the task and at most 10 seconds from the call to the end of the answer, for
/// files 5 minutes; answers are cut off at 4 MB. Redirects aren't followed: what was signed for one place isn't shown to
/// another.
public struct ProviderHTTPClient: ProviderHTTP {
  private static let largestAnswer = 4 * 1024 * 1024
  private static let patience = Duration.seconds(10)
  private static let patienceForFiles = Duration.minutes(5)
  /// Never closed. A provider that refuses connections is told as away at once: who waits for it to come back is the
  /// buyer.
  private static let impatient: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  private let client: HTTPClient

  /// - Parameter client: one that follows no redirects; nil for the one that all share.
  public init(_ client: HTTPClient? = nil) { self.client = client ?? Self.impatient }

  public func send(_ call: ProviderCall) async throws -> ProviderAnswer {
    try await asking(call, within: Self.patience) { response in
      let body = try await response.body.collect(upTo: Self.largestAnswer)
      return Self.answer(response, body: Array(buffer: body))
    }
  }

  public func download(_ call: ProviderCall, to path: String, limitBytes: Int) async throws -> ProviderAnswer {
    try await asking(call, within: Self.patienceForFiles) { response in
      try await NonBlockingFileIO(threadPool: .singleton).write(response.body, to: path, limitBytes: limitBytes)
      return Self.answer(response, body: [])
    }
  }

  private static func answer(_ response: HTTPClientResponse, body: [UInt8]) -> ProviderAnswer {
    let headers = Dictionary(
      response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
    return ProviderAnswer(status: Int(response.status.code), headers: headers, body: body)
  }

  /// The client's own limit ends with the head of an answer, so that the whole has one around it.
  private func asking(
    _ call: ProviderCall, within limit: Duration,
    _ read: @escaping @Sendable (HTTPClientResponse) async throws -> ProviderAnswer
  ) async throws -> ProviderAnswer {
    let request = Self.request(call)
    let patience = Deadline.remaining(atMost: limit)
    guard patience > .zero else { throw ProviderFault.unreachable("no time is left") }
    do {
      return try await Deadline.run(within: patience) { [client] in
        let answer = try await read(client.execute(request, timeout: .milliseconds(max(1, patience.milliseconds))))
        // A body may just end for a task that is cancelled.
        try Task.checkCancellation()
        return answer
      }
    } catch let fault as ProviderFault {
      throw fault
    } catch let error as HTTPClientError where error == .connectTimeout || error == .alreadyShutdown {
      throw ProviderFault.unreachable("\(error)")
    } catch let error as NIOConnectionError {
      throw ProviderFault.unreachable("\(error.host):\(error.port)")
    } catch {
      throw ProviderFault.outcomeUnknown("\(error)")
    }
  }

  private static func request(_ call: ProviderCall) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: call.url)
    request.method = HTTPMethod(rawValue: call.method)
    for header in call.headers { request.headers.add(name: header.name, value: header.value) }
    if !call.body.isEmpty { request.body = .bytes(ByteBuffer(bytes: call.body)) }
    return request
  }
}

extension NonBlockingFileIO {
  /// The whole of a body, as far as it isn't too large.
  fileprivate func write(_ body: HTTPClientResponse.Body, to path: String, limitBytes: Int) async throws {
    try await withFileHandle(path: path, mode: .write, flags: .allowFileCreation(posixMode: 0o600)) { file in
      var written = 0
      for try await piece in body {
        written += piece.readableBytes
        guard written <= limitBytes else { throw ProviderFault.refused(code: "tooLarge") }
        try await self.write(fileHandle: file, buffer: piece)
      }
    }
  }
}

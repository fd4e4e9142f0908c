import AsyncHTTPClient
import Foundation
import Governance
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Values

/// Speaks with an etcd cluster over its JSON gateway. Every call has a second at each member, and goes to the next one where
/// a member doesn't answer.
final class EtcdClient: Sendable {
  static let patience = Duration.seconds(1)
  private static let largestAnswer = 16 * 1024 * 1024

  let address: EtcdAddress
  private let tls: TLSConfiguration
  private let http: HTTPClient
  private let state: Mutex<(place: Int, token: String?)>

  /// Throws `EtcdFault` when the files of certificates can't be used.
  init(_ address: EtcdAddress) throws {
    self.address = address
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: .milliseconds(Self.patience.milliseconds)))
    // A member that refuses is left at once.
    configuration.connectionPool.retryConnectionEstablishment = false
    tls = try Self.tls(address)
    configuration.tlsConfiguration = tls
    http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    // Any of them first, so that many programs don't all lean on one.
    state = Mutex((Int.random(in: address.members.indices), nil))
  }

  deinit { http.shutdown { _ in } }

  private static func tls(_ address: EtcdAddress) throws -> TLSConfiguration {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = address.authorities {
      do {
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file))
      } catch {
        throw EtcdFault(.authorities, "\(file) holds no certificates")
      }
    }
    if let identity = address.identity {
      do {
        tls.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificate).map { .certificate($0) }
        tls.privateKey = .privateKey(try NIOSSLPrivateKey(file: identity.key, format: .pem))
        // Tells whether the two belong together.
        _ = try NIOSSLContext(configuration: tls)
      } catch {
        throw EtcdFault(.identity, "\(identity.certificate) and \(identity.key) are no certificate and its key")
      }
    }
    return tls
  }

  /// The one that is asked first.
  var member: String { state.withLock { address.members[$0.place] } }

  /// Asks another one first from now on, unless that was changed meanwhile.
  func leave(_ member: String) {
    state.withLock { state in
      guard address.members[state.place] == member else { return }
      state.place = (state.place + 1) % address.members.count
    }
  }

  /// Asks one member after another. Throws `EtcdFault`, or that the task was cancelled.
  func call<Answer: Decodable & Sendable>(
    _ path: String, _ question: some Encodable, _: Answer.Type = Answer.self
  ) async throws -> Answer {
    var fault = EtcdFault(.unreachable, "no member")
    for _ in address.members {
      let member = member
      do {
        return try await ask(member, path, question)
      } catch let lost as EtcdFault where lost.isOfMember {
        fault = lost
        leave(member)
      }
    }
    throw fault
  }

  /// Whether it's certificates by which nobody is reached. Nil where it isn't.
  func faultOfCertificates() async -> EtcdFault? {
    for member in address.members where member.hasPrefix("https://") {
      guard let place = PartAddress(member.dropFirst("https://".count)) else { continue }
      if let fault = await TLSTrial(place: place, tls: tls).fault() { return fault }
    }
    return nil
  }

  /// Asks one member. A token that is no longer good is replaced.
  func ask<Answer: Decodable & Sendable>(
    _ member: String, _ path: String, _ question: some Encodable, _: Answer.Type = Answer.self
  ) async throws -> Answer {
    let body = try JSONEncoder().encode(question)
    let data: Data
    do {
      data = try await post(member, path, body)
    } catch let fault as EtcdFault where fault.kind == .token && address.login != nil {
      state.withLock { $0.token = nil }
      data = try await post(member, path, body)
    }
    return try Self.read(data)
  }

  /// Hands over the lines that `watch` answers, until the connection or the task ends.
  func watch(_ member: String, _ question: WatchQuestion, each: (WatchLine) throws -> Void) async throws {
    let request = try await request(member, "watch", JSONEncoder().encode(question))
    // Its head comes with the first line, which says that the watch has begun.
    let response = try await Self.within(Self.patience) { [http] in
      try await http.execute(request, deadline: .now() + .hours(24))
    }
    var lines = Lines()
    for try await buffer in response.body {
      for line in try lines.adding(buffer) { try each(try Self.read(line)) }
    }
  }

  private func post(_ member: String, _ path: String, _ body: Data) async throws -> Data {
    let request = try await request(member, path, body)
    let (status, data) = try await Self.within(Self.patience) { [http] in
      let response = try await http.execute(request, timeout: .seconds(10))
      let answer = try await response.body.collect(upTo: Self.largestAnswer)
      return (Int(response.status.code), Data(answer.readableBytesView))
    }
    guard status == 200 else { throw EtcdFault(status: status, body: data) }
    return data
  }

  private func request(_ member: String, _ path: String, _ body: Data) async throws -> HTTPClientRequest {
    var request = HTTPClientRequest(url: "\(member)/v3/\(path)")
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    if path != Self.login, let token = try await token(at: member) {
      request.headers.add(name: "authorization", value: token)
    }
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  private static let login = "auth/authenticate"

  private func token(at member: String) async throws -> String? {
    guard let login = address.login else { return nil }
    if let token = state.withLock({ $0.token }) { return token }
    do {
      let question = LoginQuestion(name: login.user, password: login.password)
      let answer: LoginAnswer = try Self.read(try await post(member, Self.login, try JSONEncoder().encode(question)))
      state.withLock { $0.token = answer.token }
      return answer.token
    } catch let fault as EtcdFault where fault.kind == .noLogin {
      return nil
    }
  }

  private static func within<Value: Sendable>(
    _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    do {
      return try await Deadline.run(within: limit, body)
    } catch is DeadlineExceeded {
      throw EtcdFault(.unreachable, "no answer within \(limit.milliseconds) ms")
    } catch {
      if Task.isCancelled { throw CancellationError() }
      throw EtcdFault(error)
    }
  }

  private static func read<Answer: Decodable>(_ data: Data) throws -> Answer {
    do {
      return try JSONDecoder().decode(Answer.self, from: data)
    } catch {
      throw EtcdFault(.other, "this isn't the answer of etcd 3.4 or newer")
    }
  }
}

/// Cuts a stream into lines.
private struct Lines {
  private static let longest = 16 * 1024 * 1024
  private var rest = Data()

  /// The lines that the buffer completes.
  mutating func adding(_ buffer: ByteBuffer) throws -> [Data] {
    rest.append(contentsOf: buffer.readableBytesView)
    guard rest.count <= Self.longest else { throw EtcdFault(.other, "a line over \(Self.longest) bytes") }
    var pieces = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Data($0) }
    rest = pieces.popLast() ?? Data()
    return pieces.filter { !$0.isEmpty }
  }
}

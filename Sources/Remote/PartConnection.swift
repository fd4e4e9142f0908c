import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Governance
import Synchronization

/// The one HTTP/2 connection to an instance. It is made at the first call, and made again when it broke.
final class PartConnection: Sendable {
  let instance: PartInstanceID
  private let client: GRPCClient<HTTP2ClientTransport.Posix>

  init(to instance: PartInstance, security: PartSecurity) throws {
    self.instance = instance.id
    let transport = try HTTP2ClientTransport.Posix(
      target: instance.address.target, transportSecurity: security.forClients,
      config: .defaults { config in
        config.backoff = .init(initial: .milliseconds(50), max: .seconds(2), multiplier: 1.6, jitter: 0.2)
        // Finds a peer that went without a word while calls wait for it.
        config.connection.keepalive = .init(time: .seconds(10), timeout: .seconds(5), allowWithoutCalls: false)
      })
    let client = GRPCClient(transport: transport)
    self.client = client
    // Ended by `close`, never by cancelling: the transport doesn't bear that while a call begins.
    Task.detached { try? await client.runConnections() }
  }

  deinit { close() }

  /// Lets calls that are under way finish, and takes no more.
  func close() { client.beginGracefulShutdown() }

  /// Throws what `CallFailure` makes of whatever goes wrong.
  func call(_ verb: RemoteVerb, _ message: Data, metadata: Metadata, mostBytes: Int) async throws -> Data {
    var options = CallOptions.defaults
    options.timeout = Deadline.remaining(atMost: verb.limit)
    guard options.timeout != .zero else { throw DeadlineExceeded() }
    let mark = SentMark()
    do {
      let answer = try await client.clientStreaming(
        request: StreamingClientRequest(metadata: metadata) { writer in
          mark.wasSent.store(true, ordering: .releasing)
          try await writer.write(message)
        },
        descriptor: verb.descriptor, serializer: JSONBytes(), deserializer: JSONBytes(), options: options
      ) { try $0.message }
      // The transport counts those of requests alone.
      guard answer.count <= mostBytes else {
        throw RemoteFault(method: verb.fullName, reason: "an answer of \(answer.count) bytes, over \(mostBytes)")
      }
      return answer
    } catch {
      throw CallFailure.from(error, of: verb, wasSent: mark.wasSent.load(ordering: .acquiring))
    }
  }
}

/// Whether the message may have reached the other side: until it is written, nothing can have been done there.
private final class SentMark: Sendable {
  let wasSent = Atomic<Bool>(false)
}

extension PartAddress {
  fileprivate var target: any ResolvableTarget {
    if host.contains(":") { return .ipv6(address: host, port: port) }
    if host.utf8.allSatisfy({ $0 == 46 || (48...57).contains($0) }) { return .ipv4(address: host, port: port) }
    return .dns(host: host, port: port)
  }
}

import CRabbitMQ
import Foundation

/// One connection to the broker. Its calls block, so it lives and dies on a thread of its own.
final class Connection {
  /// What the broker says without being asked.
  enum Word {
    case confirmed(UInt64, multiple: Bool)
    case refused
    /// No queue takes the message with this id.
    case returned(String)
    case arrived(Arrival)
  }

  /// One that stays silent for twice as long is given up, by either side.
  static let heartbeat = Duration.seconds(5)
  private static let patience = timeval(tv_sec: 5, tv_usec: 0)
  private static let channel: amqp_channel_t = 1
  /// For questions whose answer may close the channel.
  private static let questions: amqp_channel_t = 2

  /// The host that is connected, fit for a log.
  var place: String { host.description }
  private let address: BrokerAddress
  private let host: BrokerAddress.Host
  private let state: amqp_connection_state_t
  private(set) var socket: Int32 = -1

  /// To the first host that takes us. Throws a `BrokerFault`: what one that answers says goes before the silence of others.
  static func open(_ address: BrokerAddress) throws -> Connection {
    var faults: [BrokerFault] = []
    for host in address.hosts {
      do {
        return try open(address, at: host)
      } catch let fault as BrokerFault {
        faults.append(fault)
      }
    }
    if faults.count > 1, faults.allSatisfy(\.isSilence), case .unreachable(_, let reason)? = faults.last {
      throw BrokerFault.unreachable(address.description, reason: reason)
    }
    throw faults.first { !$0.isSilence } ?? faults.first ?? BrokerFault.closed
  }

  private static func open(_ address: BrokerAddress, at host: BrokerAddress.Host) throws -> Connection {
    guard let state = amqp_new_connection() else {
      throw BrokerFault.unreachable(host.description, reason: "no memory")
    }
    let connection = Connection(address, host, state)
    try connection.connect()
    try connection.logIn()
    return connection
  }

  private init(_ address: BrokerAddress, _ host: BrokerAddress.Host, _ state: amqp_connection_state_t) {
    self.address = address
    self.host = host
    self.state = state
  }

  deinit { amqp_destroy_connection(state) }

  private func connect() throws {
    var limit = Self.patience
    amqp_set_handshake_timeout(state, &limit)
    amqp_set_rpc_timeout(state, &limit)
    guard let plug = address.isSecure ? try secureSocket() : amqp_tcp_socket_new(state) else {
      throw BrokerFault.unreachable(place, reason: "no socket")
    }
    let status = amqp_socket_open_noblock(plug, host.name, Int32(host.port), &limit)
    switch status {
    case AMQP_STATUS_OK.rawValue: socket = amqp_get_sockfd(state)
    case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue, AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue:
      throw BrokerFault.untrusted(place, reason: Self.words(status))
    default: throw BrokerFault.unreachable(place, reason: Self.words(status))
    }
  }

  private func secureSocket() throws -> OpaquePointer? {
    let plug = amqp_ssl_socket_new(state)
    let bundles = ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"]
    guard let plug,
      let file = address.authorities ?? bundles.first(where: { FileManager.default.fileExists(atPath: $0) })
    else { return plug }
    guard amqp_ssl_socket_set_cacert(plug, file) == AMQP_STATUS_OK.rawValue else {
      throw BrokerFault.untrusted(place, reason: "\(file) holds no certificates")
    }
    return plug
  }

  private func logIn() throws {
    let reply = martlet_amqp_login(
      state, address.virtualHost, Int32(Self.heartbeat.components.seconds), address.user, address.password)
    do {
      try check(reply)
    } catch BrokerFault.lost(let place, let reason) {
      // Before it knows who's there, a broker may hang up without a word.
      throw BrokerFault.unreachable(place, reason: reason)
    } catch BrokerFault.forbidden(let place, let user, _) where code(of: reply) == AMQP_ACCESS_REFUSED {
      throw BrokerFault.wrongPassword(place, user: user)
    }
    amqp_channel_open(state, Self.channel)
    try checkLast()
  }

  /// Says goodbye, for at most two seconds.
  func close() {
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    amqp_set_rpc_timeout(state, &limit)
    _ = amqp_connection_close(state, AMQP_REPLY_SUCCESS)
  }

  // MARK: What there is

  func declare(exchange: String) throws {
    _ = withBytes(exchange) { exchange in
      withBytes("topic") { amqp_exchange_declare(state, Self.channel, exchange, $0, 0, 1, 0, 0, amqp_empty_table) }
    }
    try checkLast()
  }

  func declare(_ queue: Topology.Queue) throws {
    var arguments = [
      ("x-queue-type", TableValue.text(queue.isReplicated ? "quorum" : "classic")),
      ("x-expires", .number(queue.idleMilliseconds)),
      ("x-single-active-consumer", .flag(queue.isShared)),
    ]
    // Nothing is ever refused, so that a message which comes often comes because connections broke.
    if queue.isReplicated { arguments.append(("x-delivery-limit", .number(1_000_000))) }
    _ = withBytes(queue.name) { name in
      withTable(arguments) { amqp_queue_declare(state, Self.channel, name, 0, 1, 0, 0, $0) }
    }
    try checkLast()
  }

  func bind(_ queue: String, to exchange: String, key: String) throws {
    _ = withBytes(queue) { queue in
      withBytes(exchange) { exchange in
        withBytes(key) { amqp_queue_bind(state, Self.channel, queue, exchange, $0, amqp_empty_table) }
      }
    }
    try checkLast()
  }

  func hasQueue(_ name: String) throws -> Bool { try waiting(in: name) != nil }

  /// How many messages wait in the queue, without those that a reader has and hasn't acknowledged. Nil when there is no such
  /// queue, or its node is away.
  func waiting(in queue: String) throws -> Int? {
    amqp_channel_open(state, Self.questions)
    try checkLast()
    let declared: UnsafeMutablePointer<amqp_queue_declare_ok_t>? = withBytes(queue) {
      amqp_queue_declare(state, Self.questions, $0, 1, 1, 0, 0, amqp_empty_table)
    }
    let reply = amqp_get_rpc_reply(state)
    if code(of: reply) == AMQP_NOT_FOUND {
      var answer = amqp_channel_close_ok_t()
      let status = amqp_send_method(state, Self.questions, AMQP_CHANNEL_CLOSE_OK_METHOD, &answer)
      guard status == AMQP_STATUS_OK.rawValue else { throw lost(status) }
      return nil
    }
    try check(reply)
    // Read before the next call, which may let go of it.
    let count = Int(declared?.pointee.message_count ?? 0)
    try check(amqp_channel_close(state, Self.questions, AMQP_REPLY_SUCCESS))
    return count
  }

  func delete(queue: String) throws {
    _ = withBytes(queue) { amqp_queue_delete(state, Self.channel, $0, 0, 0) }
    try checkLast()
  }

  // MARK: Messages

  /// Has the broker confirm what it has for good, by numbers that count from 1.
  func askForConfirms() throws {
    amqp_confirm_select(state, Self.channel)
    try checkLast()
  }

  func publish(_ message: Message, to exchange: String) throws {
    let status = withBytes(message.id) { id in
      withBytes("application/json") { type in
        var properties = amqp_basic_properties_t()
        properties._flags = UInt32(
          AMQP_BASIC_CONTENT_TYPE_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_MESSAGE_ID_FLAG)
        properties.content_type = type
        properties.delivery_mode = UInt8(AMQP_DELIVERY_PERSISTENT.rawValue)
        properties.message_id = id
        return withBytes(exchange) { exchange in
          withBytes(message.name) { name in
            withBytes(message.body) {
              amqp_basic_publish(state, Self.channel, exchange, name, 1, 0, &properties, $0)
            }
          }
        }
      }
    }
    guard status == AMQP_STATUS_OK.rawValue else { throw lost(status) }
  }

  /// Whether a message can be published without waiting: a broker that is short of memory stops reading.
  var hasRoom: Bool {
    var watched = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
    return poll(&watched, 1, 0) > 0
  }

  /// What arrives from the queue is named by its subscriber.
  func consume(_ queue: Topology.Queue) throws {
    amqp_basic_qos(state, Self.channel, 0, queue.prefetch, 0)
    try checkLast()
    _ = withBytes(queue.name) { name in
      withBytes(queue.subscriber) { amqp_basic_consume(state, Self.channel, name, $0, 0, 0, 0, amqp_empty_table) }
    }
    try checkLast()
  }

  func acknowledge(_ tag: UInt64) throws {
    let status = amqp_basic_ack(state, Self.channel, tag, 0)
    guard status == AMQP_STATUS_OK.rawValue else { throw lost(status) }
  }

  /// Whether `next` has something without the socket.
  var hasMore: Bool { amqp_frames_enqueued(state) != 0 || amqp_data_in_buffer(state) != 0 }

  /// The next word, or nil when there's none at the moment. Must be called every second, for the heartbeat.
  func next() throws -> Word? {
    while true {
      amqp_maybe_release_buffers(state)
      var frame = amqp_frame_t()
      var atOnce = timeval()
      let status = amqp_simple_wait_frame_noblock(state, &frame, &atOnce)
      if status == AMQP_STATUS_TIMEOUT.rawValue { return nil }
      guard status == AMQP_STATUS_OK.rawValue else { throw lost(status) }
      guard Int32(frame.frame_type) == AMQP_FRAME_METHOD else { continue }
      if let word = try word(frame.payload.method) { return word }
    }
  }

  private func word(_ method: amqp_method_t) throws -> Word? {
    switch method.id {
    case AMQP_BASIC_ACK_METHOD:
      let ack = method.decoded.load(as: amqp_basic_ack_t.self)
      return .confirmed(ack.delivery_tag, multiple: ack.multiple != 0)
    case AMQP_BASIC_NACK_METHOD: return .refused
    case AMQP_BASIC_RETURN_METHOD: return .returned(try content().id)
    case AMQP_BASIC_DELIVER_METHOD:
      let deliver = method.decoded.load(as: amqp_basic_deliver_t.self)
      let (subscriber, name) = (deliver.consumer_tag.text, deliver.routing_key.text)
      return .arrived(
        Arrival(tag: deliver.delivery_tag, subscriber: subscriber, name: name, body: try content().body))
    case AMQP_BASIC_CANCEL_METHOD: throw BrokerFault.lost(place, reason: "a queue was deleted")
    case AMQP_CHANNEL_CLOSE_METHOD, AMQP_CONNECTION_CLOSE_METHOD: throw fault(saidBy: method)
    default: return nil
    }
  }

  /// Reads what follows the head of a message; blocks until it's here.
  private func content() throws -> (id: String, body: Data) {
    var message = amqp_message_t()
    try check(amqp_read_message(state, Self.channel, &message, 0))
    defer { amqp_destroy_message(&message) }
    let hasID = message.properties._flags & UInt32(AMQP_BASIC_MESSAGE_ID_FLAG) != 0
    return (hasID ? message.properties.message_id.text : "", message.body.data)
  }

  // MARK: Faults

  private func checkLast() throws { try check(amqp_get_rpc_reply(state)) }

  private func check(_ reply: amqp_rpc_reply_t) throws {
    switch reply.reply_type {
    case AMQP_RESPONSE_NORMAL: return
    case AMQP_RESPONSE_SERVER_EXCEPTION: throw fault(saidBy: reply.reply)
    case AMQP_RESPONSE_LIBRARY_EXCEPTION: throw lost(reply.library_error)
    default: throw BrokerFault.lost(place, reason: "the broker hung up")
    }
  }

  private func lost(_ status: Int32) -> BrokerFault { .lost(place, reason: Self.words(status)) }

  private func fault(saidBy method: amqp_method_t) -> BrokerFault {
    let user = address.user
    guard let (code, text) = reason(of: method) else { return .lost(place, reason: "the broker hung up") }
    switch code {
    case AMQP_ACCESS_REFUSED: return .forbidden(place, user: user, virtualHost: address.virtualHost)
    case AMQP_NOT_ALLOWED where text.contains("not found"): return .noVirtualHost(place, name: address.virtualHost)
    // So many connections as the virtual host, the user or the node may have are there.
    case AMQP_NOT_ALLOWED where text.contains("limit"): return .refused(place, reason: text)
    case AMQP_NOT_ALLOWED: return .forbidden(place, user: user, virtualHost: address.virtualHost)
    // It's being stopped.
    case AMQP_CONNECTION_FORCED: return .lost(place, reason: text)
    default: return .refused(place, reason: text)
    }
  }

  private func code(of reply: amqp_rpc_reply_t) -> Int32? {
    reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION ? reason(of: reply.reply)?.code : nil
  }

  private func reason(of method: amqp_method_t) -> (code: Int32, text: String)? {
    switch method.id {
    case AMQP_CHANNEL_CLOSE_METHOD:
      let close = method.decoded.load(as: amqp_channel_close_t.self)
      return (Int32(close.reply_code), close.reply_text.text)
    case AMQP_CONNECTION_CLOSE_METHOD:
      let close = method.decoded.load(as: amqp_connection_close_t.self)
      return (Int32(close.reply_code), close.reply_text.text)
    default: return nil
    }
  }

  private static func words(_ status: Int32) -> String { String(cString: amqp_error_string2(status)) }
}

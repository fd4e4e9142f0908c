/// Why the broker can't be used, as a sentence that names the setting and says what to do.
public enum BrokerFault: Error, Hashable, Sendable, CustomStringConvertible {
  case unreachable(String, reason: String)
  case untrusted(String, reason: String)
  case wrongPassword(String, user: String)
  case noVirtualHost(String, name: String)
  /// The user may not enter the virtual host, or not do there what the shop needs.
  case forbidden(String, user: String, virtualHost: String)
  /// Anything else that the broker said.
  case refused(String, reason: String)
  /// The connection was there and is no more.
  case lost(String, reason: String)
  case closed

  /// Whether `events.broker`, or what the user may do there, must be changed before it makes sense to try again.
  public var asksForSettings: Bool {
    switch self {
    case .untrusted, .wrongPassword, .noVirtualHost, .forbidden: true
    case .unreachable, .refused, .lost, .closed: false
    }
  }

  /// Nobody answered.
  var isSilence: Bool { if case .unreachable = self { true } else { false } }

  public var description: String {
    switch self {
    case .unreachable(let place, let reason):
      "setting events.broker: nobody answers at \(place) (\(reason)); start RabbitMQ there or correct the address"
    case .untrusted(let place, let reason):
      "setting events.broker: \(place) can't be trusted (\(reason)); name who vouches for it by ?cacertfile=FILE"
    case .wrongPassword(let place, let user):
      "setting events.broker: RabbitMQ at \(place) refuses the user '\(user)'; correct the name or the password"
    case .noVirtualHost(let place, let name):
      "setting events.broker: RabbitMQ at \(place) has no virtual host '\(name)'; make it by `rabbitmqctl add_vhost` or "
        + "correct the address"
    case .forbidden(let place, let user, let name):
      "setting events.broker: RabbitMQ at \(place) allows the user '\(user)' too little in the virtual host '\(name)'; "
        + "allow more by `rabbitmqctl set_permissions`"
    case .refused(let place, let reason):
      "setting events.broker: RabbitMQ at \(place) refuses what the shop asks (\(reason)); see its log"
    case .lost(let place, let reason): "the connection to RabbitMQ at \(place) is lost (\(reason))"
    case .closed: "the event bus is closed"
    }
  }
}

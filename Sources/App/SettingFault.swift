import EventsRabbitMQ

/// A setting that can't be used, with its place.
struct SettingFault: Error, Hashable, CustomStringConvertible {
  /// As it was said: the setting's name, or the option that a command has for it.
  let key: String
  let value: String
  let expected: String
  /// The setting may be right, and what it names be away for now: the same may work later.
  var mayPass = false

  var description: String { "\(key.hasPrefix("--") ? "" : "setting ")\(key): '\(value)' is not \(expected)" }
}

/// With what a program ends that couldn't do its work; other than 1 only what its starter can act on.
enum ExitStatus {
  /// A person must change a setting before it makes sense to start again: `EX_CONFIG` of `sysexits.h`.
  static let badSettings: Int32 = 78

  static func asksForSettings(_ error: any Error) -> Bool {
    switch error {
    case let fault as SettingFault: !fault.mayPass
    case let fault as BrokerFault: fault.asksForSettings
    case is PartFault, is UnknownVariable: true
    default: false
    }
  }
}

import Accounts
import Configuration

/// What the shop asks of its staff's log-ins.
struct StaffSection: Sendable {
  private static let shortestKey = 16

  /// Whoever has no second factor sees nothing but the page where one is set up.
  var requiresSecondFactor: Bool
  /// What secrets of second factors are encrypted with in the database; nil keeps them as they are.
  var sealingKey: String?

  /// Requests in a minute that one token of a program may make; 0 sets no limit.
  var tokenPerMinute: Int

  var policy: StaffPolicy {
    StaffPolicy(requiresSecondFactor: requiresSecondFactor, sealing: SecretSealing(key: sealingKey))
  }

  init(_ reader: ConfigReader) throws {
    requiresSecondFactor = try Settings.flag(reader, "staff.requireSecondFactor", default: false)
    tokenPerMinute = try Settings.number(reader, "staff.tokenPerMinute", default: 600, in: 0...100_000)
    let key = reader.string(forKey: "staff.sealingKey", isSecret: true, default: "")
    guard key.isEmpty || key.utf8.count >= Self.shortestKey else {
      throw SettingFault(
        key: "staff.sealingKey", value: "…", expected: "a secret of at least \(Self.shortestKey) characters")
    }
    sealingKey = key.isEmpty ? nil : key
  }
}

import Configuration
import Foundation
import Governance
import Remote

/// How the parts of the program speak with one another when they are processes of their own.
struct PartsSection: Sendable {
  /// Where a part that others call listens.
  var host: String
  var port: Int
  /// What all parts share; empty where none is apart.
  var secret: String
  var certificates: PartSecurity.Certificates?
  var allowsPlaintext: Bool
  /// Multiplies the time that each call may take: 1…20.
  var patience: Int
  /// Calls to another part under way at once: 1…10000. A process that is called takes twice as many, from all callers.
  var callsAtOnce: Int

  /// How what stands for a secret in the files for operators begins.
  private static let placeholder = "change-me"

  init(_ reader: ConfigReader) throws {
    host = reader.string(forKey: "parts.host", default: "127.0.0.1")
    port = try Settings.number(reader, "parts.port", default: 0, in: 0...65535)
    secret = reader.string(forKey: "parts.secret", isSecret: true, default: "")
    if secret.hasPrefix(Self.placeholder) {
      throw SettingFault(
        key: "parts.secret", value: "\(Self.placeholder)…",
        expected:
          "a secret, since it stands in a file that everybody may read; draw one, such as `openssl rand -hex 32`")
    }
    allowsPlaintext = try Settings.flag(reader, "parts.allowsPlaintext", default: false)
    patience = try Settings.number(reader, "parts.patience", default: 1, in: 1...20)
    callsAtOnce = try Settings.number(
      reader, "parts.callsAtOnce", default: RemoteCaller.Limits().concurrency, in: 1...10_000)
    let files = ["parts.certificate", "parts.key", "parts.authority"].map { (key: String) in
      (key, reader.string(forKey: ConfigKey(key), default: ""))
    }
    let given = files.filter { !$0.1.isEmpty }
    if given.isEmpty { return }
    if let (missing, _) = files.first(where: { $0.1.isEmpty }) {
      throw SettingFault(key: missing, value: "", expected: "a PEM file, as it must be beside \(given[0].0)")
    }
    for (key, file) in files where !FileManager.default.isReadableFile(atPath: file) {
      throw SettingFault(key: key, value: file, expected: "a PEM file that can be read")
    }
    let certificates = PartSecurity.Certificates(chain: files[0].1, key: files[1].1, authority: files[2].1)
    try certificates.check()
    self.certificates = certificates
  }

  var security: PartSecurity {
    PartSecurity(secret: secret, certificates: certificates, allowsPublicPlaintext: allowsPlaintext)
  }

  var callerLimits: RemoteCaller.Limits {
    var limits = RemoteCaller.Limits()
    limits.patience = patience
    limits.concurrency = callsAtOnce
    return limits
  }

  var serverLimits: RemoteServer.Limits {
    var limits = RemoteServer.Limits()
    limits.patience = patience
    limits.concurrency = 2 * callsAtOnce
    return limits
  }
}

extension Settings {
  /// Throws `SettingFault` unless parts that are apart can share what they must.
  func check(apart chosen: Set<Part>) throws {
    if chosen.isWhole { return }
    func fault(_ key: String, _ expected: String) -> SettingFault {
      SettingFault(key: key, value: "", expected: "\(expected), since parts that are apart share one")
    }
    guard database.server != nil else { throw fault("database.url", "a database server, such as mysql://…") }
    guard broker != nil else { throw fault("events.broker", "a broker, such as amqp://…") }
    guard registry.etcd != nil || !registry.parts.isEmpty else {
      throw fault("registry.etcd", "an etcd, such as http://…, or a list in registry.parts")
    }
    guard parts.secret.count >= 16 else { throw fault("parts.secret", "a secret of 16 characters or more") }
  }
}

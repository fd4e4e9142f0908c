import Foundation
import Signatures
import Synchronization

/// The sandbox's keys and secrets by name: those that were given, else those that were made at the first start and are kept
/// in a file that only this user reads.
struct KeyRing: Sendable {
  /// Of sandboxes that keep nothing: making keys takes a moment, and one set does for all of a process.
  private static let passing = Mutex<[String: String]>([:])

  private let file: URL?
  private let given: [String: String]
  private var kept: [String: String]
  private var isChanged = false

  /// - Parameters:
  ///   - file: nil keeps nothing beyond this process.
  ///   - given: by settings; they are used and not kept.
  init(file: URL?, given: [String: String] = [:]) throws {
    self.file = file
    self.given = given
    kept = [:]
    if let file, let data = try? Data(contentsOf: file) {
      guard let read = try? JSONDecoder().decode([String: String].self, from: data) else {
        throw SandboxFault.unreadableKeys(file: file.path)
      }
      kept = read
    }
  }

  /// What was given under a name, and only that.
  func given(_ name: String) -> String? { given[name].flatMap { $0.isEmpty ? nil : $0 } }

  mutating func text(_ name: String, _ make: () throws -> String) throws -> String {
    if let text = given(name) ?? kept[name] { return text }
    guard file != nil else {
      return try Self.passing.withLock { all in
        if let text = all[name] { return text }
        let text = try make()
        all[name] = text
        return text
      }
    }
    let text = try make()
    kept[name] = text
    isChanged = true
    return text
  }

  /// `name` names the private half. Throws `SandboxFault.unreadableKey`.
  mutating func privateKey(_ name: String) throws -> RSAPrivateKey {
    guard let key = RSAPrivateKey(text: try text(name) { try RSAPrivateKey.generated().bareText }) else {
      throw SandboxFault.unreadableKey(name: name)
    }
    return key
  }

  /// A public key that was given; nil where none was.
  func publicKey(_ name: String) throws -> RSAPublicKey? {
    guard let text = given(name) else { return nil }
    guard let key = RSAPublicKey(text: text) else { throw SandboxFault.unreadableKey(name: name) }
    return key
  }

  /// Self-signed, for the key, good for ten years.
  mutating func certificate(_ name: String, of key: RSAPrivateKey, called subject: String) throws -> PlatformCertificate
  {
    let pem = try text(name) { try Self.signed(name, key, subject).pem }
    guard let certificate = PlatformCertificate(pem: pem) else { throw SandboxFault.unreadableKey(name: name) }
    if certificate.publicKey.bareText == key.publicKey.bareText { return certificate }
    guard given(name) == nil else { throw SandboxFault.unreadableKey(name: name) }
    // The key was given anew since the certificate was made.
    return try Self.signed(name, key, subject)
  }

  private static func signed(
    _ name: String, _ key: RSAPrivateKey, _ subject: String
  ) throws -> PlatformCertificate {
    let now = Date()
    let made = try PlatformCertificate.selfSigned(
      key, name: subject, validFrom: now.addingTimeInterval(-86_400), validUntil: now.addingTimeInterval(315_360_000))
    guard let made else { throw SandboxFault.unreadableKey(name: name) }
    return made
  }

  /// A secret of letters and digits, from the system's generator.
  mutating func secret(_ name: String, prefix: String = "", count: Int) throws -> String {
    try text(name) { prefix + Random.letters(count) }
  }

  /// Writes down what was made.
  func save() throws {
    guard isChanged, let file else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Beside it first, so that a machine that goes down leaves the old or the new one.
    let beside = file.appendingPathExtension("new")
    try? FileManager.default.removeItem(at: beside)
    guard
      FileManager.default.createFile(
        atPath: beside.path, contents: try encoder.encode(kept), attributes: [.posixPermissions: 0o600])
    else { throw CocoaError(.fileWriteUnknown) }
    guard rename(beside.path, file.path) == 0 else { throw CocoaError(.fileWriteUnknown) }
  }
}

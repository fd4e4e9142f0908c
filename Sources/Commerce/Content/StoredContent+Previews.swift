import AuditLog
import Crypto
import Foundation
import Storage
import Values

/// What a link shows to whoever has it, before visitors see it.
public enum PreviewSubject: Hashable, Sendable, CustomStringConvertible {
  case entry(EntryID)
  case product(ProductID)

  /// No two subjects have the same: ids begin with what they are of.
  public var description: String {
    switch self {
    case .entry(let id): id.description
    case .product(let id): id.description
    }
  }
}

/// Opens the preview of one subject until a moment. It says both itself and is signed, so nothing is kept of it.
struct PreviewPass {
  /// Bytes of the signature that go into the link.
  private static let length = 20

  let text: String

  init(_ subject: PreviewSubject, until: Timestamp, secret: String) {
    let seconds = until.milliseconds / 1000
    text = "\(seconds)-\(Hex.text(Self.code(subject, seconds, secret).prefix(Self.length)))"
  }

  /// Compares in constant time.
  static func accepts(_ text: String, for subject: PreviewSubject, at now: Timestamp, secret: String) -> Bool {
    guard text.utf8.count <= 80, let seconds = text.split(separator: "-").first.flatMap({ Int64($0) }),
      seconds > now.milliseconds / 1000, seconds < Int64.max / 1000
    else { return false }
    let right = PreviewPass(subject, until: Timestamp(milliseconds: seconds * 1000), secret: secret)
    let (one, other) = (Array(right.text.utf8), Array(text.utf8))
    guard one.count == other.count else { return false }
    return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private static func code(_ subject: PreviewSubject, _ seconds: Int64, _ secret: String) -> [UInt8] {
    let message = Data("martlet preview\n\(subject)\n\(seconds)".utf8)
    return Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: Data(secret.utf8))))
  }
}

extension StoredContent {
  public func previewPass(for subject: PreviewSubject, until: Timestamp) async throws -> String {
    let secret = if let known = try await knownSecret() { known } else { try await madeSecret() }
    return PreviewPass(subject, until: until, secret: secret).text
  }

  public func handOutPreview(
    of subject: PreviewSubject, named name: String, of merchant: MerchantID?, until: Timestamp, by actor: Actor
  ) async throws -> String {
    let pass = try await previewPass(for: subject, until: until)
    try await database.write { [self] transaction in
      try DeedLog.note(
        Deed(
          "content.handOutPreview", on: subject, named: name, of: merchant, after: ["until": until.description]),
        by: actor, at: clock.now, in: transaction)
    }
    return pass
  }

  public func accepts(previewPass text: String, for subject: PreviewSubject) async throws -> Bool {
    guard let secret = try await knownSecret() else { return false }
    return PreviewPass.accepts(text, for: subject, at: clock.now, secret: secret)
  }

  public func endPreviews(by actor: Actor) async throws {
    let (made, now) = (Self.newSecret(), clock.now)
    try await database.write { transaction in
      try transaction.execute(
        transaction.dialect.upsert(
          into: "preview_secret", [("name", "preview".sqlValue), ("secret", made.sqlValue)], key: ["name"],
          update: ["secret"]))
      try DeedLog.note(Deed("content.endPreviews", on: "previews", of: nil), by: actor, at: now, in: transaction)
    }
  }

  private static func newSecret() -> String {
    SymmetricKey(size: .bits256).withUnsafeBytes { Hex.text(Array($0)) }
  }

  private static let read: SQL = "SELECT secret FROM preview_secret WHERE name = 'preview'"

  private func knownSecret() async throws -> String? {
    try await database.read { try $0.value(Self.read) }
  }

  /// The first to ask makes it; all processes of the shop sign with the one that stands.
  private func madeSecret() async throws -> String {
    let made = Self.newSecret()
    return try await database.write { transaction in
      try transaction.execute(
        transaction.dialect.insertIfAbsent(
          into: "preview_secret", [("name", "preview".sqlValue), ("secret", made.sqlValue)]))
      return try transaction.value(Self.read) ?? made
    }
  }
}

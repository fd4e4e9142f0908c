import Crypto
import Foundation
import Values

/// Keeps secrets that must be read again: encrypted (ChaCha20-Poly1305) where the shop has a key for it, so that who
/// reads the database or a backup alone learns nothing. Bound to whom they are of, so that they can't be moved.
public struct SecretSealing: Sendable {
  /// A secret is there, and the key that it was sealed with isn't.
  struct Unreadable: Error, CustomStringConvertible {
    var description: String { "a secret was sealed with another key than staff.sealingKey" }
  }

  /// Keeps them as they are.
  public static let none = SecretSealing(key: nil)
  private static let sealed = "sealed:"
  private static let plain = "plain:"

  private let key: SymmetricKey?

  /// - Parameter key: any text; nil keeps secrets as they are.
  public init(key text: String?) {
    key = text.map { text in
      HKDF<SHA256>.deriveKey(
        inputKeyMaterial: SymmetricKey(data: Data(text.utf8)), info: Data("martlet staff secret".utf8),
        outputByteCount: 32)
    }
  }

  func seal(_ secret: [UInt8], of staff: StaffID) throws -> String {
    guard let key else { return Self.plain + Hex.text(secret) }
    let box = try ChaChaPoly.seal(Data(secret), using: key, authenticating: Data(staff.description.utf8))
    return Self.sealed + box.combined.base64EncodedString()
  }

  /// Also what was kept before there was a key. Throws `Unreadable`.
  func open(_ text: String, of staff: StaffID) throws -> [UInt8] {
    if text.hasPrefix(Self.plain), let bytes = Hex.bytes(String(text.dropFirst(Self.plain.count))) { return bytes }
    guard let key, text.hasPrefix(Self.sealed),
      let data = Data(base64Encoded: String(text.dropFirst(Self.sealed.count))),
      let box = try? ChaChaPoly.SealedBox(combined: data),
      let opened = try? ChaChaPoly.open(box, using: key, authenticating: Data(staff.description.utf8))
    else { throw Unreadable() }
    return Array(opened)
  }
}

/// What a shop asks of its staff's log-ins.
public struct StaffPolicy: Sendable {
  /// Whoever has no second factor sees nothing but the page where one is set up.
  public var requiresSecondFactor: Bool
  public var sealing: SecretSealing

  public init(requiresSecondFactor: Bool = false, sealing: SecretSealing = .none) {
    self.requiresSecondFactor = requiresSecondFactor
    self.sealing = sealing
  }
}

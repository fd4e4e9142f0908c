import Crypto
import Foundation
import Signatures
import Values

/// Seals secrets of accounts for the database: AES-256-GCM, bound to the account and the field that they are of, so that
/// they can't be moved. Whoever reads the database or a backup alone learns nothing.
public struct SecretSeal: Sendable, Unprintable {
  public static let keyBytes = 32
  private static let form = "v1"

  private struct Key: Sendable {
    let name: String
    let key: SymmetricKey
  }

  private let current: Key
  private let former: Key?

  /// - Parameters:
  ///   - text: 32 bytes in base64; nil for anything else.
  ///   - former: the key before, which still opens what it sealed.
  public init?(_ text: String, former: String? = nil) {
    guard let current = Self.key(text) else { return nil }
    self.current = current
    guard let former, !former.isEmpty else {
      self.former = nil
      return
    }
    guard let key = Self.key(former) else { return nil }
    self.former = key
  }

  /// The name tells keys apart and says nothing of them.
  private static func key(_ text: String) -> Key? {
    guard let bytes = Data(base64Encoded: text), bytes.count == keyBytes else { return nil }
    let digest = SHA256.hash(data: Data("martlet payments seal".utf8) + bytes)
    return Key(name: Hex.text(digest.prefix(4)), key: SymmetricKey(data: bytes))
  }

  /// - Parameter place: whose it is.
  func seal(_ secret: PaymentSecret, at place: String) throws -> String {
    let box = try AES.GCM.seal(Data(secret.text.utf8), using: current.key, authenticating: Data(place.utf8))
    guard let combined = box.combined else { throw PaymentAccountRefusal.noSealKey }
    return "\(Self.form).\(current.name).\(combined.base64EncodedString())"
  }

  /// Nil for what another key sealed, or sealed for another place.
  func open(_ text: String, at place: String) -> PaymentSecret? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.form, let data = Data(base64Encoded: String(parts[2])),
      let key = [current, former].compactMap(\.self).first(where: { $0.name == parts[1] }),
      let box = try? AES.GCM.SealedBox(combined: data),
      let opened = try? AES.GCM.open(box, using: key.key, authenticating: Data(place.utf8))
    else { return nil }
    return PaymentSecret(String(decoding: opened, as: UTF8.self))
  }

  /// Whether it is sealed with the key of today.
  func isCurrent(_ text: String) -> Bool { text.hasPrefix("\(Self.form).\(current.name).") }
}

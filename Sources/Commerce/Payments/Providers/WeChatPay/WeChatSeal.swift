import Crypto
import Foundation

/// Sealed parts of messages: AES-256-GCM with the merchant's API key, the tag behind the text.
struct WeChatSeal: Decodable {
  let algorithm: String
  let nonce: String
  let associatedData: String?
  let ciphertext: String

  /// Nil for another algorithm and for what wasn't sealed with this key.
  func opened(with key: [UInt8]) -> Data? {
    guard algorithm == "AEAD_AES_256_GCM", let sealed = Data(base64Encoded: ciphertext), sealed.count > 16,
      let nonce = try? AES.GCM.Nonce(data: Data(nonce.utf8)),
      let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: sealed.dropLast(16), tag: sealed.suffix(16))
    else { return nil }
    return try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: Data((associatedData ?? "").utf8))
  }
}

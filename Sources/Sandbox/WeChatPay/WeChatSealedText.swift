import Crypto
import Foundation

/// A part of a message that the merchant alone can read: AES-256-GCM with its API key, the tag behind the text.
struct WeChatSealedText: Encodable {
  let algorithm = "AEAD_AES_256_GCM"
  let nonce: String
  let associatedData: String
  let ciphertext: String
  /// What it was before it was sealed; of notices alone.
  let originalType: String?

  enum CodingKeys: String, CodingKey {
    case algorithm, nonce, ciphertext
    case associatedData = "associated_data"
    case originalType = "original_type"
  }

  /// - Parameters:
  ///   - key: 32 bytes.
  ///   - nonce: 12 ASCII characters, never the same for two texts.
  init(
    _ text: [UInt8], key: [UInt8], associatedData: String, originalType: String? = nil,
    nonce: String = Random.letters(12)
  ) throws {
    let box = try AES.GCM.seal(
      Data(text), using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: Data(nonce.utf8)),
      authenticating: Data(associatedData.utf8))
    self.nonce = nonce
    self.associatedData = associatedData
    self.originalType = originalType
    ciphertext = (box.ciphertext + box.tag).base64EncodedString()
  }
}

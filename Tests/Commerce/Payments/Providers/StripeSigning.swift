import Crypto
import Foundation
import Values

enum StripeSigning {
  static func code(_ message: String, _ secret: String) -> String {
    Hex.text(HMAC<SHA256>.authenticationCode(for: Data(message.utf8), using: SymmetricKey(data: Data(secret.utf8))))
  }
}

import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Values
import Synchronization

/// Hashes passwords with scrypt (RFC 7914), on queues of its own so that log-ins don't hold up the shop. The parameters
/// stand with every hash, so that a new cost applies to new passwords and old ones still open.
public final class PasswordHashing: Sendable {
  /// How many may wait at once; who comes then is asked to come back, so that a storm ends soon after it began.
  public static let waitingLimit = 256

  private static let costs = 4...20
  /// scrypt's N as a power of two.
  private let cost: Int
  /// Serial, so that what waits holds no thread. Hashes take equal time, so taking turns keeps the lanes equally busy.
  private let lanes = ["martlet.passwords.1", "martlet.passwords.2"].map { DispatchQueue(label: $0) }
  private let turn = Atomic<UInt64>(0)
  private let waiting = Atomic<Int>(0)

  /// - Parameter cost: 4…20; 14 takes about 50 ms. Less than 10 is for tests.
  public init(cost: Int) {
    precondition(Self.costs.contains(cost), "cost lies within 4…20")
    self.cost = cost
  }

  /// `scrypt$14$8$1$salt$hash`, salt and hash in base64. Throws `AccountRefusal.tooManyAttempts` when too many wait.
  public func hash(_ password: String) async throws -> String {
    let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
    let derived = try await derive(password, salt: salt, cost: cost)
    return "scrypt$\(cost)$8$1$\(salt.base64EncodedString())$\(derived.base64EncodedString())"
  }

  /// Nil for the stored hash takes as long as a wrong password, so that nobody learns which addresses exist.
  public func matches(_ password: String, _ stored: String?) async throws -> Bool {
    let parts = (stored ?? "").split(separator: "$").map(String.init)
    guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), Self.costs.contains(cost),
      let salt = Data(base64Encoded: parts[4]), let hash = Data(base64Encoded: parts[5])
    else {
      _ = try await derive(password, salt: Data(repeating: 0, count: 16), cost: cost)
      return false
    }
    let derived = try await derive(password, salt: salt, cost: cost)
    // Comparing the digests of both takes the same time wherever they differ.
    return SHA256.hash(data: derived) == SHA256.hash(data: hash)
  }

  private func derive(_ password: String, salt: Data, cost: Int) async throws -> Data {
    defer { waiting.subtract(1, ordering: .relaxed) }
    guard waiting.add(1, ordering: .relaxed).newValue <= Self.waitingLimit else {
      throw AccountRefusal.tooManyAttempts(retryAfterSeconds: 5)
    }
    let lane = lanes[Int(turn.wrappingAdd(1, ordering: .relaxed).newValue % UInt64(lanes.count))]
    return try await withCheckedThrowingContinuation { continuation in
      lane.async {
        continuation.resume(
          with: Result {
            let key = try KDF.Scrypt.deriveKey(
              from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost, blockSize: 8,
              parallelism: 1,
              maxMemory: 1 << 31)
            return key.withUnsafeBytes { Data($0) }
          })
      }
    }
  }
}

/// Secrets that are handed out once and stored as their hash.
enum SecretToken {
  /// 32 random bytes in URL-safe base64.
  static func make() -> String {
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    return bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  static func hash(_ token: String) -> String {
    Hex.text(SHA256.hash(data: Data(token.utf8)))
  }
}

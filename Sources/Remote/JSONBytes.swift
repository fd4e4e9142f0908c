import Foundation
import GRPCCore

/// Messages are JSON. The transport carries them as plain bytes, so that one handler serves every verb.
struct JSONBytes: MessageSerializer, MessageDeserializer {
  func serialize<Bytes: GRPCContiguousBytes>(_ message: Data) -> Bytes { Bytes(message) }

  func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) -> Data { bytes.withUnsafeBytes { Data($0) } }

  static func encode(_ value: some Encodable) throws -> Data { try JSONEncoder().encode(value) }

  static func decode<Value: Decodable>(_ type: Value.Type, from bytes: Data) throws -> Value {
    try JSONDecoder().decode(type, from: bytes)
  }
}

/// What a verb takes or answers that needs no words.
public struct Nothing: Hashable, Codable, Sendable {
  public init() {}
}

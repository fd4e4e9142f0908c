import API
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Storage
import Synchronization
import Values

/// The answer book of all programs that share a database. An answer is stored encrypted with what only its caller knows,
/// the request itself, since answers hold tokens of log-ins.
final class StoredAnswers: AnswerBook {
  static let migrations = [
    Migration("api", 1, "001_CreateAPIAnswer") { transaction in
      try transaction.create(
        TableDefinition(
          "api_answer",
          [
            .text("id", 64), .text("holder", 80), .text("body_hash", 64), .integer("began_at"),
            .blob("answer", mostBytes, nullable: true),
          ]))
      try transaction.createIndex("api_answer_holder", on: "api_answer", ["holder", "began_at"])
      try transaction.createIndex("api_answer_began", on: "api_answer", ["began_at"])
    },
    Migration("api", 2, "002_AddAttempt") { transaction in
      try transaction.addColumn(.integer("attempt", default: 0), to: "api_answer")
    },
  ]
  private static let lifetime = Duration.days(1)
  /// A request that hasn't said for so long that it is under way has ended with its process, and may be tried again. Longer
  /// than a lock or a server that went away holds up what says so; clocks of different machines must agree better.
  private static let patience = Duration.seconds(10)
  private static let mostBytes = 65_536
  private static let mostEach = 200

  private struct Sent: Codable {
    let status: Int
    let headers: [[String]]
    let body: Data
  }

  private let database: any Database
  private let clock: WallClock
  private let renewEvery: Duration
  /// What keeps the requests under way from being taken for lost, by their attempts.
  private let renewals = Mutex<[Int64: Task<Void, Never>]>([:])

  /// - Parameter renewEvery: how often a request that is under way says so.
  init(database: any Database, clock: WallClock, renewEvery: Duration = .seconds(1)) {
    self.database = database
    self.renewEvery = renewEvery
    self.clock = clock
  }

  func begin(_ key: Idempotency.Key, holder: String, body: ByteBuffer) async throws -> Idempotency.Outcome {
    let (id, hash, now) = (Self.id(key), Self.hash(body), clock.now)
    let attempt = Int64.random(in: .min ... .max)
    let owner = holder.utf8.count <= 80 ? holder : Hex.text(SHA256.hash(data: Data(holder.utf8)))
    let sealed = try await database.write { transaction -> [UInt8]? in
      let row = try transaction.row("SELECT * FROM api_answer WHERE id = \(id)" + transaction.dialect.forUpdate)
      if let row {
        let (began, bodyHash): (Timestamp, String) = (try row["began_at"], try row["body_hash"])
        let answer: [UInt8]? = try row["answer"]
        if now < began.adding(Self.lifetime) {
          guard bodyHash == hash else { throw APIRefusal.idempotencyMismatch }
          if let answer { return answer }
          guard began.adding(Self.patience) <= now else { throw APIRefusal.idempotencyRunning }
        }
        // Only a row that was seen, and is locked since: one that came meanwhile is another's that runs.
        try transaction.execute("DELETE FROM api_answer WHERE id = \(id)")
      }
      try Self.makeRoom(for: owner, in: transaction)
      // Of two that come at once the second finds the first one's row when it runs again.
      try transaction.execute(
        """
        INSERT INTO api_answer (id, holder, body_hash, began_at, attempt)
        VALUES (\(id), \(owner), \(hash), \(now), \(attempt))
        """)
      return nil
    }
    guard let sealed else {
      keepAlive(id, attempt)
      return .proceed(attempt: attempt)
    }
    return .replay(try Self.opened(sealed, key, body))
  }

  private func keepAlive(_ id: String, _ attempt: Int64) {
    let renewal = Task.detached { [weak self, renewEvery] in
      while (try? await Task.sleep(for: renewEvery)) != nil {
        guard let self else { return }
        let now = clock.now
        _ = try? await database.write {
          try $0.execute(
            """
            UPDATE api_answer SET began_at = \(now)
            WHERE id = \(id) AND attempt = \(attempt) AND answer IS NULL
            """)
        }
      }
    }
    renewals.withLock { $0[attempt] = renewal }
  }

  private func letGo(_ attempt: Int64) { renewals.withLock { $0.removeValue(forKey: attempt) }?.cancel() }

  private static func makeRoom(for holder: String, in transaction: any Transaction) throws {
    let oldest: Timestamp? = try transaction.value(
      """
      SELECT began_at FROM api_answer WHERE holder = \(holder) ORDER BY began_at DESC LIMIT 1 OFFSET \(mostEach - 1)
      """)
    guard let oldest else { return }
    try transaction.execute("DELETE FROM api_answer WHERE holder = \(holder) AND began_at <= \(oldest)")
  }

  func finish(_ key: Idempotency.Key, attempt: Int64, body: ByteBuffer, _ answer: Answer) async throws {
    let id = Self.id(key)
    defer { letGo(attempt) }
    let sealed = try Self.sealed(answer, key, body)
    try await database.write { transaction in
      if sealed.count <= Self.mostBytes {
        try transaction.execute(
          "UPDATE api_answer SET answer = \(sealed) WHERE id = \(id) AND attempt = \(attempt)")
      } else {
        try transaction.execute("DELETE FROM api_answer WHERE id = \(id) AND attempt = \(attempt)")
      }
    }
  }

  func abandon(_ key: Idempotency.Key, attempt: Int64) async throws {
    let id = Self.id(key)
    defer { letGo(attempt) }
    try await database.write {
      _ = try $0.execute("DELETE FROM api_answer WHERE id = \(id) AND attempt = \(attempt) AND answer IS NULL")
    }
  }

  /// Forgets answers of more than a day ago, a slice at a time.
  func prune(slice: Int = 500) async throws {
    let horizon = clock.now.adding(.zero - Self.lifetime)
    while true {
      try Task.checkCancellation()
      let gone = try await database.write { transaction in
        let last: Timestamp? = try transaction.value(
          "SELECT began_at FROM api_answer WHERE began_at < \(horizon) ORDER BY began_at LIMIT 1 OFFSET \(slice)")
        return try transaction.execute("DELETE FROM api_answer WHERE began_at < \(last ?? horizon)")
      }
      if gone == 0 { return }
    }
  }

  // MARK: What is stored

  private static func id(_ key: Idempotency.Key) -> String { Hex.text(SHA256.hash(data: words(key))) }

  private static func hash(_ body: ByteBuffer) -> String {
    Hex.text(SHA256.hash(data: Data(body.readableBytesView)))
  }

  private static func words(_ key: Idempotency.Key) -> Data {
    Data([key.caller, key.key, key.address].joined(separator: "\n").utf8)
  }

  private static func secret(_ key: Idempotency.Key, _ body: ByteBuffer) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: words(key) + Data(body.readableBytesView)), info: Data("api_answer".utf8),
      outputByteCount: 32)
  }

  private static func sealed(_ answer: Answer, _ key: Idempotency.Key, _ body: ByteBuffer) throws -> [UInt8] {
    let sent = Sent(
      status: answer.status.code, headers: answer.headers.map { [$0.name.canonicalName, $0.value] },
      body: Data(answer.body.readableBytesView))
    return Array(try ChaChaPoly.seal(JSONEncoder().encode(sent), using: secret(key, body)).combined)
  }

  private static func opened(_ bytes: [UInt8], _ key: Idempotency.Key, _ body: ByteBuffer) throws -> Answer {
    let box = try ChaChaPoly.SealedBox(combined: bytes)
    let sent = try JSONDecoder().decode(Sent.self, from: ChaChaPoly.open(box, using: secret(key, body)))
    var answer = Answer(status: HTTPResponse.Status(code: sent.status), body: ByteBuffer(bytes: sent.body))
    for pair in sent.headers where pair.count == 2 {
      if let name = HTTPField.Name(pair[0]) { answer.headers.append(HTTPField(name: name, value: pair[1])) }
    }
    return answer
  }
}

import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// Staff of the platform and of two merchants, over a database of the test's own.
struct StaffFixture {
  static let password = "correct horse"

  let store: TestStore
  let database: InterruptedDatabase
  let staff: StoredStaff
  let kiln = MerchantID(raw: 7)
  let mill = MerchantID(raw: 8)
  let desk = LogInPlace(address: "203.0.113.7", agent: "Mozilla/5.0 (X11; Linux) Firefox/130.0")

  init(_ policy: StaffPolicy = StaffPolicy()) async throws {
    store = try await TestStore(Outbox.migrations + StoredAccounts.migrations)
    database = InterruptedDatabase(store.database)
    staff = Self.staff(on: database, store, policy)
  }

  /// As another process would have it.
  func elsewhere(
    _ policy: StaffPolicy = StaffPolicy(), on database: (any Database)? = nil,
    tokensKnown: TokenKnowledge = TokenKnowledge()
  ) -> StoredStaff {
    Self.staff(on: database ?? store.database, store, policy, tokensKnown)
  }

  private static func staff(
    on database: any Database, _ store: TestStore, _ policy: StaffPolicy,
    _ tokensKnown: TokenKnowledge = TokenKnowledge()
  ) -> StoredStaff {
    StoredStaff(
      database: database, ids: store.ids, clock: store.clock.clock, hashing: PasswordHashing(cost: 4), policy: policy,
      tokensKnown: tokensKnown)
  }

  func hire(
    _ name: String, of merchant: MerchantID? = nil, _ role: StaffHire.RoleChoice = .owner
  ) async throws -> Staff {
    try await staff.hire(
      StaffHire(
        email: "\(name)@example.com", password: Self.password, name: name, merchant: merchant, role: role))
  }

  func logIn(_ name: String, _ password: String = Self.password) async throws -> StaffSession {
    guard case .session(let session) = try await enter(name, password) else {
      throw AccountRefusal.codeNeeded
    }
    return session
  }

  func enter(_ name: String, _ password: String = Self.password) async throws -> StaffEntry {
    try await staff.enter(email: "\(name)@example.com", password: password, from: desk)
  }

  func challenge(_ name: String) async throws -> ChallengeToken {
    guard case .challenge(let challenge) = try await enter(name) else { throw AccountRefusal.noSecondFactor }
    return challenge.token
  }

  func confirm(_ token: ChallengeToken, _ code: String) async throws -> StaffSession {
    try await staff.confirm(token, code: code, from: desk)
  }

  /// Sets up a second factor, half a minute ago, so that the code of now is unused.
  func factor(
    of id: StaffID, keeping token: SessionToken? = nil
  ) async throws -> (secret: SecondFactorSecret, codes: [String]) {
    let secret = try await staff.beginSecondFactor(of: id, code: "")
    let codes = try await staff.confirmSecondFactor(of: id, code: code(secret), keeping: token)
    store.clock.advance(by: .seconds(30))
    return (secret, codes)
  }

  /// - Parameter later: in steps of half a minute.
  func code(_ secret: SecondFactorSecret, later: Int64 = 0) -> String {
    TimeCode.code(secret.bytes, step: TimeCode.step(at: store.clock.now) + later)
  }

  /// A code that is none of those that would be taken now.
  func wrongCode(_ secret: SecondFactorSecret) -> String {
    let right = Set((-1...1).map { code(secret, later: $0) })
    return ["000000", "111111", "222222", "333333"].first { !right.contains($0) } ?? ""
  }

  func expectWrongCode(_ body: () async throws -> Void) async {
    await #expect { try await body() } throws: { ($0 as? FieldFaults)?.faults.first?.code == "wrongCode" }
  }
}

import AuditLog
import Storage
import Synchronization
import TestKit
import Testing
import Values

@testable import Accounts

/// Tokens of programs, in the books of staff.
@Suite struct StaffTokenTests {
  private static let draft = StaffTokenDraft(name: "Till", scopes: [.ordersShip, .stockAdjust], days: 30)

  @Test func `a token works for its owner with the rights that scopes and role have in common, until it expires`()
    async throws
  {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .ordersReview]))
    let issued = try await fixture.staff.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
    #expect(issued.secret.rawValue.hasPrefix("mst_"))
    let bearer = try #require(try await fixture.staff.bearer(of: issued.secret))
    #expect(bearer.staff.rights == [.ordersShip] && bearer.staff.merchant == fixture.kiln)
    #expect(bearer.tokenName == "Till" && bearer.token == issued.token.id)
    let stored = try await fixture.store.database.read { try $0.rows("SELECT * FROM staff_token") }
    #expect(!"\(stored)".contains(issued.secret.rawValue))
    for wrong in ["", "mst_", issued.secret.rawValue + "x", String(issued.secret.rawValue.dropLast())] {
      #expect(try await fixture.staff.bearer(of: StaffTokenSecret(rawValue: wrong)) == nil)
    }
    #expect(try await fixture.staff.tokens(of: mei.id).first?.usedAt != nil)
    fixture.store.clock.advance(by: .days(30))
    #expect(try await fixture.staff.bearer(of: issued.secret) == nil)
    #expect(try await fixture.staff.hasTokens() == false)
  }

  @Test func `the first token is handed out when no process believes any more that there is none`() async throws {
    let fixture = try await StaffFixture()
    let (moment, shared) = (Moment(), SharedDatabase(base: fixture.store.database))
    let elsewhere = fixture.elsewhere(on: shared, tokensKnown: TokenKnowledge { moment.now })
    let here = fixture.elsewhere(
      on: shared,
      tokensKnown: TokenKnowledge {
        moment.now
      } wait: { time in
        // It is made, and another process doesn't know of it yet.
        let isKnown = try? await elsewhere.hasTokens()
        #expect(isKnown == false)
        moment.pass(time)
      })
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .stockAdjust]))
    #expect(try await elsewhere.hasTokens() == false)
    #expect(try await here.hasTokens() == false)
    let issued = try await here.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
    #expect(moment.waits == 1)
    #expect(try await here.hasTokens())
    #expect(try await elsewhere.hasTokens())
    // Beside one that counts beyond doubt nobody need wait.
    fixture.store.clock.advance(by: .minutes(2))
    let second = try await here.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
    #expect(moment.waits == 1)
    for token in [issued, second] { try await here.revokeToken(token.token.id, by: .staff(mei.id)) }
    moment.pass(.seconds(1))
    #expect(try await elsewhere.hasTokens() == false)
  }

  @Test func `in a process of its own the first token counts at once, and nobody waits`() async throws {
    let fixture = try await StaffFixture()
    let (moment, own) = (Moment(), SharedDatabase(base: fixture.store.database, isShared: false))
    let staff = fixture.elsewhere(
      on: own,
      tokensKnown: TokenKnowledge {
        moment.now
      } wait: {
        moment.pass($0)
      })
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .stockAdjust]))
    #expect(try await staff.hasTokens() == false)
    _ = try await staff.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
    #expect(try await staff.hasTokens())
    #expect(moment.waits == 0)
  }

  @Test func `what takes rights away or dismisses counts at once here and within five seconds elsewhere`()
    async throws
  {
    let fixture = try await StaffFixture()
    let elsewhere = fixture.elsewhere()
    _ = try await fixture.hire("owner", of: fixture.kiln)
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .stockAdjust]))
    let issued = try await fixture.staff.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
    for staff in [fixture.staff, elsewhere] {
      #expect(try await staff.bearer(of: issued.secret)?.staff.rights == [.ordersShip, .stockAdjust])
    }
    _ = try await fixture.staff.reviseRole(
      mei.role.id, StaffRoleDraft(name: "Packers", rights: [.ordersShip]), by: .system)
    #expect(try await fixture.staff.bearer(of: issued.secret)?.staff.rights == [.ordersShip])
    fixture.store.clock.advance(by: .seconds(5))
    #expect(try await elsewhere.bearer(of: issued.secret)?.staff.rights == [.ordersShip])
    try await fixture.staff.dismiss(mei.id, by: .system)
    #expect(try await fixture.staff.bearer(of: issued.secret) == nil)
    fixture.store.clock.advance(by: .seconds(5))
    #expect(try await elsewhere.bearer(of: issued.secret) == nil)
    try await fixture.staff.reinstate(mei.id, by: .system)
    #expect(try await fixture.staff.bearer(of: issued.secret) == nil)
    #expect(try await fixture.staff.tokens(of: mei.id).first?.revokedAt != nil)
  }

  @Test func `a token is refused that is nameless, reaches nowhere or too far, or lasts too long`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei", of: fixture.kiln)
    for (draft, field) in [
      (StaffTokenDraft(name: " ", scopes: [.ordersShip], days: 1), "name"),
      (StaffTokenDraft(name: "x", scopes: [], days: 1), "scopes"),
      (StaffTokenDraft(name: "x", scopes: [.systemOperate], days: 1), "scopes"),
      (StaffTokenDraft(name: "x", scopes: [.ordersShip], days: 0), "days"),
      (StaffTokenDraft(name: "x", scopes: [.ordersShip], days: 367), "days"),
    ] {
      await #expect("\(field)") {
        _ = try await fixture.staff.issueToken(draft, to: mei.id, by: .system)
      } throws: { error in
        (error as? FieldFaults)?.faults.map(\.field) == [field]
      }
    }
    await #expect(throws: AccountRefusal.unknownStaff) {
      _ = try await fixture.staff.issueToken(Self.draft, to: StaffID(raw: 99), by: .system)
    }
  }

  // req: 3.3.2-1
  @Test func `whatever answers a break-in ends the tokens too, here at once and in the log`() async throws {
    let fixture = try await StaffFixture()
    let staff = fixture.staff
    _ = try await fixture.hire("owner", of: fixture.kiln)
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .stockAdjust]))
    let bo = try await fixture.hire("bo", of: fixture.kiln, .rights([.ordersShip]))
    let kept = try await staff.issueToken(Self.draft, to: bo.id, by: .system)
    let session = try await fixture.logIn("mei")
    _ = try await fixture.factor(of: mei.id, keeping: session.token)
    let answers: [(String, @Sendable () async throws -> Void)] = [
      ("staff.dropSecondFactor", { try await staff.dropSecondFactor(of: mei.id, by: .system) }),
      ("staff.endSessions", { _ = try await staff.endSessions(of: mei.id, keeping: nil, by: .staff(mei.id)) }),
      (
        "staff.changePassword",
        {
          let session = try await fixture.logIn("mei")
          try await staff.changePassword(
            of: mei.id, current: StaffFixture.password, new: "battery staple", keeping: session.token)
        }
      ), ("staff.resetPassword", { _ = try await staff.resetPassword(of: mei.id, by: .system) }),
    ]
    let log = DeedLog(database: fixture.store.database, clock: fixture.store.clock.clock)
    for (verb, answer) in answers {
      let issued = try await staff.issueToken(Self.draft, to: mei.id, by: .system)
      #expect(try await staff.bearer(of: issued.secret) != nil, "\(verb)")
      try await answer()
      #expect(try await staff.bearer(of: issued.secret) == nil, "\(verb)")
      #expect(try await staff.token(issued.token.id)?.revokedAt != nil, "\(verb)")
      let noted = try await log.entries(matching: DeedFilter(verb: verb), after: 0, limit: 100).last
      #expect(noted?.fieldsAfter["tokensRevoked"] == "1", "\(verb)")
    }
    #expect(try await staff.bearer(of: kept.secret) != nil)
  }

  @Test func `who asks for a token shows the password that they have then, and was not dismissed meanwhile`()
    async throws
  {
    let fixture = try await StaffFixture()
    let staff = fixture.staff
    _ = try await fixture.hire("owner", of: fixture.kiln)
    let mei = try await fixture.hire("mei", of: fixture.kiln, .rights([.ordersShip, .stockAdjust]))
    @Sendable func issue(_ password: String?) async throws -> IssuedToken {
      try await staff.issueToken(Self.draft, to: mei.id, password: password, by: .staff(mei.id))
    }
    _ = try await issue(StaffFixture.password)
    for wrong in ["", "guessed wrong"] {
      await #expect(throws: AccountRefusal.wrongCredentials) { _ = try await issue(wrong) }
    }
    let elsewhere = fixture.elsewhere()
    fixture.database.beforeNextWrite { _ = try await elsewhere.resetPassword(of: mei.id, by: .system) }
    await #expect(throws: AccountRefusal.wrongCredentials) { _ = try await issue(StaffFixture.password) }
    fixture.database.beforeNextWrite { try await elsewhere.dismiss(mei.id, by: .system) }
    await #expect(throws: AccountRefusal.unknownStaff) { _ = try await issue(nil) }
    #expect(try await staff.tokens(of: mei.id).allSatisfy { $0.revokedAt != nil })
  }

  @Test func `nobody has more than twenty that count, however many are asked for at once`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei", of: fixture.kiln)
    let made = try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<25 {
        group.addTask {
          do {
            _ = try await fixture.staff.issueToken(Self.draft, to: mei.id, by: .staff(mei.id))
            return true
          } catch AccountRefusal.tooManyTokens(most: 20) {
            return false
          }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(made == 20)
    let first = try #require(try await fixture.staff.tokens(of: mei.id).first)
    try await fixture.staff.revokeToken(first.id, by: .system)
    try await fixture.staff.revokeToken(first.id, by: .system)
    _ = try await fixture.staff.issueToken(Self.draft, to: mei.id, by: .system)
    let listed = try await fixture.staff.tokens(ofStaffOf: fixture.kiln, PageRequest(limit: 15))
    let rest = try await fixture.staff.tokens(ofStaffOf: fixture.kiln, PageRequest(limit: 15, after: listed.next))
    #expect(listed.items.count == 15 && rest.items.count == 5 && rest.next == nil)
    #expect(try await fixture.staff.tokens(ofStaffOf: fixture.mill, PageRequest()).items.isEmpty)
    await #expect(throws: AccountRefusal.unknownToken) {
      try await fixture.staff.revokeToken(StaffTokenID(raw: 99), by: .system)
    }
  }
}

/// A clock that nobody sets, which stands still until told to move.
private final class Moment: Sendable {
  private let state = Mutex((now: ContinuousClock.now, waits: 0))

  var now: ContinuousClock.Instant { state.withLock { $0.now } }
  var waits: Int { state.withLock { $0.waits } }

  func pass(_ time: Duration) {
    state.withLock { state in
      state.now += time
      state.waits += 1
    }
  }
}

/// Says of a database whether others serve from it.
private struct SharedDatabase: Database {
  let base: any Database
  var isShared = true
  var dialect: any Dialect { base.dialect }

  func read<Value: Sendable>(_ body: @escaping @Sendable (any ReadTransaction) throws -> Value) async throws -> Value {
    try await base.read(body)
  }

  func write<Value: Sendable>(_ body: @escaping @Sendable (any Transaction) throws -> Value) async throws -> Value {
    try await base.write(body)
  }

  func withSchemaLock<Value: Sendable>(
    _ body: @Sendable (any Database) async throws -> Value
  ) async throws -> Value {
    try await base.withSchemaLock(body)
  }

  func close() async throws { try await base.close() }
}

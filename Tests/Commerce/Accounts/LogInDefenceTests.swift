import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// What those meet who try to get in without being asked.
@Suite struct LogInDefenceTests {
  private struct Fixture {
    let store: TestStore
    let database: InterruptedDatabase
    let accounts: StoredAccounts
    let staff: StoredStaff

    init() async throws {
      store = try await TestStore(Outbox.migrations + StoredAccounts.migrations)
      database = InterruptedDatabase(store.database)
      let hashing = PasswordHashing(cost: 4)
      accounts = StoredAccounts(
        database: database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, hashing: hashing,
        regions: RegionDirectory(lines: ""))
      staff = StoredStaff(database: database, ids: store.ids, clock: store.clock.clock, hashing: hashing)
    }

    func register(_ email: String = "lin@example.com") async throws -> Account {
      try await accounts.register(
        Registration(email: email, password: "correct horse", name: "Lin", language: .zhHans))
    }

    func logIn(_ password: String = "correct horse") async throws -> Session {
      try await accounts.logIn(email: "lin@example.com", password: password, client: "a")
    }

    func count(_ table: StaticString) async throws -> Int? {
      try await store.database.read { try $0.value("SELECT COUNT(*) FROM \(name: table)") }
    }
  }

  @Test(arguments: ["", " ", "\0", String(repeating: "长", count: 100_000), "👩‍👩‍👧‍👦", "'; DROP TABLE account; --"])
  func `no password but the right one opens, whatever it is made of`(password: String) async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn(password) }
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await fixture.staff.logIn(email: "nobody@example.com", password: password, client: "a")
    }
  }

  @Test func `a log-in with the old password that a reset overtakes opens no session`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let reset = try #require(try await fixture.accounts.startPasswordReset(email: "lin@example.com"))
    fixture.database.beforeNextWrite {
      try await fixture.accounts.resetPassword(token: reset.token, newPassword: "battery staple")
    }
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn() }
    #expect(try await fixture.count("account_session") == 0)
  }

  @Test func `a change of password that a reset overtakes doesn't undo it`() async throws {
    let fixture = try await Fixture()
    let account = try await fixture.register()
    let session = try await fixture.logIn()
    let reset = try #require(try await fixture.accounts.startPasswordReset(email: "lin@example.com"))
    fixture.database.beforeNextWrite {
      try await fixture.accounts.resetPassword(token: reset.token, newPassword: "battery staple")
    }
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await fixture.accounts.changePassword(
        of: account.id, current: "correct horse", new: "the thief's own", keeping: session.token)
    }
    _ = try await fixture.logIn("battery staple")
  }

  @Test func `a changed password ends resets that are under way`() async throws {
    let fixture = try await Fixture()
    let account = try await fixture.register()
    let session = try await fixture.logIn()
    let reset = try #require(try await fixture.accounts.startPasswordReset(email: "lin@example.com"))
    try await fixture.accounts.changePassword(
      of: account.id, current: "correct horse", new: "battery staple", keeping: session.token)
    #expect(try await fixture.accounts.account(session: session.token) != nil)
    await #expect(throws: AccountRefusal.resetExpired) {
      try await fixture.accounts.resetPassword(token: reset.token, newPassword: "the thief's own")
    }
  }

  @Test func `many who ask for resets of many addresses don't keep others from theirs`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    for number in 1...200 {
      try await fixture.accounts.askPasswordReset(email: "x\(number)@example.com", client: "\(number)")
    }
    try await fixture.accounts.askPasswordReset(email: "lin@example.com", client: "a")
  }

  @Test(arguments: [
    "nobody@example.com", "lin@example.com", "", "'; DROP TABLE account", "\u{202E}x@y.example",
    String(repeating: "长", count: 5000),
  ])
  func `asking for a reset writes the same, whether anyone has the address or not`(email: String) async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let before = try #require(try await fixture.count("outbox"))
    try await fixture.accounts.askPasswordReset(email: email, client: "a")
    #expect(try await fixture.count("outbox") == before + 1)
    #expect(try await fixture.count("password_reset") == 0)
  }

  @Test func `a client that asks for ever more resets is slowed down`() async throws {
    let fixture = try await Fixture()
    await #expect {
      for number in 1...100 {
        try await fixture.accounts.askPasswordReset(email: "x\(number)@example.com", client: "many")
      }
    } throws: { if case AccountRefusal.tooManyAttempts = $0 { true } else { false } }
    try await fixture.accounts.askPasswordReset(email: "x@example.com", client: "other")
  }

  @Test func `asking for resets uses up no log-in, sends one letter a minute and leaves links that are out valid`()
    async throws
  {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    func start() async throws -> PasswordReset? {
      try await fixture.accounts.startPasswordReset(email: "lin@example.com")
    }
    let first = try #require(try await start())
    #expect(try await start() == nil)
    for _ in 1...20 { try? await fixture.accounts.askPasswordReset(email: "lin@example.com", client: "a") }
    _ = try await fixture.logIn()
    fixture.store.clock.advance(by: .minutes(1))
    let second = try #require(try await start())
    try await fixture.accounts.resetPassword(token: first.token, newPassword: "battery staple")
    await #expect(throws: AccountRefusal.resetExpired) {
      try await fixture.accounts.resetPassword(token: second.token, newPassword: "the thief's own")
    }
  }

  @Test func `one address asked for again and again is slowed down, whether anyone has it or not`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    for email in ["lin@example.com", "nobody@example.com"] {
      await #expect {
        for _ in 1...20 { try await fixture.accounts.askPasswordReset(email: email, client: "a") }
      } throws: { if case AccountRefusal.tooManyAttempts = $0 { true } else { false } }
    }
  }

  @Test func `a client that is refused doesn't use up the tries of the address`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    await #expect {
      for number in 1...100 {
        do {
          _ = try await fixture.accounts.logIn(email: "x\(number)@example.com", password: "guess", client: "thief")
        } catch AccountRefusal.wrongCredentials {}
      }
    } throws: { if case AccountRefusal.tooManyAttempts = $0 { true } else { false } }
    for _ in 1...20 {
      _ = try? await fixture.accounts.logIn(email: "lin@example.com", password: "guess", client: "thief")
    }
    _ = try await fixture.logIn()
  }

  @Test func `who guesses at an address doesn't lock out its owner, and many who guess together are slowed down`()
    async throws
  {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    _ = try await fixture.staff.hire(
      StaffHire(email: "lin@example.com", password: "correct horse", name: "Li", merchant: nil, rights: []))
    for _ in 1...20 {
      _ = try? await fixture.accounts.logIn(email: "lin@example.com", password: "guess", client: "thief")
      _ = try? await fixture.staff.logIn(email: "lin@example.com", password: "guess", client: "thief")
    }
    _ = try await fixture.logIn()
    _ = try await fixture.staff.logIn(email: "lin@example.com", password: "correct horse", client: "a")
    #expect {
      for number in 1...300 { try fixture.accounts.throttle.take(email: "lin@example.com", client: "\(number)") }
    } throws: { if case AccountRefusal.tooManyAttempts = $0 { true } else { false } }
  }

  @Test func `registrations take the client's allowance before they cost anything, and need no log-in after`()
    async throws
  {
    let fixture = try await Fixture()
    func register(_ number: Int) async throws -> Session {
      try await fixture.accounts.register(
        Registration(email: "x\(number)@example.com", password: "correct horse", name: "X", language: .en),
        client: "many")
    }
    var made = 0
    await #expect {
      for number in 1...100 {
        let session = try await register(number)
        #expect(try await fixture.accounts.account(session: session.token) == session.account)
        made += 1
      }
    } throws: { if case AccountRefusal.tooManyAttempts = $0 { true } else { false } }
    #expect(made == 60)
    #expect(try await fixture.count("account") == made)
    #expect(try await fixture.count("account_session") == made)
    fixture.store.clock.advance(by: .minutes(1))
    _ = try await register(made + 1)
  }

  @Test func `more log-ins than can wait are turned away at once, and the others are answered`() async throws {
    let hashing = PasswordHashing(cost: 10)
    let hash = try await hashing.hash("correct horse")
    let answers = await withTaskGroup(of: Bool?.self) { group in
      for _ in 1...600 { group.addTask { try? await hashing.matches("correct horse", hash) } }
      return await group.reduce(into: [Bool?]()) { $0.append($1) }
    }
    #expect(!answers.contains(false))
    #expect(answers.count { $0 == true } >= PasswordHashing.waitingLimit)
    #expect(try await hashing.matches("correct horse", hash))
  }

  @Test func `sessions and resets that ran out are dropped, living ones stay`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    _ = try await fixture.staff.hire(
      StaffHire(email: "li@example.com", password: "correct horse", name: "Li", merchant: nil, rights: []))
    _ = try await fixture.logIn()
    _ = try await fixture.staff.logIn(email: "li@example.com", password: "correct horse", client: "b")
    _ = try await fixture.accounts.startPasswordReset(email: "lin@example.com")
    fixture.store.clock.advance(by: .days(20))
    _ = try await fixture.logIn()
    #expect(try await fixture.staff.prune() == 1)
    #expect(try await fixture.accounts.prune() == 1)
    fixture.store.clock.advance(by: .days(20))
    #expect(try await fixture.accounts.prune() == 1)
    #expect(try await fixture.count("account_session") == 1)
    #expect(try await fixture.count("password_reset") == 0)
    #expect(try await fixture.count("staff_session") == 0)
  }

  @Test func `a session that is used lives on, with at most one write a day`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let session = try await fixture.logIn()
    for _ in 1...10 {
      fixture.store.clock.advance(by: .days(20))
      #expect(try await fixture.accounts.account(session: session.token) != nil)
    }
    fixture.database.beforeNextWrite { Issue.record("written within the day") }
    fixture.store.clock.advance(by: .hours(2))
    #expect(try await fixture.accounts.account(session: session.token) != nil)
  }

  @Test func `a page is shown though its session can't slide along, and the call that moves it says so`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let session = try await fixture.logIn()
    fixture.store.clock.advance(by: .days(2))
    fixture.database.beforeNextWrite { throw StorageFault.busy }
    let stuck = try #require(try await fixture.accounts.openSession(session.token))
    #expect(!stuck.hasSlid)
    fixture.store.clock.advance(by: .minutes(2))
    #expect(try await fixture.accounts.openSession(session.token)?.hasSlid == true)
    #expect(try await fixture.accounts.openSession(session.token)?.hasSlid == false)
    fixture.store.clock.advance(by: .minutes(2))
    #expect(try await fixture.accounts.openSession(session.token)?.hasSlid == false)
  }
}

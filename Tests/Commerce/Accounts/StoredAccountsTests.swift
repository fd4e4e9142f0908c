import Accounts
import Events
import Storage
import TestKit
import Testing
import Values

@Suite struct StoredAccountsTests {
  private struct Fixture {
    let store: TestStore
    let accounts: StoredAccounts

    init() async throws {
      store = try await TestStore(Outbox.migrations + StoredAccounts.migrations)
      accounts = StoredAccounts(
        database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
        hashing: PasswordHashing(cost: 4),
        regions: RegionDirectory(
          lines: "310000\t上海市\tShanghai\n310100\t上海市\tShanghai\n310115\t浦东新区\tPudong\n310104\t徐汇区\tXuhui\n"))
    }

    func register(_ email: String = "lin@example.com") async throws -> Account {
      try await accounts.register(
        Registration(email: email, password: "correct horse", name: "Lin", language: .zhHans))
    }
  }

  @Test func `registering, logging in and out works, whatever the case of the address`() async throws {
    let fixture = try await Fixture()
    let account = try await fixture.register("  Lin@Example.com ")
    #expect(account.email == "lin@example.com")
    let session = try await fixture.accounts.logIn(email: "LIN@example.com", password: "correct horse", client: "::1")
    #expect(try await fixture.accounts.account(session: session.token)?.id == account.id)
    try await fixture.accounts.logOut(session.token)
    #expect(try await fixture.accounts.account(session: session.token) == nil)
    #expect(try await fixture.store.toldEvents().map(\.name) == ["accounts.accountRegistered"])
  }

  @Test func `an address is taken once, however many register it at the same moment`() async throws {
    let fixture = try await Fixture()
    let made = await withTaskGroup(of: Bool.self) { group in
      for _ in 1...20 { group.addTask { (try? await fixture.register()) != nil } }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(made == 1)
    await #expect(throws: AccountRefusal.emailTaken) { try await fixture.register() }
  }

  @Test(arguments: ["", "no at sign", "a@b", "a@@b.cn", "a@b..cn", "\u{202E}a@b.cn", "a b@c.cn", "<script>@x.cn"])
  func `an address that can't be one is refused beside its field`(email: String) async throws {
    let fixture = try await Fixture()
    await #expect {
      try await fixture.register(email)
    } throws: { ($0 as? FieldFaults)?.faults.map(\.field) == ["email"] }
  }

  @Test func `a wrong password and an unknown address are refused alike, and guessing is slowed down`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await fixture.accounts.logIn(email: "nobody@example.com", password: "correct horse", client: "a")
    }
    for _ in 1...8 {
      await #expect(throws: AccountRefusal.wrongCredentials) {
        try await fixture.accounts.logIn(email: "lin@example.com", password: "guess", client: "a")
      }
    }
    await #expect {
      try await fixture.accounts.logIn(email: "lin@example.com", password: "correct horse", client: "a")
    } throws: { error in
      if case AccountRefusal.tooManyAttempts = error { true } else { false }
    }
    fixture.store.clock.advance(by: .minutes(2))
    _ = try await fixture.accounts.logIn(email: "lin@example.com", password: "correct horse", client: "a")
  }

  @Test func `a reset works once, within its hour, and ends every session`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let session = try await fixture.accounts.logIn(email: "lin@example.com", password: "correct horse", client: "a")
    #expect(try await fixture.accounts.startPasswordReset(email: "nobody@example.com") == nil)
    let reset = try #require(try await fixture.accounts.startPasswordReset(email: "lin@example.com"))
    try await fixture.accounts.resetPassword(token: reset.token, newPassword: "battery staple")
    #expect(try await fixture.accounts.account(session: session.token) == nil)
    await #expect(throws: AccountRefusal.resetExpired) {
      try await fixture.accounts.resetPassword(token: reset.token, newPassword: "once more!")
    }
    let late = try #require(try await fixture.accounts.startPasswordReset(email: "lin@example.com"))
    fixture.store.clock.advance(by: .hours(2))
    await #expect(throws: AccountRefusal.resetExpired) {
      try await fixture.accounts.resetPassword(token: late.token, newPassword: "too late!!")
    }
    _ = try await fixture.accounts.logIn(email: "lin@example.com", password: "battery staple", client: "a")
  }

  @Test func `a session that ran out is nobody's`() async throws {
    let fixture = try await Fixture()
    _ = try await fixture.register()
    let session = try await fixture.accounts.logIn(email: "lin@example.com", password: "correct horse", client: "a")
    fixture.store.clock.advance(by: .days(31))
    #expect(try await fixture.accounts.account(session: session.token) == nil)
    #expect(try await fixture.accounts.account(session: SessionToken(rawValue: "'; DROP TABLE account; --")) == nil)
  }

  @Test func `exactly one address is the default while there are any`() async throws {
    let fixture = try await Fixture()
    let account = try await fixture.register()
    func draft(_ street: String, isDefault: Bool = false) -> AddressDraft {
      AddressDraft(
        recipient: "林", phone: "138 0013 8000", region: "310115", street: street, postcode: "200120",
        isDefault: isDefault)
    }
    let first = try await fixture.accounts.addAddress(draft("1 号"), to: account.id)
    let second = try await fixture.accounts.addAddress(draft("2 号", isDefault: true), to: account.id)
    #expect(first.isDefault)
    #expect(try await fixture.accounts.addresses(of: account.id).map(\.isDefault) == [true, false])
    try await fixture.accounts.removeAddress(second.id, of: account.id)
    #expect(try await fixture.accounts.addresses(of: account.id).map(\.id) == [first.id])
    #expect(try await fixture.accounts.addresses(of: account.id).first?.isDefault == true)
    let other = try await fixture.register("other@example.com")
    #expect(try await fixture.accounts.address(first.id, of: other.id) == nil)
    await #expect(throws: AccountRefusal.unknownAddress) {
      try await fixture.accounts.reviseAddress(first.id, of: other.id, draft("3 号"))
    }
  }

  @Test func `faults of an address stand beside their fields`() async throws {
    let fixture = try await Fixture()
    let account = try await fixture.register()
    await #expect {
      try await fixture.accounts.addAddress(
        AddressDraft(recipient: "", phone: "abc", region: "310000", street: "\u{202E}x", postcode: "12"), to: account.id
      )
    } throws: { error in
      let faults = (error as? FieldFaults)?.faults ?? []
      return Set(faults.map { "\($0.field) \($0.code)" }) == [
        "recipient missing", "phone notAPhone", "street unprintable", "postcode notAPostcode", "region unknownRegion",
      ]
    }
    #expect(try await fixture.accounts.addresses(of: account.id).isEmpty)
  }

  @Test func `the regions of China are there, each within another`() throws {
    let regions = try RegionDirectory.load()
    let provinces = regions.children(of: nil)
    #expect(provinces.count == 34)
    let pudong = try #require(RegionCode(rawValue: "310115"))
    #expect(regions.path(to: pudong).map(\.name.zhHans) == ["上海市", "上海市", "浦东新区"])
    #expect(regions.isAddressable(pudong))
    #expect(!regions.isAddressable(provinces[0].code))
  }
}

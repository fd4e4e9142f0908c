import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// Codes besides the password.
@Suite struct SecondFactorTests {
  // The secret and times of RFC 6238, appendix B, and the last six of its eight digits.
  @Test(arguments: [
    (59, "287082"), (1_111_111_109, "081804"), (1_111_111_111, "050471"), (1_234_567_890, "005924"),
    (2_000_000_000, "279037"), (20_000_000_000, "353130"),
  ])
  func `codes are those of the standard`(seconds: Int64, code: String) {
    let secret = SecondFactorSecret(bytes: Array("12345678901234567890".utf8))
    #expect(TimeCode.code(secret.bytes, step: TimeCode.step(at: Timestamp(milliseconds: seconds * 1000))) == code)
    #expect(secret.text == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
  }

  // RFC 4648, section 10.
  @Test(arguments: [("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB")])
  func `secrets are written as authenticators read them`(bytes: String, text: String) {
    #expect(SecondFactorSecret(bytes: Array(bytes.utf8)).text == text)
  }

  @Test func `a log-in takes two steps once a code has shown that the authenticator has the secret`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei")
    let secret = try await fixture.staff.beginSecondFactor(of: mei.id, code: "")
    #expect(try await fixture.staff.secondFactorBegun(of: mei.id) == secret)
    _ = try await fixture.logIn("mei")
    await fixture.expectWrongCode {
      _ = try await fixture.staff.confirmSecondFactor(of: mei.id, code: fixture.wrongCode(secret), keeping: nil)
    }
    let codes = try await fixture.staff.confirmSecondFactor(of: mei.id, code: fixture.code(secret), keeping: nil)
    #expect(Set(codes).count == 10)
    #expect(try await fixture.staff.secondFactorBegun(of: mei.id) == nil)
    let token = try await fixture.challenge("mei")
    // The code that turned it on is used.
    await fixture.expectWrongCode { _ = try await fixture.confirm(token, fixture.code(secret)) }
    let spaced = fixture.code(secret, later: 1)
    let session = try await fixture.confirm(token, "\(spaced.prefix(3)) \(spaced.suffix(3))")
    #expect(session.staff.hasSecondFactor)
    #expect(try await fixture.staff.staff(session: session.token)?.id == mei.id)
    await #expect(throws: AccountRefusal.logInExpired) { try await fixture.confirm(token, fixture.code(secret)) }
    #expect(try await fixture.staff.member(mei.id)?.recoveryCodesLeft == 10)
  }

  @Test func `who finds a browser open can't put another authenticator in the place of the first`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei")
    let (secret, codes) = try await fixture.factor(of: mei.id)
    for code in ["", fixture.wrongCode(secret)] {
      await fixture.expectWrongCode { _ = try await fixture.staff.beginSecondFactor(of: mei.id, code: code) }
    }
    #expect(try await fixture.staff.secondFactorBegun(of: mei.id) == nil)
    _ = try await fixture.staff.beginSecondFactor(of: mei.id, code: fixture.code(secret))
    let other = try await fixture.staff.beginSecondFactor(of: mei.id, code: codes[0])
    #expect(try await fixture.staff.secondFactorBegun(of: mei.id) == other)
  }

  @Test func `who sets up a second factor ends the sessions that were begun without it, and stays in`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei")
    let (here, elsewhere) = (try await fixture.logIn("mei").token, try await fixture.logIn("mei").token)
    _ = try await fixture.factor(of: mei.id, keeping: here)
    #expect(try await fixture.staff.staff(session: here)?.id == mei.id)
    #expect(try await fixture.staff.staff(session: elsewhere) == nil)
  }

  @Test func `a code counts once, within half a minute of its time`() async throws {
    let fixture = try await StaffFixture()
    let (secret, _) = try await fixture.factor(of: try await fixture.hire("mei").id)
    for later in [-2, 2] as [Int64] {
      let token = try await fixture.challenge("mei")
      await fixture.expectWrongCode { _ = try await fixture.confirm(token, fixture.code(secret, later: later)) }
    }
    let late = fixture.code(secret)
    fixture.store.clock.advance(by: .seconds(30))
    _ = try await fixture.confirm(try await fixture.challenge("mei"), late)
    let token = try await fixture.challenge("mei")
    await fixture.expectWrongCode { _ = try await fixture.confirm(token, late) }
    _ = try await fixture.confirm(token, fixture.code(secret, later: 1))
    // An earlier one than the last that was used is used as well.
    let next = try await fixture.challenge("mei")
    await fixture.expectWrongCode { _ = try await fixture.confirm(next, fixture.code(secret)) }
  }

  @Test func `of many who bring the same code at once, one gets in`() async throws {
    let fixture = try await StaffFixture()
    let (secret, codes) = try await fixture.factor(of: try await fixture.hire("mei").id)
    for code in [fixture.code(secret), codes[0]] {
      var tokens: [ChallengeToken] = []
      for _ in 1...4 { tokens.append(try await fixture.challenge("mei")) }
      let open = await withTaskGroup(of: Bool.self) { group in
        for token in tokens { group.addTask { (try? await fixture.confirm(token, code)) != nil } }
        return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
      }
      #expect(open == 1)
      fixture.store.clock.advance(by: .minutes(2))
    }
  }

  @Test func `recovery codes open once each, whatever stands between their characters, and new ones replace them`()
    async throws
  {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei")
    let (secret, codes) = try await fixture.factor(of: mei.id)
    _ = try await fixture.confirm(try await fixture.challenge("mei"), codes[0])
    _ = try await fixture.confirm(
      try await fixture.challenge("mei"), " \(codes[1].uppercased().replacing("-", with: " "))")
    let token = try await fixture.challenge("mei")
    await fixture.expectWrongCode { _ = try await fixture.confirm(token, codes[0]) }
    #expect(try await fixture.staff.member(mei.id)?.recoveryCodesLeft == 8)
    let renewed = try await fixture.staff.renewRecoveryCodes(of: mei.id, code: fixture.code(secret))
    await fixture.expectWrongCode { _ = try await fixture.confirm(token, codes[2]) }
    _ = try await fixture.confirm(token, renewed[0])
    let stored = try await fixture.store.database.read { transaction in
      try transaction.rows("SELECT code_hash FROM staff_recovery_code ORDER BY code_hash LIMIT 100")
        .map { try $0["code_hash"] as String }
    }
    #expect(stored.count == 9)
    for code in renewed { #expect(!stored.contains { $0.contains(HandedSecret.plain(code)) }) }
  }

  @Test func `five wrong codes end a log-in, and more of them close the door for ever longer, wherever they come from`()
    async throws
  {
    let fixture = try await StaffFixture()
    let (secret, _) = try await fixture.factor(of: try await fixture.hire("mei").id)
    let (token, wrong) = (try await fixture.challenge("mei"), fixture.wrongCode(secret))
    for _ in 1...5 { await fixture.expectWrongCode { _ = try await fixture.confirm(token, wrong) } }
    await #expect(throws: AccountRefusal.logInExpired) { try await fixture.confirm(token, fixture.code(secret)) }
    for minutes in [1, 2, 4] {
      let refused = try await fixture.challenge("mei")
      // Other addresses, other processes.
      let elsewhere = fixture.elsewhere()
      await #expect(throws: AccountRefusal.tooManyAttempts(retryAfterSeconds: minutes * 60)) {
        try await elsewhere.confirm(refused, code: fixture.code(secret), from: LogInPlace(address: "\(minutes)"))
      }
      fixture.store.clock.advance(by: .minutes(minutes))
      await fixture.expectWrongCode { _ = try await fixture.confirm(refused, fixture.wrongCode(secret)) }
    }
    fixture.store.clock.advance(by: .minutes(8))
    _ = try await fixture.confirm(try await fixture.challenge("mei"), fixture.code(secret))
    // All is forgotten then.
    let last = try await fixture.challenge("mei")
    for _ in 1...4 { await fixture.expectWrongCode { _ = try await fixture.confirm(last, fixture.wrongCode(secret)) } }
    _ = try await fixture.confirm(last, fixture.code(secret, later: 1))
  }

  @Test func `half a log-in ends after five minutes, and with a reset, a dismissal or the second factor itself`()
    async throws
  {
    let fixture = try await StaffFixture()
    _ = try await fixture.hire("ed")
    let mei = try await fixture.hire("mei")
    var (secret, _) = try await fixture.factor(of: mei.id)
    let old = try await fixture.challenge("mei")
    fixture.store.clock.advance(by: .minutes(5))
    await #expect(throws: AccountRefusal.logInExpired) { try await fixture.confirm(old, fixture.code(secret)) }
    #expect(try await fixture.staff.prune() == 1)
    let overtaken = try await fixture.challenge("mei")
    try await fixture.staff.dropSecondFactor(of: mei.id, by: .system)
    await #expect(throws: AccountRefusal.logInExpired) { try await fixture.confirm(overtaken, fixture.code(secret)) }
    _ = try await fixture.logIn("mei")
    secret = try await fixture.factor(of: mei.id).secret
    let dismissed = try await fixture.challenge("mei")
    try await fixture.staff.dismiss(mei.id, by: .system)
    await #expect(throws: AccountRefusal.logInExpired) { try await fixture.confirm(dismissed, fixture.code(secret)) }
    await #expect(throws: AccountRefusal.logInExpired) {
      try await fixture.confirm(ChallengeToken(rawValue: "made up"), "123456")
    }
  }

  @Test func `who is asked for one owes it until it is there, and can't give it up`() async throws {
    let fixture = try await StaffFixture(StaffPolicy(requiresSecondFactor: true))
    let mei = try await fixture.hire("mei")
    let session = try await fixture.logIn("mei")
    #expect(session.staff.owes == .secondFactor)
    #expect(try await fixture.staff.staff(session: session.token)?.owes == .secondFactor)
    let (secret, _) = try await fixture.factor(of: mei.id)
    #expect(try await fixture.staff.staff(session: session.token)?.owes == nil)
    await #expect(throws: AccountRefusal.secondFactorRequired) {
      try await fixture.staff.giveUpSecondFactor(of: mei.id, code: fixture.code(secret))
    }
    let free = fixture.elsewhere()
    await fixture.expectWrongCode { try await free.giveUpSecondFactor(of: mei.id, code: fixture.wrongCode(secret)) }
    try await free.giveUpSecondFactor(of: mei.id, code: fixture.code(secret))
    #expect(try await free.member(mei.id)?.secondFactorSince == nil)
    await #expect(throws: AccountRefusal.noSecondFactor) {
      try await free.giveUpSecondFactor(of: mei.id, code: fixture.code(secret, later: 1))
    }
    await #expect(throws: AccountRefusal.noSecondFactor) {
      try await free.confirmSecondFactor(of: mei.id, code: fixture.code(secret, later: 1), keeping: nil)
    }
  }

  @Test func `with a key secrets are stored so that the database alone opens nothing`() async throws {
    let sealing = SecretSealing(key: "a key of the shop's own")
    let fixture = try await StaffFixture(StaffPolicy(sealing: sealing))
    let mei = try await fixture.hire("mei")
    let (secret, codes) = try await fixture.factor(of: mei.id)
    let stored = try #require(
      try await fixture.store.database.read { transaction in
        try transaction.value("SELECT factor_secret FROM staff WHERE id = \(mei.id)", as: String.self)
      })
    #expect(stored.hasPrefix("sealed:") && !stored.contains(Hex.text(secret.bytes)))
    #expect(throws: SecretSealing.Unreadable.self) { try sealing.open(stored, of: StaffID(raw: 1)) }
    #expect(throws: SecretSealing.Unreadable.self) { try SecretSealing.none.open(stored, of: mei.id) }
    _ = try await fixture.confirm(try await fixture.challenge("mei"), fixture.code(secret))
    // Without the key a recovery code still opens.
    let token = try await fixture.challenge("mei")
    _ = try await fixture.elsewhere().confirm(token, code: codes[0], from: fixture.desk)
    // What was kept before there was a key opens with one.
    #expect(try sealing.open(SecretSealing.none.seal([1, 2], of: mei.id), of: mei.id) == [1, 2])
  }
}

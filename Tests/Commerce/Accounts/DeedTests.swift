import AuditLog
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// What is done to staff, and what they do at the door, stands in the log.
@Suite struct DeedTests {
  private func deeds(_ fixture: StaffFixture) async throws -> [DeedEntry] {
    try await DeedLog(database: fixture.store.database, clock: fixture.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
  }

  // req: 2.3.3-3
  @Test func `what is done to staff and roles is noted once, with what was there before`() async throws {
    let fixture = try await StaffFixture()
    let staff = fixture.staff
    let mei = try await fixture.hire("mei", of: fixture.kiln)
    let hand = Actor.staff(mei.id)
    let role = try await staff.addRole(
      StaffRoleDraft(name: "Packers", rights: [.ordersShip]), of: fixture.kiln, by: hand)
    let bo = try await fixture.hire("bo", of: fixture.kiln, .role(role.id))
    let wider = StaffRoleDraft(name: "Packers", rights: [.ordersShip, .logView])
    for _ in 1...2 {
      _ = try await staff.reviseRole(role.id, wider, by: hand)
      _ = try await staff.revise(bo.id, StaffRevision(name: "Bo", role: role.id), by: hand)
    }
    for _ in 1...2 { try await staff.dismiss(bo.id, by: hand) }
    for _ in 1...2 { try await staff.reinstate(bo.id, by: hand) }
    _ = try await staff.resetPassword(of: bo.id, by: hand)
    let spare = try await staff.addRole(
      StaffRoleDraft(name: "Spare", rights: [.ordersShip]), of: fixture.kiln, by: hand)
    try await staff.removeRole(spare.id, by: hand)

    let entries = try await deeds(fixture)
    try #require(
      entries.map(\.verb) == [
        "staff.hire", "staff.addRole", "staff.hire", "staff.reviseRole", "staff.revise", "staff.dismiss",
        "staff.reinstate", "staff.resetPassword", "staff.addRole", "staff.removeRole",
      ])
    #expect(entries.allSatisfy { $0.merchant == fixture.kiln })
    #expect(entries[0].who == "program" && entries[0].subjectName == "mei@example.com")
    #expect(entries[3].who == "\(mei.id)" && entries[3].subject == "\(role.id)")
    #expect(entries[2].before == nil)
    #expect(entries[2].fieldsAfter == ["name": "bo", "role": "Packers", "rights": "orders.ship"])
    #expect(entries[3].fieldsBefore == ["name": "Packers", "rights": "orders.ship"])
    #expect(entries[3].fieldsAfter == ["name": "Packers", "rights": "log.view orders.ship"])
    #expect(entries[4].fieldsBefore["name"] == "bo" && entries[4].fieldsAfter["name"] == "Bo")
    #expect(entries[5].fieldsBefore == ["isActive": "true"] && entries[5].fieldsAfter == ["isActive": "false"])
    #expect(entries[6].fieldsBefore == ["isActive": "false"] && entries[6].fieldsAfter == ["isActive": "true"])
    #expect(entries[7].fieldsAfter == ["mustChangePassword": "true"])
    #expect(entries[9].fieldsBefore == ["name": "Spare", "rights": "orders.ship"] && entries[9].after == nil)
  }

  // req: 2.3.3-3
  @Test func `who comes and goes is noted, with nothing of what opens the door`() async throws {
    let fixture = try await StaffFixture()
    let staff = fixture.staff
    let mei = try await fixture.hire("mei")
    _ = try? await fixture.enter("mei", "guessed wrong")
    _ = try? await fixture.enter("nobody")
    let first = try await fixture.logIn("mei")
    let second = try await fixture.logIn("mei")
    try await staff.endSession(StaffSessionKey(of: second.token), of: mei.id, by: .staff(mei.id))
    let (secret, codes) = try await fixture.factor(of: mei.id, keeping: first.token)
    let challenge = try await fixture.challenge("mei")
    await fixture.expectWrongCode { _ = try await fixture.confirm(challenge, fixture.wrongCode(secret)) }
    let token = try await fixture.confirm(challenge, fixture.code(secret)).token
    for _ in 1...2 { _ = try await staff.endSessions(of: mei.id, keeping: token, by: .staff(mei.id)) }
    try await staff.changePassword(
      of: mei.id, current: StaffFixture.password, new: "battery staple", keeping: token)
    let renewed = try await staff.renewRecoveryCodes(of: mei.id, code: codes[0])
    try await staff.giveUpSecondFactor(of: mei.id, code: renewed[0])
    for _ in 1...2 { try await staff.logOut(token) }

    let entries = try await deeds(fixture)
    try #require(
      entries.map(\.verb) == [
        "staff.hire", "staff.logInFailed", "staff.logInFailed", "staff.logIn", "staff.logIn", "staff.endSession",
        "staff.confirmSecondFactor", "staff.codeFailed", "staff.logIn", "staff.endSessions", "staff.changePassword",
        "staff.renewRecoveryCodes", "staff.giveUpSecondFactor", "staff.logOut",
      ])
    #expect(entries[1].subject == "\(mei.id)" && entries[2].subject == "unknown")
    #expect(entries[3].who == "\(mei.id)" && entries[3].whoName == "mei")
    #expect(entries[5].fieldsBefore["origin"] == fixture.desk.address)
    #expect(entries[6].fieldsBefore.isEmpty && entries[6].fieldsAfter["secondFactorSince"] != nil)
    #expect(entries[7].who == "program" && entries[7].subject == "\(mei.id)")
    #expect(entries[9].fieldsAfter == ["ended": "1"])
    #expect(entries[11].fieldsBefore == ["recoveryCodesLeft": "9"])
    #expect(entries[11].fieldsAfter == ["recoveryCodesLeft": "10"])
    #expect(entries[12].fieldsBefore == entries[6].fieldsAfter && entries[12].after == nil)
    let said = "\(entries)"
    for part in [
      StaffFixture.password, "guessed", "battery", "nobody", codes[0], renewed[0], token.rawValue,
      first.token.rawValue, StaffSessionKey(of: second.token).rawValue,
    ] { #expect(!said.contains(part), "\(part)") }
  }

  // req: 2.3.3-3
  @Test func `who was dismissed and tries the door is named, and a second factor that others take off is noted`()
    async throws
  {
    let fixture = try await StaffFixture()
    let (mei, bo) = (try await fixture.hire("mei"), try await fixture.hire("bo"))
    _ = try await fixture.factor(of: bo.id)
    try await fixture.staff.dropSecondFactor(of: bo.id, by: .staff(mei.id))
    try await fixture.staff.dismiss(bo.id, by: .staff(mei.id))
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.enter("bo") }
    let last = try await deeds(fixture).suffix(3)
    #expect(last.map(\.verb) == ["staff.dropSecondFactor", "staff.dismiss", "staff.logInFailed"])
    #expect(last.allSatisfy { $0.subject == "\(bo.id)" && $0.subjectName == "bo@example.com" })
    #expect(last.first?.who == "\(mei.id)" && last.first?.fieldsBefore["secondFactorSince"] != nil)
  }
}

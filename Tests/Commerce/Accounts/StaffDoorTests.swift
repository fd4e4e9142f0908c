import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// How staff get in and out, by password alone.
@Suite struct StaffDoorTests {
  @Test func `sessions are listed with where they are, and each or all of them can be ended`() async throws {
    let fixture = try await StaffFixture()
    let (mei, bo) = (try await fixture.hire("mei"), try await fixture.hire("bo"))
    let first = try await fixture.logIn("mei").token
    fixture.store.clock.advance(by: .minutes(10))
    let second = try await fixture.logIn("mei").token
    let other = try await fixture.logIn("bo").token
    var listed = try await fixture.staff.sessions(of: mei.id)
    #expect(listed.map(\.key) == [StaffSessionKey(of: second), StaffSessionKey(of: first)])
    #expect(listed[0].place == fixture.desk && listed[1].seenAt == listed[1].beganAt)
    _ = try await fixture.staff.staff(session: first)
    listed = try await fixture.staff.sessions(of: mei.id)
    #expect(listed[1].seenAt == fixture.store.clock.now)
    #expect(try await fixture.staff.member(mei.id)?.loggedInAt == fixture.store.clock.now)
    await #expect(throws: AccountRefusal.unknownSession) {
      try await fixture.staff.endSession(StaffSessionKey(of: other), of: mei.id, by: .staff(mei.id))
    }
    try await fixture.staff.endSession(StaffSessionKey(of: first), of: mei.id, by: .staff(mei.id))
    #expect(try await fixture.staff.staff(session: first) == nil)
    _ = try await fixture.logIn("mei")
    #expect(try await fixture.staff.endSessions(of: mei.id, keeping: second, by: .staff(mei.id)) == 1)
    #expect(try await fixture.staff.staff(session: second)?.id == mei.id)
    #expect(try await fixture.staff.endSessions(of: mei.id, keeping: nil, by: .staff(bo.id)) == 1)
    #expect(try await fixture.staff.staff(session: second) == nil)
    #expect(try await fixture.staff.staff(session: other)?.id == bo.id)
  }

  @Test func `a password that somebody else made opens, and must be changed`() async throws {
    let fixture = try await StaffFixture()
    let (mei, bo) = (try await fixture.hire("mei"), try await fixture.hire("bo"))
    let old = try await fixture.logIn("bo").token
    let made = try await fixture.staff.resetPassword(of: bo.id, by: .staff(mei.id))
    #expect(try await fixture.staff.staff(session: old) == nil)
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn("bo") }
    let session = try await fixture.logIn("bo", made)
    #expect(session.staff.owes == .newPassword)
    await #expect(throws: FieldFaults(field: "newPassword", code: "samePassword")) {
      try await fixture.staff.changePassword(of: bo.id, current: made, new: made, keeping: session.token)
    }
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await fixture.staff.changePassword(of: bo.id, current: "guess", new: "battery staple", keeping: session.token)
    }
    let other = try await fixture.logIn("bo", made).token
    try await fixture.staff.changePassword(of: bo.id, current: made, new: "battery staple", keeping: session.token)
    #expect(try await fixture.staff.staff(session: session.token)?.owes == nil)
    #expect(try await fixture.staff.staff(session: other) == nil)
    _ = try await fixture.logIn("bo", "battery staple")
  }

  @Test func `a log-in that a dismissal or a reset overtakes opens nothing`() async throws {
    let fixture = try await StaffFixture()
    _ = try await fixture.hire("mei")
    let bo = try await fixture.hire("bo")
    let elsewhere = fixture.elsewhere()
    fixture.database.beforeNextWrite { _ = try await elsewhere.resetPassword(of: bo.id, by: .system) }
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn("bo") }
    _ = try await fixture.hire("ed")
    let ed = try #require(try await fixture.staff.members(of: nil, PageRequest()).items.first { $0.staff.name == "ed" })
    fixture.database.beforeNextWrite { try await elsewhere.dismiss(ed.staff.id, by: .system) }
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn("ed") }
    #expect(try await fixture.staff.sessions(of: bo.id).isEmpty)
    #expect(try await fixture.staff.sessions(of: ed.staff.id).isEmpty)
  }

  @Test func `who is unknown is told so wherever they are named`() async throws {
    let fixture = try await StaffFixture()
    let nobody = StaffID(raw: 1)
    let staff = fixture.staff
    #expect(try await staff.member(nobody) == nil)
    let revision = StaffRevision(name: "X", role: StaffRoleID(raw: 1))
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.revise(nobody, revision, by: .system) }
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.dismiss(nobody, by: .system) }
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.reinstate(nobody, by: .system) }
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.resetPassword(of: nobody, by: .system) }
    await #expect(throws: AccountRefusal.unknownStaff) {
      try await staff.endSessions(of: nobody, keeping: nil, by: .system)
    }
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.beginSecondFactor(of: nobody, code: "") }
    await #expect(throws: AccountRefusal.unknownStaff) { try await staff.dropSecondFactor(of: nobody, by: .system) }
  }

  @Test func `where somebody logs in from is kept as far as there is room, without what can't be printed`() {
    let place = LogInPlace(
      address: String(repeating: "1", count: 99), agent: "a\u{0}b\n" + String(repeating: "长", count: 999))
    #expect(place.address.count == 64)
    #expect(place.agent.hasPrefix("ab长") && place.agent.count == 300)
  }
}

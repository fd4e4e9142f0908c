import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// What staff may do, and who remains to say so.
@Suite struct StaffRoleTests {
  @Test func `an owner may do all that staff of the employer can, and others what their role says`() async throws {
    let fixture = try await StaffFixture()
    let (mei, lin) = (try await fixture.hire("mei"), try await fixture.hire("lin", of: fixture.kiln))
    #expect(mei.rights == Set(StaffRight.allCases) && mei.role.isOwner && mei.operatesPlatform)
    #expect(lin.rights == StaffRight.all(of: fixture.kiln) && !lin.rights.contains(.systemOperate))
    let role = try await fixture.staff.addRole(
      StaffRoleDraft(name: "Warehouse", rights: [.ordersShip, .stockAdjust]), of: fixture.kiln, by: .staff(lin.id))
    let bo = try await fixture.hire("bo", of: fixture.kiln, .role(role.id))
    #expect(bo.rights == [.ordersShip, .stockAdjust] && bo.merchant == fixture.kiln)
    #expect(try await fixture.staff.roles(of: fixture.kiln).map(\.name) == ["owner", "Warehouse"])
    #expect(try await fixture.staff.headcount(of: fixture.kiln) == [lin.role.id: 1, role.id: 1])
    #expect(try await fixture.staff.roles(of: fixture.mill).isEmpty)
    let people = try await fixture.staff.members(of: fixture.kiln, PageRequest(limit: 1))
    #expect(people.items.map(\.staff.name) == ["bo"])
    let rest = try await fixture.staff.members(of: fixture.kiln, PageRequest(limit: 1, after: people.next))
    #expect(rest.items.map(\.staff.name) == ["lin"] && rest.next == nil)
  }

  @Test func `a role is its employer's: nobody is hired for another's, and none has rights over the platform`()
    async throws
  {
    let fixture = try await StaffFixture()
    let kiln = try await fixture.hire("lin", of: fixture.kiln)
    let outside = FieldFaults(field: "role", code: "unknownValue")
    await #expect(throws: outside) { try await fixture.hire("bo", of: fixture.mill, .role(kiln.role.id)) }
    await #expect(throws: outside) { try await fixture.hire("bo", .role(kiln.role.id)) }
    let mill = try await fixture.hire("mo", of: fixture.mill)
    await #expect(throws: outside) {
      try await fixture.staff.revise(mill.id, StaffRevision(name: "Mo", role: kiln.role.id), by: .system)
    }
    for rights: Set<StaffRight> in [[.systemOperate], [.catalogPublish, .ordersShip], []] {
      await #expect(throws: FieldFaults.self) {
        try await fixture.staff.addRole(StaffRoleDraft(name: "X", rights: rights), of: fixture.kiln, by: .system)
      }
    }
    let reach = try await fixture.hire("ed", of: fixture.kiln, .rights([.systemOperate, .ordersShip]))
    #expect(reach.rights == [.ordersShip])
  }

  @Test func `names of roles are unique for each employer, and the owner's stays as it is`() async throws {
    let fixture = try await StaffFixture()
    let owner = try await fixture.hire("mei").role
    let draft = StaffRoleDraft(name: "Support", rights: [.ordersReview])
    let support = try await fixture.staff.addRole(draft, of: nil, by: .system)
    _ = try await fixture.staff.addRole(draft, of: fixture.kiln, by: .system)
    let taken = FieldFaults(field: "name", code: "taken")
    await #expect(throws: taken) { try await fixture.staff.addRole(draft, of: nil, by: .system) }
    await #expect(throws: taken) {
      try await fixture.staff.addRole(StaffRoleDraft(name: "owner", rights: [.ordersShip]), of: nil, by: .system)
    }
    let other = try await fixture.staff.addRole(
      StaffRoleDraft(name: "Packing", rights: [.ordersShip]), of: nil, by: .system)
    await #expect(throws: taken) { try await fixture.staff.reviseRole(other.id, draft, by: .system) }
    await #expect(throws: AccountRefusal.ownerRole) { try await fixture.staff.reviseRole(owner.id, draft, by: .system) }
    await #expect(throws: AccountRefusal.ownerRole) { try await fixture.staff.removeRole(owner.id, by: .system) }
    let bo = try await fixture.hire("bo", .role(support.id))
    await #expect(throws: AccountRefusal.roleInUse(people: 1)) {
      try await fixture.staff.removeRole(support.id, by: .system)
    }
    try await fixture.staff.dismiss(bo.id, by: .system)
    await #expect(throws: AccountRefusal.roleInUse(people: 1)) {
      try await fixture.staff.removeRole(support.id, by: .system)
    }
    try await fixture.staff.removeRole(other.id, by: .system)
    await #expect(throws: AccountRefusal.unknownRole) { try await fixture.staff.removeRole(other.id, by: .system) }
  }

  @Test func `a change of role or rights counts at once here, and elsewhere within five seconds`() async throws {
    let fixture = try await StaffFixture()
    _ = try await fixture.hire("mei")
    let role = try await fixture.staff.addRole(
      StaffRoleDraft(name: "Support", rights: [.ordersReview]), of: nil, by: .system)
    let bo = try await fixture.hire("bo", .role(role.id))
    let token = try await fixture.logIn("bo").token
    let elsewhere = fixture.elsewhere()
    for service in [fixture.staff, elsewhere] {
      #expect(try await service.staff(session: token)?.rights == [.ordersReview])
    }
    _ = try await fixture.staff.reviseRole(
      role.id, StaffRoleDraft(name: "Support", rights: [.usersView]), by: .system)
    #expect(try await fixture.staff.staff(session: token)?.rights == [.usersView])
    fixture.store.clock.advance(by: .seconds(5))
    #expect(try await elsewhere.staff(session: token)?.rights == [.usersView])
    try await fixture.staff.dismiss(bo.id, by: .system)
    #expect(try await fixture.staff.staff(session: token) == nil)
    fixture.store.clock.advance(by: .seconds(5))
    #expect(try await elsewhere.staff(session: token) == nil)
    await #expect(throws: AccountRefusal.wrongCredentials) { try await fixture.logIn("bo") }
    try await fixture.staff.reinstate(bo.id, by: .system)
    #expect(try await fixture.staff.staff(session: token) == nil)
    _ = try await fixture.logIn("bo")
  }

  @Test func `somebody always remains who may edit staff`() async throws {
    let fixture = try await StaffFixture()
    let mei = try await fixture.hire("mei")
    let personnel = try await fixture.staff.addRole(
      StaffRoleDraft(name: "Personnel", rights: [.staffEdit]), of: nil, by: .system)
    let support = try await fixture.staff.addRole(
      StaffRoleDraft(name: "Support", rights: [.ordersReview]), of: nil, by: .system)
    await #expect(throws: AccountRefusal.lastStaffEditor) { try await fixture.staff.dismiss(mei.id, by: .system) }
    await #expect(throws: AccountRefusal.lastStaffEditor) {
      try await fixture.staff.revise(mei.id, StaffRevision(name: "Mei", role: support.id), by: .system)
    }
    // Those of a merchant are no help to the platform.
    _ = try await fixture.hire("lin", of: fixture.kiln)
    await #expect(throws: AccountRefusal.lastStaffEditor) { try await fixture.staff.dismiss(mei.id, by: .system) }
    let bo = try await fixture.hire("bo", .role(personnel.id))
    try await fixture.staff.dismiss(mei.id, by: .system)
    await #expect(throws: AccountRefusal.lastStaffEditor) {
      try await fixture.staff.reviseRole(
        personnel.id, StaffRoleDraft(name: "Personnel", rights: [.usersView]), by: .system)
    }
    #expect(try await fixture.staff.staff(bo.id)?.rights == [.staffEdit])
  }

  @Test func `of two who dismiss one another at once, one stays`() async throws {
    for _ in 1...5 {
      let fixture = try await StaffFixture()
      let (one, two) = (try await fixture.hire("mei"), try await fixture.hire("bo"))
      let outcomes = await withTaskGroup(of: Bool.self) { group in
        for (id, other) in [(one.id, two.id), (two.id, one.id)] {
          group.addTask {
            do {
              try await fixture.staff.dismiss(id, by: .staff(other))
              return true
            } catch {
              return false
            }
          }
        }
        return await group.reduce(into: [Bool]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 } == 1)
      let active = try await fixture.staff.members(of: nil, PageRequest()).items.count(where: \.isActive)
      #expect(active == 1)
    }
  }

  @Test func `many who are hired at once for the same rights share one role`() async throws {
    let fixture = try await StaffFixture()
    let roles = try await withThrowingTaskGroup(of: StaffRoleID.self) { group in
      for number in 1...12 {
        group.addTask { try await fixture.hire("x\(number)", .rights([.ordersShip])).role.id }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(roles.count == 1)
    #expect(try await fixture.staff.roles(of: nil).map(\.name) == ["orders.ship"])
  }
}

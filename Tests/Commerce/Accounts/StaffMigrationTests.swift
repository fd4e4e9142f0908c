import AuditLog
import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

@Suite struct StaffMigrationTests {
  @Test func `who worked before there were roles may do as much as then, and owners all there is`() async throws {
    let before = StoredAccounts.migrations.filter { $0.number <= 3 }
    let store = try await TestStore(Outbox.migrations + before)
    let hash = try await PasswordHashing(cost: 4).hash("correct horse")
    let rows: [(Int64, Int64?, String)] = [
      (1, nil, "orders.review orders.ship system.operate"), (2, 7, "orders.review orders.ship"), (3, 7, "orders.ship"),
      (4, 7, "orders.ship"), (5, 8, ""), (6, nil, "system.operate"),
    ]
    try await store.database.write { transaction in
      for (id, merchant, rights) in rows {
        let name = "x\(id)"
        try transaction.execute(
          """
          INSERT INTO staff (id, email, password, name, merchant_id, rights)
          VALUES (\(id), \(name + "@example.com"), \(hash), \(name), \(merchant), \(rights))
          """)
      }
    }
    try await Migrator(DeedLog.migrations + Outbox.migrations + StoredAccounts.migrations).run(
      on: store.database, now: store.clock.now)
    let staff = StoredStaff(
      database: store.database, ids: store.ids, clock: store.clock.clock, hashing: PasswordHashing(cost: 4))
    let kiln = MerchantID(raw: 7)
    let rights: [Set<StaffRight>] = [
      Set(StaffRight.allCases), StaffRight.all(of: kiln), [.ordersShip], [.ordersShip], [], [.systemOperate],
    ]
    for (index, expected) in rights.enumerated() {
      let id = StaffID(raw: Int64(index + 1))
      let member = try #require(try await staff.member(id))
      #expect(member.staff.rights == expected && member.isActive, "\(id)")
      let session = try await staff.logIn(
        email: "x\(index + 1)@example.com", password: "correct horse", client: "\(index)")
      #expect(session.staff == member.staff)
    }
    #expect(try await staff.roles(of: kiln).map(\.name) == ["owner", "orders.ship"])
    #expect(try await staff.roles(of: nil).map(\.isOwner) == [true, false])
    _ = try await staff.hire(
      StaffHire(email: "new@example.com", password: "correct horse", name: "New", merchant: kiln, role: .owner))
    #expect(try await staff.roles(of: kiln).count == 2)
  }
}

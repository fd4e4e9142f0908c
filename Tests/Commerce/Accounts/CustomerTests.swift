import AuditLog
import Events
import Storage
import TestKit
import Testing
import Values

@testable import Accounts

/// Customers as staff find them, note them down and keep them out.
@Suite struct CustomerTests {
  private struct Desk {
    let store: TestStore
    let accounts: StoredAccounts
    let kiln = MerchantID(raw: 7)
    let mill = MerchantID(raw: 8)
    let mei = StaffID(raw: 1)

    init() async throws {
      store = try await TestStore(Outbox.migrations + StoredAccounts.migrations)
      accounts = StoredAccounts(
        database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
        hashing: PasswordHashing(cost: 4),
        regions: RegionDirectory(
          lines: "310000\t上海市\tShanghai\n310100\t上海市\tShanghai\n310115\t浦东新区\tPudong\n"))
    }

    func register(_ name: String, phone: String = "") async throws -> Account {
      let account = try await accounts.register(
        Registration(
          email: "\(name.lowercased())@example.com", password: "correct horse", name: name, language: .en))
      guard !phone.isEmpty else { return account }
      return try await accounts.reviseProfile(
        of: account.id, Profile(name: name, phone: phone, language: .en))
    }

    func names(
      of employer: MerchantID? = nil, _ filter: CustomerFilter = CustomerFilter(), limit: Int = 100
    ) async throws -> [String] {
      var (names, page): ([String], PageRequest?) = ([], PageRequest(limit: limit))
      while let asked = page {
        let found = try await accounts.customers(of: employer, matching: filter, asked)
        names += found.items.map(\.profile.name)
        page = found.next.map { PageRequest(limit: limit, after: $0) }
      }
      return names
    }

    func logIn(_ name: String) async throws -> Session {
      try await accounts.logIn(email: "\(name.lowercased())@example.com", password: "correct horse", client: "::1")
    }

    func verbs() async throws -> [String] { try await deeds().map(\.verb) }

    func deeds() async throws -> [DeedEntry] {
      try await DeedLog(database: store.database, clock: store.clock.clock)
        .entries(matching: DeedFilter(), after: 0, limit: 100)
    }
  }

  // req: 3.1.2-1
  @Test func `customers are found by beginnings, page by page, without a gap or repeat`() async throws {
    let desk = try await Desk()
    for (name, phone) in [
      ("Linda", "138 0013 8000"), ("LIN", "+86-138-0013-8001"), ("Lina", ""), ("Élan", "55512"), ("Wu", "13700000000"),
    ] {
      _ = try await desk.register(name.replacing("É", with: "E"), phone: phone)
      desk.store.clock.advance(by: .minutes(1))
    }
    for limit in [1, 2, 100] {
      #expect(try await desk.names(limit: limit) == ["Wu", "Elan", "Lina", "LIN", "Linda"])
      #expect(try await desk.names(CustomerFilter(name: "lIn"), limit: limit) == ["LIN", "Lina", "Linda"])
      #expect(try await desk.names(CustomerFilter(email: "LIN"), limit: limit) == ["LIN", "Lina", "Linda"])
      #expect(try await desk.names(CustomerFilter(phone: "138-00"), limit: limit) == ["Linda"])
      #expect(try await desk.names(CustomerFilter(phone: "86138"), limit: limit) == ["LIN"])
    }
    #expect(try await desk.names(CustomerFilter(name: "%")) == [])
    var whole = CustomerFilter(email: "lin")
    whole.isWhole = true
    #expect(try await desk.names(whole) == [])
    whole.email = "lin@example.com"
    #expect(try await desk.names(whole) == ["LIN"])
    whole = CustomerFilter(name: "lin")
    whole.isWhole = true
    #expect(try await desk.names(whole) == ["LIN"])
    await #expect(throws: FieldFaults.self) {
      try await desk.accounts.customers(
        of: nil, matching: CustomerFilter(), PageRequest(limit: 1, after: Cursor(["x"])))
    }
  }

  @Test func `a merchant finds who ordered from it, the last order first`() async throws {
    let desk = try await Desk()
    let (lin, wu, an) = (
      try await desk.register("Lin"), try await desk.register("Wu"), try await desk.register("An")
    )
    let now = desk.store.clock.now
    try await desk.accounts.noteOrders([
      CustomerOrder(buyer: wu.id, merchant: desk.kiln, placedAt: now),
      CustomerOrder(buyer: lin.id, merchant: desk.kiln, placedAt: now.adding(.days(-1))),
      CustomerOrder(buyer: an.id, merchant: desk.mill, placedAt: now),
    ])
    for limit in [1, 100] { #expect(try await desk.names(of: desk.kiln, limit: limit) == ["Wu", "Lin"]) }
    // What comes late moves nothing back.
    try await desk.accounts.noteOrders([
      CustomerOrder(buyer: lin.id, merchant: desk.kiln, placedAt: now.adding(.days(1))),
      CustomerOrder(buyer: lin.id, merchant: desk.kiln, placedAt: now.adding(.days(-2))),
      CustomerOrder(buyer: wu.id, merchant: desk.kiln, placedAt: now.adding(.days(-5))),
    ])
    #expect(try await desk.names(of: desk.kiln) == ["Lin", "Wu"])
    #expect(try await desk.names(of: desk.kiln, CustomerFilter(name: "an")) == [])
    #expect(try await desk.names(of: desk.kiln, CustomerFilter(name: "w")) == ["Wu"])
    #expect(try await desk.names(of: desk.mill) == ["An"])
    #expect(try await desk.names(CustomerFilter(account: wu.id)) == ["Wu"])
    #expect(try await desk.names(of: desk.mill, CustomerFilter(account: wu.id)) == [])
  }

  @Test func `notes and tags are an employer's own, bounded, and in the log`() async throws {
    let desk = try await Desk()
    let lin = try await desk.register("Lin")
    let accounts = desk.accounts
    let note = try await accounts.addNote("Likes celadon\nand oolong", on: lin.id, of: desk.kiln, by: desk.mei)
    #expect(try await accounts.notes(on: lin.id, of: desk.kiln, PageRequest()).items == [note])
    #expect(try await accounts.notes(on: lin.id, of: desk.mill, PageRequest()).items == [])
    #expect(try await accounts.notes(on: lin.id, of: nil, PageRequest()).items == [])
    await #expect(throws: CustomerRefusal.unknownNote) {
      try await accounts.removeNote(note.id, on: lin.id, of: desk.mill, by: desk.mei)
    }
    for text in ["", " \u{200B}", String(repeating: "长", count: 1001), "\u{202E}x"] {
      await #expect(throws: FieldFaults.self) {
        try await accounts.addNote(text, on: lin.id, of: desk.kiln, by: desk.mei)
      }
    }
    await #expect(throws: CustomerRefusal.unknownCustomer) {
      try await accounts.addNote("Who?", on: AccountID(raw: 5), of: desk.kiln, by: desk.mei)
    }
    try await accounts.setTags([" wholesale", "tea", "tea", ""], of: lin.id, employer: desk.kiln, by: desk.mei)
    try await accounts.setTags(["tea", "wholesale"], of: lin.id, employer: desk.kiln, by: desk.mei)
    #expect(try await accounts.tags(of: [lin.id], employer: desk.kiln) == [lin.id: ["tea", "wholesale"]])
    #expect(try await accounts.tags(of: [lin.id], employer: nil) == [:])
    await #expect(throws: FieldFaults.self) {
      try await accounts.setTags((1...21).map(String.init), of: lin.id, employer: desk.kiln, by: desk.mei)
    }
    await #expect(throws: FieldFaults.self) {
      try await accounts.setTags([String(repeating: "x", count: 31)], of: lin.id, employer: nil, by: desk.mei)
    }
    try await accounts.noteOrders([CustomerOrder(buyer: lin.id, merchant: desk.kiln, placedAt: desk.store.clock.now)])
    #expect(try await desk.names(of: desk.kiln, CustomerFilter(tag: "tea")) == ["Lin"])
    #expect(try await desk.names(of: desk.kiln, CustomerFilter(name: "lin", tag: "tea")) == ["Lin"])
    #expect(try await desk.names(of: desk.kiln, CustomerFilter(tag: "te")) == [])
    #expect(try await desk.names(CustomerFilter(tag: "tea")) == [])
    try await accounts.setTags(["tea"], of: lin.id, employer: desk.kiln, by: desk.mei)
    try await accounts.removeNote(note.id, on: lin.id, of: desk.kiln, by: desk.mei)
    #expect(
      try await desk.verbs() == ["customers.addNote", "customers.tag", "customers.tag", "customers.removeNote"])
    // What they say stays out of the log, which others read and erasing doesn't reach.
    let deeds = try await desk.deeds()
    #expect(deeds.first?.fieldsAfter == ["note": "\(note.id)", "length": "24"])
    #expect(deeds.last?.fieldsBefore == ["note": "\(note.id)", "length": "24"])
    #expect(deeds.map { $0.fieldsBefore["tags"] } == [nil, "0", "2", nil])
    #expect(deeds.map { $0.fieldsAfter["tags"] } == [nil, "2", "1", nil])
    for text in ["celadon", "oolong", "wholesale"] { #expect(!"\(deeds)".contains(text), "\(text)") }
  }

  // req: 3.1.2-1
  @Test func `who is blocked is out at once, and can't log in until unblocked`() async throws {
    let desk = try await Desk()
    let lin = try await desk.register("Lin")
    let session = try await desk.logIn("Lin")
    #expect(try await desk.accounts.account(session: session.token)?.id == lin.id)
    await #expect(throws: FieldFaults.self) { try await desk.accounts.block(lin.id, reason: " ", by: desk.mei) }
    try await desk.accounts.block(lin.id, reason: "never pays", by: desk.mei)
    #expect(try await desk.accounts.account(session: session.token) == nil)
    #expect(try await desk.accounts.sessions(of: lin.id).isEmpty)
    await #expect(throws: AccountRefusal.accountBlocked) { try await desk.logIn("Lin") }
    // Who doesn't know the password learns nothing.
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await desk.accounts.logIn(email: "lin@example.com", password: "guessed wrong", client: "::1")
    }
    await #expect(throws: AccountRefusal.accountBlocked) { try await desk.accounts.expectOpen(lin.id) }
    #expect(try await desk.names(CustomerFilter(isBlocked: true)) == ["Lin"])
    #expect(try await desk.names(CustomerFilter(isBlocked: false)) == [])
    try await desk.accounts.block(lin.id, reason: "never pays", by: desk.mei)
    try await desk.accounts.block(lin.id, reason: "sells our letters on", by: desk.mei)
    #expect(try await desk.accounts.account(lin.id)?.block?.reason == "sells our letters on")
    for _ in 1...2 { try await desk.accounts.unblock(lin.id, by: desk.mei) }
    _ = try await desk.logIn("Lin")
    try await desk.accounts.expectOpen(lin.id)
    #expect(try await desk.accounts.endSessions(of: lin.id, by: desk.mei) == 1)
    #expect(try await desk.accounts.endSessions(of: lin.id, by: desk.mei) == 0)
    #expect(
      try await desk.verbs() == ["customers.block", "customers.block", "customers.unblock", "customers.endSessions"])
  }

  @Test func `no log-in that races a block outlives it`() async throws {
    let desk = try await Desk()
    let lin = try await desk.register("Lin")
    for round in 1...5 {
      let sessions = try await withThrowingTaskGroup(of: Session?.self) { group in
        for client in 1...6 {
          group.addTask {
            try? await desk.accounts.logIn(
              email: "lin@example.com", password: "correct horse", client: "\(round).\(client)")
          }
        }
        group.addTask {
          try await desk.accounts.block(lin.id, reason: "round \(round)", by: desk.mei)
          return nil
        }
        return try await group.reduce(into: [Session]()) { all, session in if let session { all.append(session) } }
      }
      for session in sessions { #expect(try await desk.accounts.account(session: session.token) == nil) }
      #expect(try await desk.accounts.sessions(of: lin.id).isEmpty)
      try await desk.accounts.unblock(lin.id, by: desk.mei)
    }
  }

  // req: 2.3.2.4-4
  @Test func `who is erased is nobody any more, and nobody can log in as them`() async throws {
    let desk = try await Desk()
    let lin = try await desk.register("Lin", phone: "13800138000")
    _ = try await desk.accounts.addAddress(
      AddressDraft(recipient: "Lin", phone: "13800138000", region: "310115", street: "1 Century Avenue"), to: lin.id)
    let session = try await desk.logIn("Lin")
    _ = try await desk.accounts.addNote("Likes celadon", on: lin.id, of: desk.kiln, by: desk.mei)
    for _ in 1...2 { try await desk.accounts.erase(lin.id, by: desk.mei) }
    let left = try #require(try await desk.accounts.account(lin.id))
    #expect(left.isErased && left.profile.name.isEmpty && left.profile.phone.isEmpty)
    #expect(left.email.hasSuffix("@erased.invalid"))
    #expect(try await desk.accounts.account(session: session.token) == nil)
    #expect(try await desk.accounts.addresses(of: lin.id).isEmpty)
    #expect(try await desk.accounts.notes(on: lin.id, of: desk.kiln, PageRequest()).items.isEmpty)
    await #expect(throws: AccountRefusal.wrongCredentials) { try await desk.logIn("Lin") }
    await #expect(throws: AccountRefusal.wrongCredentials) {
      try await desk.accounts.logIn(email: left.email, password: "", client: "::1")
    }
    #expect(try await desk.accounts.startPasswordReset(email: "lin@example.com") == nil)
    await #expect(throws: CustomerRefusal.erased) {
      try await desk.accounts.block(lin.id, reason: "gone", by: desk.mei)
    }
    // The address is free for somebody else.
    #expect(try await desk.register("Lin").id != lin.id)
    #expect(try await desk.verbs() == ["customers.addNote", "customers.erase"])
  }

  // req: 2.3.2.4-4
  @Test func `nothing of who was erased comes back, from whatever was under way`() async throws {
    let desk = try await Desk()
    let lin = try await desk.register("Lin", phone: "13800138000")
    let draft = AddressDraft(recipient: "Lin", phone: "13800138000", region: "310115", street: "1 Century Avenue")
    let address = try await desk.accounts.addAddress(draft, to: lin.id)
    let browsing = StoredBrowsing(database: desk.store.database, clock: desk.store.clock.clock)
    await browsing.recordView(of: ProductID(raw: 1), by: .account(lin.id))
    try await desk.accounts.erase(lin.id, by: desk.mei)
    await #expect(throws: CustomerRefusal.erased) { try await desk.accounts.addAddress(draft, to: lin.id) }
    await #expect(throws: CustomerRefusal.erased) {
      try await desk.accounts.reviseAddress(address.id, of: lin.id, draft)
    }
    await #expect(throws: CustomerRefusal.erased) {
      try await browsing.setFavourite(ProductID(raw: 1), of: lin.id, true)
    }
    await #expect(throws: CustomerRefusal.erased) { try await desk.accounts.expectOpen(lin.id) }
    try await browsing.flush()
    func left() async throws -> Int? {
      try await desk.store.database.read {
        try $0.value(
          "SELECT (SELECT COUNT(*) FROM address) + (SELECT COUNT(*) FROM browsing_history) AS left_over", as: Int.self)
      }
    }
    #expect(try await left() == 0)
    // What an older program wrote meanwhile goes when it is done again.
    try await desk.store.database.write { transaction in
      try transaction.execute(
        """
        INSERT INTO address (id, account_id, recipient, phone, region, street, postcode, is_default)
        VALUES (9, \(lin.id), 'Lin', '13800138000', '310115', '1 Century Avenue', '', 1)
        """)
    }
    try await desk.accounts.erase(lin.id, by: desk.mei)
    #expect(try await left() == 0)
    #expect(try await desk.verbs() == ["customers.erase"])
  }

  @Test func `accounts from before are found by their names and phones`() async throws {
    let store = try await TestStore(Outbox.migrations + StoredAccounts.migrations.filter { $0.number <= 5 })
    try await store.database.write { transaction in
      for (id, name, phone) in [(1, "ÉLAN", "+86 138-0013"), (2, "Lin", ""), (3, "林小满", "55512")] {
        try transaction.execute(
          """
          INSERT INTO account (id, email, password, name, phone, language, registered_at)
          VALUES (\(id), \("\(id)@example.com"), 'x', \(name), \(phone), \(Language.en), 0)
          """)
      }
    }
    try await Migrator(DeedLog.migrations + Outbox.migrations + StoredAccounts.migrations).run(
      on: store.database, now: store.clock.now)
    let accounts = StoredAccounts(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock,
      hashing: PasswordHashing(cost: 4), regions: RegionDirectory(lines: "310000\t上海市\tShanghai\n"))
    #expect(try await accounts.customers(of: nil, matching: CustomerFilter(name: "LI"), PageRequest()).items.isEmpty)
    #expect(try await accounts.fillKeys(limit: 2) == 2)
    // Who changes a name meanwhile is found by the new one.
    _ = try await accounts.reviseProfile(
      of: AccountID(raw: 2), Profile(name: "Lina", phone: "", language: .en))
    #expect(try await accounts.fillKeys(limit: 2) == 1)
    #expect(try await accounts.fillKeys(limit: 2) == 0)
    for (filter, name) in [
      (CustomerFilter(name: "éla"), "ÉLAN"), (CustomerFilter(name: "LI"), "Lina"), (CustomerFilter(name: "林"), "林小满"),
      (CustomerFilter(phone: "86138"), "ÉLAN"), (CustomerFilter(phone: "555"), "林小满"),
    ] {
      let found = try await accounts.customers(of: nil, matching: filter, PageRequest()).items
      #expect(found.map(\.profile.name) == [name])
    }
    #expect(try await accounts.gathered() == CustomerGathering(place: nil))
    try await accounts.noteGathered(upTo: Cursor(["5", "6"]))
    #expect(try await accounts.gathered()?.place == Cursor(["5", "6"]))
    try await accounts.noteGathered(upTo: nil)
    #expect(try await accounts.gathered() == nil)
  }
}

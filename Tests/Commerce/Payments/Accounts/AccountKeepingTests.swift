import AuditLog
import Foundation
import Storage
import TestKit
import Testing
import Values

@testable import Payments

/// How accounts are kept: sealed, by version, and under the identity that payments were opened with.
@Suite struct AccountKeepingTests {
  private func stored(_ desk: AccountDesk, _ column: String) async throws -> String {
    let name = SQL(text: column)
    let bytes: [UInt8]? = try await desk.store.database.read {
      try $0.value("SELECT \(name) FROM payment_account ORDER BY id LIMIT 1")
    }
    return String(decoding: try #require(bytes), as: UTF8.self)
  }

  // req: 4.1.4-1
  @Test func `secrets lie sealed in the database, and what is read of an account has none`() async throws {
    let desk = try await AccountDesk()
    let account = try await desk.save(desk.stripe())
    #expect(account.secrets == ["secretKey", "webhookSecret"])
    let text = try await stored(desk, "secrets")
    #expect(!text.contains("sk_test_ABCDEFGHIJ") && !text.contains("whsec_"))
    #expect(try await !stored(desk, "fields").contains("sk_test_"))
    let shown = try await desk.accounts.accounts()
    #expect(!String(decoding: try JSONEncoder().encode(shown), as: UTF8.self).contains("sk_test_"))
    let deeds = try await desk.store.database.read { transaction in
      try transaction.rows("SELECT * FROM deed ORDER BY number").map { "\($0.values)" }
    }
    #expect(deeds.count == 1 && !deeds[0].contains("sk_test_") && !deeds[0].contains("whsec_"))
  }

  @Test func `without a key nothing is kept`() async throws {
    let desk = try await AccountDesk(sealKey: nil)
    await #expect(throws: PaymentAccountRefusal.noSealKey) { try await desk.save(desk.stripe()) }
    #expect(try await desk.accounts.accounts().isEmpty)
    await #expect(throws: PaymentAccountRefusal.unknownAccount) {
      try await desk.save(PaymentAccountDraft(method: .cash, fields: [:], terms: AccountDesk.terms, version: nil))
    }
  }

  @Test func `who has another key reads nothing, and says so`() async throws {
    let desk = try await AccountDesk()
    let account = try await desk.save(desk.stripe())
    let (directory, accounts) = desk.other(SecretSeal(AccountDesk.newSealKey))
    #expect(try await accounts.accounts().map(\.isReadable) == [false])
    #expect(try await directory.snapshot().listed.isEmpty)
    let bare = PaymentAccountDraft(
      method: account.method, fields: account.fields, terms: AccountDesk.terms, version: account.version)
    await #expect(throws: PaymentAccountRefusal.sealedOtherwise) { try await accounts.save(bare, by: desk.staff) }
    #expect(try await accounts.save(desk.stripe(version: account.version), by: desk.staff).isReadable)
  }

  @Test func `a secret that was moved to another account opens nothing there`() throws {
    let seal = try #require(SecretSeal(AccountDesk.sealKey))
    let sealed = try seal.seal(PaymentSecret("open sesame"), at: "pac_1/secretKey")
    #expect(seal.open(sealed, at: "pac_1/secretKey")?.text == "open sesame")
    #expect(seal.open(sealed, at: "pac_2/secretKey") == nil)
    #expect(seal.open(sealed, at: "pac_1/webhookSecret") == nil)
    for bad in ["", "v1", "v1..", "v2." + sealed.dropFirst(3), sealed.dropLast(4) + "AAAA"] {
      #expect(seal.open(String(bad), at: "pac_1/secretKey") == nil)
    }
    for text in ["", "short", Data(repeating: 7, count: 31).base64EncodedString()] { #expect(SecretSeal(text) == nil) }
  }

  @Test func `the key that seals is changed without an account being unreadable at any time`() async throws {
    let desk = try await AccountDesk()
    try await desk.save(desk.stripe())
    try await desk.save(try desk.alipay())
    let both = try #require(SecretSeal(AccountDesk.newSealKey, former: AccountDesk.sealKey))
    let (_, accounts) = desk.other(both)
    #expect(try await accounts.accounts().allSatisfy(\.isReadable))
    #expect(try await accounts.reseal() == 2)
    #expect(try await accounts.reseal() == 0)
    let (directory, alone) = desk.other(SecretSeal(AccountDesk.newSealKey))
    #expect(try await alone.accounts().allSatisfy(\.isReadable))
    #expect(try await directory.snapshot().listed.count == 2)
    await #expect(throws: PaymentAccountRefusal.sealedOtherwise) { try await desk.accounts.reseal() }
  }

  @Test func `of two who save at once the second is told, and what is sent twice counts once`() async throws {
    let desk = try await AccountDesk()
    let account = try await desk.save(desk.stripe())
    var terms = AccountDesk.terms
    terms.feePoints = 290
    let draft = desk.stripe(terms: terms, version: account.version)
    #expect(try await desk.save(draft).version == account.version + 1)
    await #expect(throws: PaymentAccountRefusal.changedMeanwhile) { try await desk.save(draft) }
    var same = draft
    same.secrets = [:]
    #expect(try await desk.save(same).version == account.version + 1)
  }

  @Test func `of those who begin a method at the same moment one is the first, and the others are told`() async throws {
    for round in 1...5 {
      let desk = try await AccountDesk()
      let outcomes = await withTaskGroup(of: Bool?.self) { group in
        for number in 1...4 {
          group.addTask {
            do {
              try await desk.save(desk.stripe("acct_\(number)ATROUND\(round)"))
              return true
            } catch PaymentAccountRefusal.changedMeanwhile {
              return false
            } catch {
              return nil
            }
          }
        }
        return await group.reduce(into: [Bool?]()) { $0.append($1) }
      }
      #expect(outcomes.count { $0 == true } == 1)
      #expect(outcomes.count { $0 == false } == 3)
      #expect(try await desk.accounts.accounts().count == 1)
      let deeds: Int? = try await desk.store.database.read { try $0.value("SELECT COUNT(*) AS deeds FROM deed") }
      #expect(deeds == 1)
    }
  }

  @Test func `the database has one account of a method that is used, whoever writes it`() async throws {
    let desk = try await AccountDesk()
    let first = try await desk.save(desk.stripe())
    let second = try await desk.save(
      desk.stripe("acct_2OTHEROTHER", key: "sk_test_ANOTHERKEY000000000", version: first.version))
    await #expect(throws: StorageFault.self) {
      try await desk.store.database.write { transaction in
        try transaction.execute(
          "UPDATE payment_account SET retired_at = NULL, current_method = method WHERE id = \(first.id)")
      }
    }
    // Taken up again the one makes way for the other.
    #expect(try await desk.save(desk.stripe(version: second.version)).id == first.id)
    #expect(try await desk.accounts.accounts().map(\.isCurrent) == [true, false])
  }

  @Test func `secrets that aren't typed stay as they are`() async throws {
    let desk = try await AccountDesk()
    let account = try await desk.save(desk.stripe())
    var draft = desk.stripe(version: account.version)
    draft.secrets = ["formerWebhookSecret": PaymentSecret("whsec_THEONEBEFORE00000000")]
    let changed = try await desk.save(draft)
    #expect(changed.secrets == ["secretKey", "webhookSecret", "formerWebhookSecret"])
    draft.secrets = [:]
    draft.forgotten = ["formerWebhookSecret"]
    draft.version = changed.version
    #expect(try await desk.save(draft).secrets == ["secretKey", "webhookSecret"])
    draft.forgotten = ["secretKey"]
    draft.version = changed.version + 1
    #expect(try await desk.faults(draft) == ["secretKey": "missing"])
  }

  @Test func `payments stay with the account that they were opened under`() async throws {
    let answer: @Sendable (ProviderCall) throws -> ProviderAnswer = { call in
      call.method == "POST"
        ? .json(
          #"{"id":"cs_1","url":"https://pay.example/1","status":"open","payment_status":"unpaid","amount_total":8880,"currency":"cny"}"#
        )
        : .json(#"{"error":{"code":"resource_missing"}}"#, 404)
    }
    let desk = try await AccountDesk(answer)
    let first = try await desk.save(desk.stripe())
    let opened = try await desk.payments.open(desk.request(StripeProvider.name))
    let second = try await desk.save(
      desk.stripe("acct_2OTHEROTHER", key: "sk_test_ANOTHERKEY000000000", version: first.version))
    #expect(second.id != first.id)
    #expect(try await desk.accounts.accounts().map(\.isCurrent) == [true, false])
    _ = try? await desk.payments.refresh(opened.payment.id)
    func key(of call: ProviderCall?) -> String? { call?.headers.first { $0.name == "authorization" }?.value }
    #expect(key(of: desk.http.asked.last) == "Bearer sk_test_ABCDEFGHIJ0123456789")
    _ = try await desk.payments.open(desk.request(StripeProvider.name))
    #expect(key(of: desk.http.asked.last) == "Bearer sk_test_ANOTHERKEY000000000")
    // A new key of the same account is used for what was opened before, too.
    let back = try await desk.save(desk.stripe(key: "sk_test_ROTATED000000000000", version: second.version))
    #expect(back.id == first.id)
    _ = try? await desk.payments.refresh(opened.payment.id)
    #expect(key(of: desk.http.asked.last) == "Bearer sk_test_ROTATED000000000000")
  }

  @Test func `however many came after an account, its payments find it and its secrets are sealed anew`() async throws {
    let desk = try await AccountDesk { call in
      call.method == "POST"
        ? .json(
          #"{"id":"cs_1","url":"https://pay.example/1","status":"open","payment_status":"unpaid","amount_total":8880,"currency":"cny"}"#
        )
        : .json(#"{"error":{"code":"resource_missing"}}"#, 404)
    }
    let first = try await desk.save(desk.stripe())
    let opened = try await desk.payments.open(desk.request(StripeProvider.name))
    try await desk.save(
      desk.stripe("acct_2OTHEROTHER", key: "sk_test_ANOTHERKEY000000000", version: first.version))
    let (empty, later) = (Array("{}".utf8), desk.store.clock.now.adding(.minutes(1)))
    try await desk.store.database.write { transaction in
      for number in 1...AccountRows.most {
        let id: PaymentAccountID = desk.store.ids.next()
        try transaction.execute(
          """
          INSERT INTO payment_account (id, method, identity, fields, secrets, is_on, fee_points, fee_fixed, currency,
            place, version, changed_at, changed_by, retired_at)
          VALUES (\(id), 'stripe', \("acct_\(number)"), \(empty), \(empty), 1, 0, 0, 'CNY', 1, 1, \(later), 1, \(later))
          """)
      }
    }
    desk.store.clock.advance(by: .minutes(2))
    #expect(try await !desk.accounts.accounts().contains { $0.id == first.id })
    // What it answers decides nothing here; that it is asked, and by whom, does.
    _ = try? await desk.payments.refresh(opened.payment.id)
    let key = desk.http.asked.last?.headers.first { $0.name == "authorization" }?.value
    #expect(desk.http.asked.last?.method == "GET" && key == "Bearer sk_test_ABCDEFGHIJ0123456789")
    let both = try #require(SecretSeal(AccountDesk.newSealKey, former: AccountDesk.sealKey))
    #expect(try await desk.other(both).1.reseal() == 2)
  }

  // req: 4.1.4-2
  @Test func `where real money moves an account of tests can't be switched on again`() async throws {
    let desk = try await AccountDesk()
    try await desk.save(desk.stripe())
    let method = StripeProvider.name
    try await desk.accounts.turn(method, on: false, of: .shop, by: desk.staff)
    let seal = try #require(SecretSeal(AccountDesk.sealKey))
    let real = StoredPaymentAccounts(
      database: desk.store.database, ids: desk.store.ids, clock: desk.store.clock.clock, directory: desk.directory,
      terms: StoredPaymentAccounts.Terms(seal: seal, http: desk.http, isProduction: true))
    // Switched off it keeps nobody from starting.
    #expect(try await real.unfit().isEmpty)
    await #expect(throws: PaymentAccountRefusal.ofTests) {
      try await real.turn(method, on: true, of: .shop, by: desk.staff)
    }
    #expect(try await real.accounts().map(\.terms.isOn) == [false])
    try await desk.accounts.turn(method, on: true, of: .shop, by: desk.staff)
    try await real.turn(method, on: false, of: .shop, by: desk.staff)
    #expect(try await real.unfit().isEmpty)
  }

  @Test func `another process follows within five seconds`() async throws {
    let desk = try await AccountDesk()
    let (directory, _) = desk.other(SecretSeal(AccountDesk.sealKey))
    #expect(try await directory.snapshot().listed.isEmpty)
    try await desk.save(desk.stripe())
    #expect(try await desk.payments.methods() == [StripeProvider.name])
    #expect(try await directory.snapshot().listed.isEmpty)
    desk.store.clock.advance(by: ProviderDirectory.freshFor)
    #expect(try await directory.snapshot().listed.map(\.method) == [StripeProvider.name])
  }
}

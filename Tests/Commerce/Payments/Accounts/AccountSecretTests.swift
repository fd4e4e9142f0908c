import TestKit
import Testing
import Values

@testable import Payments

/// Where secrets go that nobody reads: nowhere but where they were entered for.
@Suite struct AccountSecretTests {
  private static let first = "sk_test_THEFIRST0000000000"
  private static let second = "sk_test_THESECOND000000000"

  private func shown(_ desk: AccountDesk) -> String? {
    desk.http.asked.last?.headers.first { $0.name == "authorization" }?.value
  }

  // req: 4.1.4-1
  @Test func `an account that is taken up again has its own secrets, not those of the one that is left`() async throws {
    let desk = try await AccountDesk()
    let first = try await desk.save(desk.stripe(key: Self.first))
    let second = try await desk.save(desk.stripe("acct_2OTHEROTHER", key: Self.second, version: first.version))
    var back = desk.stripe(version: second.version)
    back.secrets = [:]
    #expect(try await desk.save(back).id == first.id)
    _ = try await desk.accounts.trial(of: StripeProvider.name, by: desk.staff)
    #expect(shown(desk) == "Bearer \(Self.first)")
  }

  // req: 4.1.4-1
  @Test func `another account's secrets are typed, and none is carried over to it`() async throws {
    let desk = try await AccountDesk()
    var draft = desk.stripe()
    draft.secrets["formerWebhookSecret"] = PaymentSecret("whsec_THEONEBEFORE00000000")
    let first = try await desk.save(draft)
    var other = desk.stripe("acct_2OTHEROTHER", version: first.version)
    let typed = other.secrets
    other.secrets = [:]
    #expect(try await desk.faults(other) == ["secretKey": "typeAgain", "webhookSecret": "typeAgain"])
    other.secrets = typed
    #expect(try await desk.save(other).secrets == ["secretKey", "webhookSecret"])
    // The same app, whose seller is compared from now on, has the same key.
    let app = try await desk.save(try desk.alipay { $0.fields["sellerID"] = nil })
    let bound = try desk.alipay { draft in
      draft.secrets = [:]
      draft.version = app.version
    }
    #expect(try await desk.save(bound).secrets == ["privateKey"])
  }

  // req: 4.1.4-1
  @Test func `a key that calls show isn't sent to another address by who only changes that`() async throws {
    let desk = try await AccountDesk()
    let account = try await desk.save(desk.stripe())
    var moved = desk.stripe(version: account.version)
    moved.fields["gateway"] = "http://127.0.0.1:9"
    let typed = moved.secrets
    moved.secrets = [:]
    #expect(try await desk.faults(moved) == ["secretKey": "typeAgain"])
    moved.secrets["secretKey"] = typed["secretKey"]
    let there = try await desk.save(moved)
    // Saved again as it stands, and brought back to the provider's own address.
    moved.secrets = [:]
    moved.version = there.version
    moved.terms.place = 7
    let again = try await desk.save(moved)
    var home = desk.stripe(version: again.version)
    home.secrets = [:]
    #expect(try await desk.faults(home) == [:])
    #expect(desk.http.asked.isEmpty)
  }
}

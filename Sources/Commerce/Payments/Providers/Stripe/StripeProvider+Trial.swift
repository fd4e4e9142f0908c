extension StripeProvider: TriedProvider {
  /// Nothing that we could ask for is signed with the secret of notices.
  private static let secretsOfNotices = ["webhookSecret", "formerWebhookSecret"]

  /// Whose the key is, and whether it may see sessions.
  func trial(_ question: ProviderPayment, of account: PaymentAccount) async throws -> AccountTrial {
    var untried = Self.secretsOfNotices.filter { account.secrets.contains($0) }
    do {
      let told: StripeMessage.Account = try await gateway.get("/v1/account")
      guard told.id == account.fields["accountID"] else {
        return AccountTrial(.anotherAccount, code: String(told.id.prefix(64)))
      }
    } catch ProviderFault.turnedAway {
      // A restricted key may not be let see its account. One that nobody knows is turned away below, too.
      untried.insert("accountID", at: 0)
    }
    do {
      _ = try await query(question)
      return AccountTrial(.unclear)
    } catch ProviderFault.refused(code: "resource_missing") {
      return AccountTrial(.accepted, untried: untried)
    }
  }
}

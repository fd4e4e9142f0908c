extension WeChatProvider: TriedProvider {
  /// Without a public key of WeChat Pay's its certificates prove the API key as well; with one nothing is sealed before the
  /// first notice.
  func trial(_ question: ProviderPayment, of account: PaymentAccount) async throws -> AccountTrial {
    let fetches = configuration.publicKeys.isEmpty
    if fetches, try await !gateway.opensCertificates() { return AccountTrial(.notOpened) }
    guard let refusal = try await gateway.refusal(of: place(of: question)) else { return AccountTrial(.unclear) }
    guard refusal.code == Self.noSuchOrder else { throw ProviderFault.refused(code: refusal.code) }
    guard refusal.isSigned else { return AccountTrial(.answerUnsigned) }
    let untried = fetches ? [] : ["apiKey"]
    return AccountTrial(.accepted, untried: untried + (configuration.publicKeys.count > 1 ? ["formerPublicKey"] : []))
  }
}

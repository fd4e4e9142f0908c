extension AlipayProvider: TriedProvider {
  /// Its "no" is signed, so that the answer proves both keys.
  func trial(_ question: ProviderPayment, of account: PaymentAccount) async throws -> AccountTrial {
    AccountTrial(try await query(question).state == .unknown ? .accepted : .unclear)
  }
}

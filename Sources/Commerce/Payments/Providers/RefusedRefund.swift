import Values

extension PaymentProvider {
  /// How a refund stands about which there is doubt. A "no" to that question says nothing of the refund, least of all that it
  /// failed. Throws `ProviderFault`, never `.refused`.
  func standing(of refund: ProviderRefund) async throws -> ProviderRefundReport {
    do {
      return try await queryRefund(refund)
    } catch ProviderFault.refused(let code) {
      throw ProviderFault.outcomeUnknown("a refund that can't be asked about: \(code)")
    }
  }

  /// What a refused refund comes to: the request may have been the repeat of one that was done, so that it failed only if
  /// nothing is known of it.
  func judged(_ refund: ProviderRefund, refused code: String) async throws -> ProviderRefundReport {
    let known = try await standing(of: refund)
    if known.state != .unknown { return known }
    return ProviderRefundReport(number: refund.number, amount: refund.amount, state: .failed, reason: code)
  }
}

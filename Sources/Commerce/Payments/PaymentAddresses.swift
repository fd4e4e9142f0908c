import Values

/// Where providers reach the shop, and where they send browsers back to.
public struct PaymentAddresses: Sendable {
  private let browserOrigin: String
  private let noticeOrigin: String

  /// - Parameters:
  ///   - publicURL: scheme, host and port under which browsers reach the shop, without a slash at its end.
  ///   - noticeURL: the same for the providers' servers, where it differs.
  public init(publicURL: String, noticeURL: String? = nil) {
    browserOrigin = publicURL
    noticeOrigin = noticeURL ?? publicURL
  }

  /// The page that shows how the payment stands. Coming back to it proves nothing.
  public func returnURL(of payment: PaymentID) -> String { "\(browserOrigin)/checkout/result/\(payment)" }
  /// Takes `POST` from the provider: hand headers and raw body to `PaymentService.takeNotice`. All accounts of a method share
  /// it, since not every provider takes a query here, and what is entered at one should outlive a change of accounts.
  public func noticeURL(of method: PaymentMethod) -> String { "\(noticeOrigin)/payments/notices/\(method)" }
}

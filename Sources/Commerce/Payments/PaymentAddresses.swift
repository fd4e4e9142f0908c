import Values

/// Where providers reach the shop, and where they send browsers back to.
public struct PaymentAddresses: Sendable {
  private let browserBase: String
  private let noticeBase: String

  /// - Parameters:
  ///   - publicBase: scheme, host and port under which browsers reach the shop, without a slash at its end.
  ///   - noticeBase: the same for the providers' servers, where it differs.
  public init(publicBase: String, noticeBase: String? = nil) {
    browserBase = publicBase
    self.noticeBase = noticeBase ?? publicBase
  }

  /// The page that shows how the payment stands. Coming back to it proves nothing.
  public func returnURL(of payment: PaymentID) -> String { "\(browserBase)/checkout/result/\(payment)" }
  /// Takes `POST` from the provider: hand headers and raw body to `PaymentService.takeNotice`.
  public func noticeURL(of method: PaymentMethod) -> String { "\(noticeBase)/payments/notices/\(method)" }
}

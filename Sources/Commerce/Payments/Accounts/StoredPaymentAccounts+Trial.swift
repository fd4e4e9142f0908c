import AuditLog
import Governance
import Storage
import Values

/// A provider whose account can be tried.
protocol TriedProvider: PaymentProvider {
  /// Asks after a payment that can't be there, and whatever else tells wrong keys from right ones and moves nothing. Throws
  /// `ProviderFault`.
  func trial(_ question: ProviderPayment, of account: PaymentAccount) async throws -> AccountTrial
}

extension StoredPaymentAccounts {
  private static let patience = Duration.seconds(10)

  public func trial(of method: PaymentMethod, by staff: StaffID) async throws -> AccountTrial {
    let stored = try await database.read { transaction in
      try AccountRows.all(seal, in: transaction).first { $0.account.method == method && $0.account.isCurrent }
    }
    guard method.accountFields != nil else { throw PaymentAccountRefusal.unknownAccount }
    let trial = if let stored { await ask(stored) } else { AccountTrial(.nothingToAsk) }
    let now = clock.now
    try await database.write { transaction in
      let deed = Deed(
        "payments.tryMethod", on: stored?.account.id.description ?? method.rawValue, named: method.rawValue, of: nil,
        after: ["outcome": trial.outcome.rawValue, "code": trial.code])
      try DeedLog.note(deed, by: .staff(staff), at: now, in: transaction)
    }
    return trial
  }

  private func ask(_ stored: StoredAccount) async -> AccountTrial {
    let method = stored.account.method
    guard method.accountFields?.isEmpty == false else { return AccountTrial(.nothingToAsk) }
    guard let provider = ProviderDirectory.provider(of: stored, seal, terms.http, clock: clock) as? any TriedProvider
    else { return AccountTrial(.unreadable) }
    let question = nobodys(method)
    do {
      return try await Deadline.run(within: Self.patience) {
        try await provider.trial(question, of: stored.account)
      }
    } catch let fault as ProviderFault {
      return AccountTrial(fault, of: method)
    } catch {
      return AccountTrial(.unclear)
    }
  }

  /// A payment that can't be there. It has a reference, so that nobody tries to open it.
  private func nobodys(_ method: PaymentMethod) -> ProviderPayment {
    let id: PaymentID = ids.next()
    return ProviderPayment(
      number: id.description, amount: Money(minor: 1, currency: .cny), subject: "-", language: .en,
      expiresAt: clock.now.adding(.hours(1)), returnURL: "", noticeURL: "",
      reference: method == StripeProvider.name ? "cs_test_\(id.raw)" : nil)
  }
}

extension AccountTrial {
  private static let signature: Set = ["SIGN_ERROR", "isv.invalid-signature", "isv.missing-signature"]
  private static let identity: Set = [
    "isv.invalid-app-id", "isv.missing-app-id", "MCH_NOT_EXISTS", "APPID_MCHID_NOT_MATCH", "invalid_request_error",
    "status401", "api_key_expired", "isv.app-cert-not-exist",
  ]
  private static let permission: Set = [
    "NO_AUTH", "REQUEST_BLOCKED", "isv.insufficient-isv-permissions", "status403", "secret_key_required",
  ]

  /// What a fault says of who asked.
  init(_ fault: ProviderFault, of method: PaymentMethod) {
    switch fault {
    case .refused(let code), .turnedAway(let code): self = Self.said(code)
    case .payerUnknown(let code): self = AccountTrial(.refused, code: code)
    case .unreachable: self.init(.unreachable)
    case .outcomeUnknown(let text):
      // Alipay doesn't sign what it says to strangers, and names its code behind the colon.
      let code = text.split(separator: ": ").last.map(String.init) ?? ""
      let known = Self.signature.union(Self.identity).union(Self.permission)
      if text.contains("isn't signed by") {
        self = known.contains(code) ? Self.said(code) : AccountTrial(.answerNotTheirs)
      } else {
        self.init(.unclear)
      }
    case .notYet: self.init(.unclear)
    }
  }

  private static func said(_ code: String) -> AccountTrial {
    switch code {
    case _ where signature.contains(code): AccountTrial(.signatureRefused, code: code)
    case _ where identity.contains(code): AccountTrial(.identityUnknown, code: code)
    case _ where permission.contains(code): AccountTrial(.notAllowed, code: code)
    default: AccountTrial(.refused, code: code)
    }
  }
}

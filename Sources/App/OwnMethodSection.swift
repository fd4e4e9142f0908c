import Configuration
import Flows
import Payments
import Values

/// Settings under `payments`: the shop's own ways to be paid, beside the providers'.
struct OwnMethodSection: Sendable {
  /// Whether buyers can pay at the door.
  var offersCash: Bool
  /// Where they transfer to; nil offers no transfers.
  var account: TransferAccount?
  /// Days that a transfer may take: 1…30.
  var transferDays: Int
  /// The highest sum that is paid so at once; nil sets no bound.
  var cashMost: Money?
  var transferMost: Money?

  /// - Parameter currency: the shop's, in which bounds are.
  init(_ reader: ConfigReader, currency: Currency) throws {
    offersCash = try Settings.flag(reader, "payments.cash", default: false)
    transferDays = try Settings.number(reader, "payments.transferDays", default: 3, in: 1...30)
    cashMost = try Self.most(reader, "payments.cashMost", currency)
    transferMost = try Self.most(reader, "payments.transferMost", currency)
    let number = reader.string(forKey: "payments.transferAccount", default: "")
    let (holder, bank) = (
      reader.string(forKey: "payments.transferHolder", default: ""),
      reader.string(forKey: "payments.transferBank", default: "")
    )
    if number.isEmpty {
      account = nil
    } else {
      guard !holder.isEmpty, !bank.isEmpty else {
        throw SettingFault(
          key: "payments.transferAccount", value: number,
          expected: "payments.transferHolder and payments.transferBank beside it")
      }
      account = TransferAccount(holder: holder, bank: bank, number: number)
    }
  }

  private static func most(_ reader: ConfigReader, _ key: ConfigKey, _ currency: Currency) throws -> Money? {
    guard let most = try Settings.money(reader, key, currency) else { return nil }
    guard most.isPositive else {
      throw SettingFault(
        key: "\(key)", value: most.decimalText, expected: "an amount above 0; leave it out for no bound")
    }
    return most
  }

  var terms: OwnMethodTerms {
    let most: [PaymentMethod: Money?] = [.cash: cashMost, .transfer: transferMost]
    return OwnMethodTerms(
      transferDays: transferDays, account: account,
      bounds: most.compactMapValues { $0.map(OwnMethod.terms(upTo:)) })
  }

  /// In the order in which to offer them, after the providers.
  func methods(_ clock: WallClock) -> [any PaymentProvider] {
    var methods: [any PaymentProvider] = []
    if account != nil { methods.append(OwnMethod(.transfer, most: transferMost, clock: clock)) }
    if offersCash { methods.append(OwnMethod(.cash, most: cashMost, clock: clock)) }
    return methods
  }
}

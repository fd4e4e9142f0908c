import ArgumentParser
import Payments

/// `martlet payments`: the accounts at payment providers, as operators see to them.
struct PaymentsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "payments", abstract: "List the payment accounts, or seal their secrets with a new key.",
    discussion: """
      To change the key: set payments.sealKey to the new one and payments.formerSealKey to the old one, start every process \
      again, run `martlet payments reseal`, then take payments.formerSealKey away. Payments go on all the while.
      """,
    subcommands: [PaymentsList.self, PaymentsReseal.self], defaultSubcommand: PaymentsList.self)
}

struct PaymentsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Print a line for each: identifier, method, on, off or retired, version, whether its secrets can be read."
  )

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let accounts = try await Surroundings(settings).withShop { try await $0.paymentAccounts.accounts() }
    for account in accounts {
      let state = account.isCurrent ? account.terms.isOn ? "on" : "off" : "retired"
      print(
        [
          "\(account.id)", "\(account.method)", state, "version \(account.version)",
          account.isReadable ? "readable" : "sealed with another key",
        ].joined(separator: "\t"))
    }
  }
}

struct PaymentsReseal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reseal", abstract: "Seal with payments.sealKey what payments.formerSealKey sealed.")

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let surroundings = try await Surroundings(settings)
    guard surroundings.settings.payments.seal != nil else {
      throw SettingFault(key: "payments.sealKey", value: "", expected: "set; it is what secrets are sealed with")
    }
    do {
      let count = try await surroundings.withShop { try await $0.paymentAccounts.reseal() }
      print("\(count) \(count == 1 ? "account" : "accounts") sealed anew.")
    } catch PaymentAccountRefusal.sealedOtherwise {
      throw SettingFault(
        key: "payments.formerSealKey", value: "…",
        expected: "the key that the secrets were sealed with; nothing was changed")
    }
  }
}

import Accounts
import ArgumentParser
import Flows
import Foundation
import Merchants
import Values

/// `martlet hire-staff E-MAIL`: somebody who may work at `/admin`. The password is one line of standard input, so that it
/// stands in no list of processes and no history of a shell.
struct HireStaffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hire-staff", abstract: "Give someone a log-in to the back office.")

  @Argument(help: "The e-mail address to log in with.")
  var email: String

  @Option(help: "The name that colleagues see.")
  var name: String

  @Option(help: "The short name of the merchant they work for; without it, for the platform and all its merchants.")
  var merchant: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let slug = try merchant.map(merchantSlug)
    let shop = try await Surroundings(settings).shop()
    do {
      var employer: MerchantID?
      if let slug {
        employer = try await shop.contexts.merchants.merchant(slug: slug)?.id
        guard employer != nil else { throw ValidationError("There is no merchant \(slug).") }
      }
      if isatty(STDIN_FILENO) == 1 { say("Password for \(email), then Enter:") }
      let staff = try await shop.contexts.staff.hire(
        StaffHire(
          email: email, password: readLine() ?? "", name: name, merchant: employer, rights: Set(StaffRight.allCases)))
      try await shop.close()
      print("\(staff.email) can log in at \(shop.settings.publicURL)/admin")
    } catch {
      try await shop.close()
      switch error {
      case AccountRefusal.emailTaken: say("Somebody logs in with \(email) already.")
      case let faults as FieldFaults: say(faults.faults.map { "\($0.field): \($0.code)" }.joined(separator: "; "))
      default: throw error
      }
      throw ExitCode.failure
    }
  }
}

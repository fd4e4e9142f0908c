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

  @Option(help: "What they may do: the name of one of the employer's roles; without it, everything.")
  var role: String?

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let slug = try merchant.map(merchantSlug)
    let surroundings = try await Surroundings(settings)
    do {
      let staff = try await surroundings.withShop(makingDatabase: true) { shop in
        var employer: MerchantID?
        if let slug {
          employer = try await shop.contexts.merchants.merchant(slug: slug)?.id
          guard employer != nil else { throw ValidationError("There is no merchant \(slug).") }
        }
        let choice = try await chosenRole(of: employer, in: shop)
        if isatty(STDIN_FILENO) == 1 { say("Password for \(email), then Enter:") }
        return try await shop.contexts.staff.hire(
          StaffHire(email: email, password: readLine() ?? "", name: name, merchant: employer, role: choice))
      }
      print("\(staff.email) can log in at \(surroundings.settings.publicURL)/admin")
    } catch {
      throw ended(by: error, taken: ("emailTaken", "Somebody logs in with \(email) already."))
    }
  }

  private func chosenRole(of employer: MerchantID?, in shop: Shop) async throws -> StaffHire.RoleChoice {
    guard let role else { return .owner }
    let roles = try await shop.contexts.staff.roles(of: employer)
    guard let found = roles.first(where: { $0.name == role }) else {
      let names = roles.map(\.name).joined(separator: ", ")
      throw ValidationError(
        "There is no role '\(role)'; " + (names.isEmpty ? "they are made at /admin/staff" : "there are: \(names)"))
    }
    return .role(found.id)
  }
}

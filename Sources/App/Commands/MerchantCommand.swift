import ArgumentParser
import Flows
import Merchants
import Storage
import Values

/// `martlet open-merchant SHORT-NAME`: somebody who sells, so that goods can be imported into a shop without the demo.
struct OpenMerchantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "open-merchant", abstract: "Open a merchant, whose goods can then be imported.")

  @Argument(help: "The short name, as it stands in addresses: small letters, digits, - and _.")
  var slug: String

  @Option(help: "The name that shoppers see.")
  var name: String

  @Option(help: "Where shoppers' questions and notices of orders go.")
  var email: String

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let slug = try merchantSlug(slug)
    do {
      let merchant = try await Surroundings(settings).withShop(makingDatabase: true) { shop in
        try await shop.contexts.merchants.open(MerchantDraft(slug: slug, name: LocalizedText(name), email: email))
      }
      print("\(merchant.slug) is open.")
    } catch {
      throw ended(by: error, taken: ("slugTaken", "There is a merchant \(slug) already."))
    }
  }
}

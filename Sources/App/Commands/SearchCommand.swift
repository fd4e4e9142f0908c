import ArgumentParser
import Flows
import Foundation
import Search
import Values

/// `martlet search`: sees to what search finds in.
struct SearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "See to search: compare it with the catalogue, make it anew.",
    subcommands: [CheckSearchCommand.self, RebuildSearchCommand.self, SearchEval.self])
}

/// `martlet search check`: compares catalogue, documents and index.
struct CheckSearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Compare search with the catalogue, and repair it.",
    discussion: """
      Prints a line for each product that search hasn't as the catalogue has it and ends with 1; prints that all is well \
      and ends with 0. With --repair it puts right what it finds and ends with 0. The index is compared as well, unless a \
      shop runs here: that compares its own by itself every six hours.
      """)

  @Flag(help: "Put right what differs.")
  var repair = false

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let repair = repair
    let isWell = try await Surroundings(settings).withShop { shop in
      let found = try await CheckSearch(shop.contexts, shop.feedSearch, shop.search).run(repairing: repair)
      for product in found.stale { print("\(product): search has it otherwise than the catalogue") }
      for product in found.extra { print("\(product): search has it, shoppers don't see it") }
      guard try shop.search.claimIndex() else {
        print("\(found.products) products compared. A shop runs here; it compares its index itself.")
        return found.isWhole
      }
      try await shop.search.load()
      // One elsewhere that is of another table isn't worth comparing.
      try await shop.search.follow()
      try await shop.search.renewIndex()
      let index = try await shop.search.check(repairing: repair)
      for product in index.missing { print("\(product): the index hasn't got it as it is") }
      for product in index.extra { print("\(product): the index has it still") }
      print("\(found.products) products and \(index.indexed) documents of the index compared.")
      return found.isWhole && index.isWhole
    }
    if isWell {
      print("Search is whole.")
    } else if repair {
      print("Search is put right.")
    } else {
      throw ExitCode(1)
    }
  }
}

/// `martlet search rebuild`: reads the catalogue anew.
struct RebuildSearchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rebuild", abstract: "Read the catalogue into search anew, and make the index anew.",
    discussion: """
      Search answers meanwhile. Shops that run take over what differs and make their indexes anew, beside those that \
      answer; where none runs here, this does. Broken off, it is simply run again.
      """)

  @Argument(parsing: .allUnrecognized, help: "Settings, as --section-name VALUE.")
  var settings: [String] = []

  func run() async throws {
    let isDone = try await Surroundings(settings).withShop { shop in
      try await shop.feedSearch.rebuild { count in say("\(count) products") }
      _ = try await CheckSearch(shop.contexts, shop.feedSearch, shop.search).run(repairing: true)
      try await shop.search.noteCatalogue()
      // Whether or not a shop runs here: others may elsewhere.
      try await shop.search.askForRenewal()
      guard try shop.search.claimIndex() else { return false }
      if try await !shop.search.load() { try await shop.search.rebuildIndex() }
      return true
    }
    if isDone {
      print("Search is made anew.")
    } else {
      print("The catalogue is read anew. A shop runs here; it makes its index anew now, and answers meanwhile.")
    }
  }
}

import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The account's address book.
struct AddressEndpoints: Sendable {
  private struct Body: Decodable {
    let recipient: String
    let phone: String
    let region: String
    let street: String
    let postcode: String?
    let isDefault: Bool?

    var draft: AddressDraft {
      AddressDraft(
        recipient: recipient, phone: phone, region: region, street: street, postcode: postcode ?? "",
        isDefault: isDefault ?? false)
    }
  }

  private let parts: APIParts
  private var accounts: any AccountService { parts.contexts.accounts }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [list, add, address, revise, remove] }

  private var list: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/account/addresses", .account, "The default address first, then the newest first", access: .account,
        with: "AddressList"
      ).worded()
    ) { call in
      let words = call.words
      return try Answer(
        ListAnswer(
          items: try await accounts.addresses(of: try call.account().id)
            .map { AddressAnswer($0, parts.regions, words) }))
    }
  }

  private var add: Endpoint {
    Endpoint(
      APIDescription(
        .post, "/account/addresses", .account, "Adds an address", access: .account, answers: .created, with: "Address"
      ).taking("NewAddress").worded().refusing("invalidInput", "tooManyAddresses")
    ) { call in
      let body: Body = try call.decoded()
      let address = try await accounts.addAddress(body.draft, to: try call.account().id)
      return try Answer(status: .created, AddressAnswer(address, parts.regions, call.words))
        .located(at: "/account/addresses/\(address.id)")
    }
  }

  private var address: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/account/addresses/{id}", .account, "One address", access: .account, with: "Address"
      ).worded().refusing("unknownAddress")
    ) { call in
      try Answer(AddressAnswer(try await own(call), parts.regions, call.words))
    }
  }

  private var revise: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/account/addresses/{id}", .account, "Replaces an address", access: .account, with: "Address"
      ).taking("NewAddress").worded().refusing("unknownAddress", "invalidInput")
    ) { call in
      let body: Body = try call.decoded()
      let id: AddressID = try call.id("id", or: AccountRefusal.unknownAddress)
      let address = try await accounts.reviseAddress(id, of: try call.account().id, body.draft)
      return try Answer(AddressAnswer(address, parts.regions, call.words))
    }
  }

  private var remove: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/account/addresses/{id}", .account, "Removes an address", access: .account, answers: .noContent
      ).refusing("unknownAddress")
    ) { call in
      let address = try await own(call)
      try await accounts.removeAddress(address.id, of: try call.account().id)
      return .noContent
    }
  }

  private func own(_ call: APICall) async throws -> Address {
    let id: AddressID = try call.id("id", or: AccountRefusal.unknownAddress)
    guard let address = try await accounts.address(id, of: try call.account().id) else {
      throw AccountRefusal.unknownAddress
    }
    return address
  }
}

import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/account/addresses`: the address book.
public struct AddressPages: Sendable {
  private let maker: PageMaker
  private let regions: RegionDirectory

  public init(_ maker: PageMaker, regions: RegionDirectory) {
    self.maker = maker
    self.regions = regions
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/account/addresses") { request, context in
      try await list(try context.visit.requireAccount(), request, context)
    }
    router.get("/account/addresses/new") { request, context in
      _ = try context.visit.requireAccount()
      return try await entry(nil, Form(), nil, request, context)
    }
    router.post("/account/addresses/new") { request, context in
      _ = try context.visit.requireAccount()
      return try await save(nil, request, context)
    }
    router.get("/account/addresses/:id") { request, context in
      try await entry(try await own(context), Form(), nil, request, context)
    }
    router.post("/account/addresses/:id") { request, context in
      try await save(try await own(context), request, context)
    }
    router.post("/account/addresses/:id/remove") { _, context in
      let account = try context.visit.requireAccount()
      try await maker.contexts.accounts.removeAddress(try await own(context).id, of: account.id)
      return maker.go(Addresses.addresses, saying: Flash(.good, "addressRemoved"))
    }
    router.post("/account/addresses/:id/default") { _, context in
      let account = try context.visit.requireAccount()
      try await maker.contexts.accounts.makeDefault(try await own(context).id, of: account.id)
      return maker.go(Addresses.addresses, saying: Flash(.good, "saved"))
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> Address {
    let account = try context.visit.requireAccount()
    guard let id = context.parameters.get("id").flatMap({ AddressID($0) }),
      let address = try await maker.contexts.accounts.address(id, of: account.id)
    else { throw AccountRefusal.unknownAddress }
    return address
  }

  private func list(_ account: Account, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let language = context.visit.language
    let words = maker.frame.words(language)
    let addresses = try await maker.contexts.accounts.addresses(of: account.id)
    let model: Model = [
      "hasAddresses": !addresses.isEmpty,
      "addresses": addresses.map { address -> Model in
        let page = Addresses.address(address.id)
        return [
          "recipient": address.recipient, "phone": address.phone,
          "region": regions.name(of: address.region)[language], "street": address.street,
          "postcode": address.postcode, "isDefault": address.isDefault, "editURL": page,
          "defaultURL": "\(page)/default", "removeURL": "\(page)/remove",
        ]
      },
    ]
    let head = PageFrame.Head(title: words["account.addresses"] ?? "")
    return try await maker.page("addresses", head, model, request, context)
  }

  /// Stores what was typed; or, without scripts, fills the lists below the province or city just chosen.
  private func save(_ address: Address?, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let account = try context.visit.requireAccount()
    let form = try await Form(body: request, context: context)
    guard form["chooseRegion"] == nil else { return try await entry(address, form, nil, request, context) }
    let draft = AddressForm(form: form, regions: regions, words: maker.frame.words(context.visit.language)).draft
    do {
      let saved =
        if let address {
          try await maker.contexts.accounts.reviseAddress(address.id, of: account.id, draft)
        } else {
          try await maker.contexts.accounts.addAddress(draft, to: account.id)
        }
      return maker.go(destination(after: saved, request), saying: Flash(.good, "saved"))
    } catch let refusal as any Refusal {
      return try await entry(address, form, refusal, request, context)
    }
  }

  /// Back to where the address was needed; the confirmation takes it at once.
  private func destination(after saved: Address, _ request: Request) -> String {
    let to = localAddress(Form(query: request)["to"]) ?? Addresses.addresses
    return to == Addresses.checkout ? Addresses.with([("address", saved.id.description)], to) : to
  }

  private func entry(
    _ address: Address?, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let refused = RefusedForm(form, refusal, words)
    let isUntouched = form.values.isEmpty
    var fields = AddressForm(form: form, regions: regions, words: words).model(
      faults: refused.faults, address: isUntouched ? address : nil)
    if let sentence = refused.sentence { fields["refusal"] = sentence }
    let to = localAddress(Form(query: request)["to"])
    let action = address.map { Addresses.address($0.id) } ?? "\(Addresses.addresses)/new"
    let model: Model = [
      "isNew": address == nil, "action": Addresses.with(to.map { [("to", $0)] } ?? [], action), "form": fields,
    ]
    let head = PageFrame.Head(title: words[address == nil ? "address.add" : "address.edit"] ?? "")
    return try await maker.page("address", head, model, request, context, status: refusal?.status ?? .ok)
  }
}

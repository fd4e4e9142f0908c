import Accounts
import Flows
import Pages
import Values

/// The list of what it takes to sell, with what is done of it, as far as the desks for it open to who reads; the template
/// `first-steps` shows it.
struct FirstStepsModel {
  private struct Step {
    let name: String
    var isDone = false
    let address: String
  }

  private let steps: [Step]
  private let words: Words

  /// Of a merchant.
  init(_ steps: FirstSteps, for staff: Staff, _ words: Words) {
    self.init(
      [
        Step(name: "profile", isDone: steps.hasProfile, address: Addresses.shopDesk),
        Step(name: "notices", isDone: steps.hasNoticeAddress, address: Addresses.shopDesk + "#email"),
        Step(name: "product", isDone: steps.hasProduct, address: Addresses.goodsDesk),
        Step(name: "freight", isDone: steps.hasFreight, address: Addresses.freightDesk),
        Step(name: "stock", isDone: steps.hasStock, address: Addresses.stockDesk),
      ], for: staff, words)
  }

  /// Of the platform.
  init(_ steps: PlatformSteps, for staff: Staff, _ words: Words) {
    self.init(
      [
        Step(name: "goods", isDone: steps.hasGoods, address: Addresses.goodsDesk),
        Step(name: "merchants", isDone: steps.hasMerchants, address: Addresses.merchantsDesk),
        Step(name: "content", isDone: steps.hasContent, address: Addresses.contentDesk),
      ], for: staff, words)
  }

  private init(_ steps: [Step], for staff: Staff, _ words: Words) {
    let desks = Set(DeskMenu.entries(for: staff).map(\.address))
    self.steps = steps.filter { desks.contains(String($0.address.prefix { $0 != "#" })) }
    self.words = words
  }

  /// Nil where nothing is left that the reader could do.
  var model: Model? {
    guard steps.contains(where: { !$0.isDone }) else { return nil }
    return [
      "steps": steps.map { step -> Model in
        [
          "text": words["firstSteps.\(step.name)"] ?? "", "what": words["firstSteps.\(step.name)What"] ?? "",
          "isDone": step.isDone, "address": step.address,
        ]
      }
    ]
  }
}

import Payments
import Values

struct MethodsAnswer: Encodable, Sendable {
  let items: [String]
  let ways: [String: [String]]
}

struct BalanceAnswer: Encodable, Sendable {
  struct Movement: Encodable, Sendable {
    let id: String
    let kind: String
    let amount: MoneyAnswer
    let after: MoneyAnswer
    @OrNull var payment: String?
    let at: String

    init(_ movement: BalanceMovement) {
      id = movement.id.description
      kind = movement.kind.rawValue
      amount = MoneyAnswer(movement.amount)
      after = MoneyAnswer(movement.after)
      _payment = OrNull(wrappedValue: movement.payment?.description)
      at = movement.at.description
    }
  }

  let balance: MoneyAnswer
  let items: [Movement]
  @OrNull var next: String?
}

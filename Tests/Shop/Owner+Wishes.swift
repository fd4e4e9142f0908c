import Accounts
import Flows
import Orders
import Values

@testable import API
@testable import App

extension Owner {
  /// A paid order of which a change is asked for, made again unless it still is there.
  mutating func keepWished(_ address: Address) async throws {
    let orders = test.shop.contexts.orders
    if let number = OrderNumber(rawValue: self["wished"]), try await orders.order(number: number)?.isEditAsked == true {
      return
    }
    let order = try await order(address, units: 1)
    try await bring(order, to: .paid)
    _ = try await orders.askForEdit(order.id, wish: Self.secrets[3], by: StaffID(raw: 1))
    names["wished"] = .text("\(order.number)")
  }
}

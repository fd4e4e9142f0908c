import Orders
import Storage
import TestKit
import Values

/// Orders over a database of their own, with quick ways to place some.
struct OrderDesk {
  let store: TestStore
  let orders: StoredOrders
  let buyer: AccountID
  let merchant: MerchantID
  let staff: StaffID

  init() async throws {
    store = try await TestStore(StoredOrders.migrations)
    orders = StoredOrders(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock)
    buyer = store.ids.next()
    merchant = store.ids.next()
    staff = store.ids.next()
    // No order is from before names were kept.
    _ = try await orders.noteNames(limit: 1)
  }

  func yuan(_ minor: Int64) -> Money { Money(minor: minor, currency: .cny) }

  func line(
    _ title: LocalizedText = LocalizedText(en: "Blue teapot", zhHans: "蓝色茶壶"), unit: Int64 = 8800, count: Int = 1,
    discount: Int64 = 0, product: ProductID? = nil
  ) throws -> CheckoutOrders.NewLine {
    CheckoutOrders.NewLine(
      variant: store.ids.next(), product: product ?? store.ids.next(), title: title,
      choice: LocalizedText(en: "Large", zhHans: "大号"), sku: "TEA-1", picture: Picture(id: store.ids.next()),
      unit: yuan(unit), quantity: try unwrap(Quantity(count)), discount: yuan(discount))
  }

  func checkout(
    _ key: String, buyer: AccountID? = nil, merchant: MerchantID? = nil, lines: [CheckoutOrders.NewLine]? = nil,
    freight: Int64 = 600, note: String = ""
  ) throws -> CheckoutOrders {
    let order = CheckoutOrders.NewOrder(
      id: store.ids.next(), merchant: merchant ?? self.merchant, lines: try lines ?? [line()], freight: yuan(freight),
      note: note)
    return CheckoutOrders(
      key: key, buyer: buyer ?? self.buyer, channel: .main, currency: .cny, destination: try Self.destination(),
      payBefore: store.clock.now.adding(.minutes(30)), orders: [order])
  }

  func place(_ key: String, lines: [CheckoutOrders.NewLine]? = nil, freight: Int64 = 600) async throws -> Order {
    try unwrap(try await orders.place(try checkout(key, lines: lines, freight: freight)).first)
  }

  func pay(_ order: Order, by payment: PaymentID? = nil) async throws -> Order {
    try await orders.markPaid(
      order.id, by: payment ?? store.ids.next(), amount: order.amounts.due, at: store.clock.now)
  }

  static func destination() throws -> Destination {
    Destination(
      recipient: "李雷", phone: "13800138000", region: try unwrap(RegionCode(rawValue: "310104")),
      regionName: LocalizedText(en: "Xuhui, Shanghai", zhHans: "上海市徐汇区"), street: "漕溪北路 1 号", postcode: "200030")
  }
}

struct Absent: Error {}

/// `#require` for code outside of tests.
func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Absent() }
  return value
}

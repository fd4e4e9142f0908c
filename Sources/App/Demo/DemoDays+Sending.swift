import Accounts
import Flows
import Fulfilment
import Insight
import Merchants
import Orders
import Sandbox
import Values

/// What staff do with orders, and carriers with parcels.
extension DemoDays {
  private static let carriers = [("shunfeng", "SF1"), ("yuantong", "YT8"), ("zhongtong", "78"), ("jd", "JDVA0")]
  private static let origins = ["riverlight": "杭州", "northpine": "深圳", "harvest-lane": "成都"]
  /// Nobody looks at an order in its first hours, nor sends it before all in it is found.
  private static let lookAfter = Duration.minutes(200)
  private static let sendAfter = Duration.minutes(1210)

  func round() async throws {
    try await turn()
    try await review()
    try await send()
    try await turn()
  }

  private func waiting(_ state: OrderState, placedBefore moment: Timestamp) async throws -> [Order] {
    var filter = OrderFilter(states: [state])
    filter.isOldestFirst = true
    return try await contexts.orders.orders(.platform, matching: filter, PageRequest(limit: 100)).items
      .filter { $0.placedAt <= moment && !heldBack.contains($0.id) }
  }

  private func review() async throws {
    for order in try await waiting(.awaitingReview, placedBefore: now.adding(.zero - Self.lookAfter)) {
      let note = order.heldFor.isEmpty ? "" : "已电话核实 · checked by phone"
      try await acting(platform) { staff in
        do { _ = try await flows.workOrder.pass(order.id, by: staff, note: note) } catch is OrderRefusal {}
      }
    }
  }

  private func send() async throws {
    for order in try await waiting(.awaitingShipment, placedBefore: now.adding(.zero - Self.sendAfter))
    where !asked.contains(order.id) {
      parcels += 1
      let (carrier, prefix) = dice.pick(Self.carriers)
      let label = ShippingLabel(
        carrier: carrier, trackingNumber: "\(prefix)\(2_048_000_000 + parcels * 7919 % 900_000_000)")
      let sent = try await acting(packer(of: order.merchant)) { staff -> Bool in
        do {
          _ = try await flows.workShipping.send(order.id, ParcelDraft(key: "demo"), label, by: staff)
          return true
        } catch is any Refusal {
          return false
        }
      }
      guard sent, let parcel = try await contexts.fulfilment.consignment(of: order.id)?.parcels.last else { continue }
      follow(order, parcel.id, label)
    }
  }

  /// Writes down what the carrier will say, and how the buyer takes it.
  private func follow(_ order: Order, _ parcel: ParcelID, _ label: ShippingLabel) {
    let origin = Self.origins[merchants[order.merchant]?.slug.rawValue ?? ""] ?? "杭州"
    let city = order.destination.regionName[.zhHans]
    let courier = dice.pick(script.couriers)
    func filled(_ text: String, _ place: String) -> String {
      text.replacing("{place}", with: place).replacing("{name}", with: courier)
    }
    let days = dice.pick([1, 2, 2, 2, 3, 3, 4])
    let arrival = ShopDay(now).adding(days).start
    let out = arrival.adding(.minutes(480 + dice.number(in: 0...100)))
    var steps: [(at: Timestamp, state: String, text: String, place: String)] = [
      (now.adding(.minutes(dice.number(in: 60...200))), "1", filled(script.traces.collected, origin), origin),
      (now.adding(.minutes(dice.number(in: 260...420))), "0", filled(script.traces.sorted, origin), origin),
      (arrival.adding(.minutes(dice.number(in: 60...300))), "0", filled(script.traces.arrived, city), city),
      (out, "5", filled(script.traces.out, city), city),
    ]
    var delivered = out.adding(.minutes(dice.number(in: 70...480)))
    if dice.number(in: 1...14) == 1 {
      steps.append((delivered, "2", filled(script.traces.problem, city), city))
      delivered = delivered.adding(.minutes(dice.number(in: 1300...1500)))
    }
    steps.append((delivered, "3", filled(script.traces.delivered, city), city))
    steps.sort { $0.at < $1.at }
    let followed = DemoParcel(
      order: order.id, parcel: parcel, carrier: label.carrier, number: label.trackingNumber, steps: steps)
    for index in steps.indices { agenda.add(.trace(followed, index), at: steps[index].at) }
    // The others are completed by the shop, in time.
    if dice.number(in: 1...100) <= 72 {
      agenda.add(.confirm(order.id), at: delivered.adding(.minutes(dice.number(in: 40...4000))))
    }
  }

  func trace(_ parcel: DemoParcel, _ index: Int) async throws {
    let step = parcel.steps[index]
    let push = try await past.sandbox.move(
      parcel.number, of: parcel.carrier,
      SandboxAtHand.Movement(state: step.state, text: step.text, place: step.place))
    guard let push else { return }
    _ = try await contexts.fulfilment.takePush(RawPush(param: push.param, sign: push.sign), about: parcel.parcel)
  }
}

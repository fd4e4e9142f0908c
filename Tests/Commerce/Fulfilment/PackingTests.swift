import Events
import Fulfilment
import Storage
import TestKit
import Testing
import Values

@Suite struct PackingTests {
  // req: 4.2.3-6
  @Test func `an order leaves in parcels, and is shipped with the last of its units`() async throws {
    let room = try await PackingRoom()
    let first = try await room.fulfilment.send(
      ParcelDraft(key: "1", lines: try room.lines((room.teapots, 2))), PackingRoom.label("YT1001"), of: room.order,
      by: room.staff)
    #expect(!first.isShipped)
    #expect(first.sent == [room.teapots: 2])
    let packed = try await room.fulfilment.pack(ParcelDraft(key: "2"), of: room.order, by: room.staff)
    #expect(packed.state == .packed && packed.label == nil)
    #expect(packed.units == 3)
    let last = try await room.fulfilment.handOver(
      packed.id, PackingRoom.label("YT1002"), of: room.order, by: room.staff)
    #expect(last.isShipped && !last.isDelivered)
    #expect(last.parcels.map(\.state) == [.handedOver, .handedOver])
    #expect(last.parcels.last?.handedOverBy == room.staff)
    let told = try await room.store.toldEvents().map { try $0.decode(ParcelHandedOver.self) }
    #expect(told.map(\.isLast) == [false, true])
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `an order with fewer units to send is shipped without them, and hands over no more`() async throws {
    let room = try await PackingRoom()
    let fewer = OrderToSend(
      order: room.order.order, merchant: room.order.merchant, buyer: room.order.buyer,
      lines: [
        OrderToSend.Line(line: room.teapots, units: 2), OrderToSend.Line(line: room.cups, units: 0),
      ], phoneEnd: "8000")
    #expect(try await room.fulfilment.recount(fewer) == nil)
    _ = try await room.fulfilment.send(
      ParcelDraft(key: "1", lines: try room.lines((room.teapots, 2))), PackingRoom.label("YT1001"), of: room.order,
      by: room.staff)
    let cups = try await room.fulfilment.pack(
      ParcelDraft(key: "2", lines: try room.lines((room.cups, 1))), of: room.order, by: room.staff)
    #expect(try await room.fulfilment.recount(room.order)?.isShipped == false)
    await #expect(throws: FulfilmentRefusal.overPacked) {
      try await room.fulfilment.handOver(cups.id, PackingRoom.label("YT1002"), of: fewer, by: room.staff)
    }
    try await room.fulfilment.unpack(cups.id, by: room.staff)
    #expect(try await room.fulfilment.recount(fewer)?.isShipped == true)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `no unit is in two parcels, however many pack at once`() async throws {
    let room = try await PackingRoom()
    let packed = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<20 {
        group.addTask {
          let draft = ParcelDraft(key: "k\(number)", lines: try room.lines((room.teapots, 1)))
          do {
            return try await room.fulfilment.pack(draft, of: room.order, by: room.staff).units
          } catch FulfilmentRefusal.notLeft { return 0 }
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(packed == 3)
    let found = try #require(try await room.fulfilment.consignment(of: room.order.order))
    #expect(found.packed == [room.teapots: 3])
    #expect(found.parcels.count == 3)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `a form that is sent twice packs once`() async throws {
    let room = try await PackingRoom()
    let draft = ParcelDraft(key: "form", lines: try room.lines((room.teapots, 1)))
    let ids = try await withThrowingTaskGroup(of: ParcelID.self) { group in
      for _ in 0..<10 {
        group.addTask { try await room.fulfilment.pack(draft, of: room.order, by: room.staff).id }
      }
      return try await group.reduce(into: Set()) { $0.insert($1) }
    }
    #expect(ids.count == 1)
    let label = PackingRoom.label("YT1001")
    let id = try #require(ids.first)
    let once = try await room.fulfilment.handOver(id, label, of: room.order, by: room.staff)
    #expect(try await room.fulfilment.handOver(id, label, of: room.order, by: room.staff) == once)
    #expect(try await room.told() == [ParcelHandedOver.name])
    await #expect(throws: FulfilmentRefusal.wrongParcelState(.handedOver)) {
      try await room.fulfilment.handOver(id, PackingRoom.label("YT1002"), of: room.order, by: room.staff)
    }
  }

  @Test func `more than is left, nothing and what isn't of the order are refused`() async throws {
    let room = try await PackingRoom()
    func pack(_ key: String, _ lines: [ParcelLine]?) async throws {
      _ = try await room.fulfilment.pack(ParcelDraft(key: key, lines: lines), of: room.order, by: room.staff)
    }
    await #expect(throws: FulfilmentRefusal.notLeft(line: room.cups, left: 2)) {
      try await pack("1", try room.lines((room.teapots, 1), (room.cups, 3)))
    }
    await #expect(throws: FieldFaults.self) { try await pack("1", []) }
    await #expect(throws: FieldFaults.self) { try await pack("", nil) }
    await #expect(throws: FieldFaults.self) { try await pack("1", try room.lines((room.store.ids.next(), 1))) }
    await #expect(throws: FieldFaults.self) {
      try await pack("1", try room.lines((room.cups, 1), (room.cups, 1)))
    }
    try await pack("1", nil)
    await #expect(throws: FulfilmentRefusal.allPacked) { try await pack("2", nil) }
    await #expect(throws: FulfilmentRefusal.notLeft(line: room.cups, left: 0)) {
      try await pack("2", try room.lines((room.cups, 1)))
    }
  }

  @Test func `a packed parcel can be taken apart, one that has left can't`() async throws {
    let room = try await PackingRoom()
    let packed = try await room.fulfilment.pack(ParcelDraft(key: "1"), of: room.order, by: room.staff)
    try await room.fulfilment.unpack(packed.id, by: room.staff)
    try await room.fulfilment.unpack(packed.id, by: room.staff)
    let sent = try await room.sent()
    await #expect(throws: FulfilmentRefusal.wrongParcelState(.handedOver)) {
      try await room.fulfilment.unpack(sent.id, by: room.staff)
    }
    try await room.fulfilment.takeBack(sent.id)
    #expect(try await room.fulfilment.consignment(of: room.order.order)?.isShipped == false)
    try await room.fulfilment.unpack(sent.id, by: room.staff)
    #expect(try await room.fulfilment.consignment(of: room.order.order)?.parcels.isEmpty == true)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  // req: 4.2.3-6
  @Test(arguments: [
    ("", "YT123456"), ("yuantong", ""), ("yuantong", "123"), ("yuantong", "YT 12345"), ("y\u{0}", "YT12345"),
    ("yuantong", "单号12345"), ("yuantong", String(repeating: "1", count: 41)),
  ])
  func `nothing leaves without carrier and number, and nothing is packed then`(carrier: String, number: String)
    async throws
  {
    let room = try await PackingRoom()
    let label = ShippingLabel(carrier: carrier, trackingNumber: number)
    await #expect(throws: FieldFaults.self) {
      try await room.fulfilment.send(ParcelDraft(key: "1"), label, of: room.order, by: room.staff)
    }
    #expect(try await room.fulfilment.consignment(of: room.order.order) == nil)
  }

  @Test func `two parcels of an order have two numbers, and a carrier that is off takes none`() async throws {
    let room = try await PackingRoom()
    let one = ParcelDraft(key: "1", lines: try room.lines((room.teapots, 1)))
    _ = try await room.fulfilment.send(one, PackingRoom.label("YT1001"), of: room.order, by: room.staff)
    await #expect(throws: FulfilmentRefusal.numberUsed) {
      try await room.fulfilment.send(
        ParcelDraft(key: "2"), PackingRoom.label("YT1001"), of: room.order, by: room.staff)
    }
    var carrier = try #require(try await room.fulfilment.carriers().first { $0.code == "yuantong" })
    carrier.isOn = false
    try await room.fulfilment.save(carrier, by: room.staff)
    await #expect(throws: FulfilmentRefusal.carrierOff) {
      try await room.fulfilment.send(
        ParcelDraft(key: "2"), PackingRoom.label("YT1002"), of: room.order, by: room.staff)
    }
    let other = try await room.fulfilment.send(
      ParcelDraft(key: "2"), PackingRoom.label("P-1002", "Pigeon & Sons"), of: room.order, by: room.staff)
    #expect(other.isShipped)
  }
}

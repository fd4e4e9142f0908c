import AuditLog
import Fulfilment
import Storage
import TestKit
import Testing
import Values

/// What staff do with parcels and carriers stands in the log.
@Suite struct DeedTests {
  // req: 2.3.3-3
  @Test func `what is done to parcels and carriers is noted once, with what was there before`() async throws {
    let room = try await PackingRoom()
    let fulfilment = room.fulfilment
    let draft = ParcelDraft(key: "one", lines: try room.lines((room.teapots, 1)))
    let packed = try await fulfilment.pack(draft, of: room.order, by: room.staff)
    #expect(try await fulfilment.pack(draft, of: room.order, by: room.staff) == packed)
    for _ in 1...2 { try await fulfilment.unpack(packed.id, by: room.staff) }
    let sent = try await room.sent()
    #expect(try await room.sent() == sent)
    for _ in 1...2 {
      _ = try await fulfilment.correct(sent.id, PackingRoom.label("YT0000000000002"), by: room.staff)
      try await fulfilment.choose(.station, for: room.order, by: room.staff)
    }
    _ = try await fulfilment.keep(ProofDraft(text: "Signed at the gate"), of: room.order, by: room.staff)
    var carrier = try #require(Carrier.usual.first { $0.code == "ems" })
    carrier.isOn = false
    for _ in 1...2 { try await fulfilment.save(carrier, by: room.staff) }

    let entries = try await DeedLog(database: room.store.database, clock: room.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
    try #require(
      entries.map(\.verb) == [
        "fulfilment.pack", "fulfilment.unpack", "fulfilment.send", "fulfilment.correct", "fulfilment.choose",
        "fulfilment.keepProof", "fulfilment.saveCarrier",
      ])
    #expect(entries.allSatisfy { $0.who == "\(room.staff)" })
    #expect(entries.prefix(6).allSatisfy { $0.merchant == room.order.merchant } && entries[6].merchant == nil)
    #expect(entries[0].before == nil && entries[0].fieldsAfter["units.\(room.teapots)"] == "1")
    #expect(entries[1].fieldsBefore == entries[0].fieldsAfter && entries[1].after == nil)
    #expect(entries[2].before == nil && entries[2].fieldsAfter["state"] == "handedOver")
    #expect(entries[3].fieldsBefore["trackingNumber"] == "YT0000000000001")
    #expect(entries[3].fieldsAfter["trackingNumber"] == "YT0000000000002")
    #expect(entries[4].fieldsBefore == ["method": "door"] && entries[4].fieldsAfter == ["method": "station"])
    #expect(entries[5].subject == "\(room.order.order)")
    #expect(entries[5].fieldsAfter == ["proof": "Signed at the gate"])
    #expect(entries[6].fieldsBefore["isOn"] == "true" && entries[6].fieldsAfter["isOn"] == "false")
  }

  // req: 2.3.3-3
  @Test func `a packed parcel that is handed over says that it was packed before`() async throws {
    let room = try await PackingRoom()
    let packed = try await room.fulfilment.pack(ParcelDraft(key: "one"), of: room.order, by: room.staff)
    for _ in 1...2 {
      _ = try await room.fulfilment.handOver(
        packed.id, PackingRoom.label("YT0000000000003"), of: room.order, by: room.staff)
    }
    let entries = try await DeedLog(database: room.store.database, clock: room.store.clock.clock)
      .entries(matching: DeedFilter(), after: 0, limit: 100)
    #expect(entries.map(\.verb) == ["fulfilment.pack", "fulfilment.handOver"])
    #expect(entries.last?.fieldsBefore["state"] == "packed")
    #expect(entries.last?.fieldsAfter["state"] == "handedOver" && entries.last?.fieldsAfter["carrier"] == "yuantong")
  }
}

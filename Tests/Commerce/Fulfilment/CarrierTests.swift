import Fulfilment
import TestKit
import Testing
import Values

@Suite struct CarrierTests {
  // req: 2.2-5
  @Test func `the usual carriers are there, and what staff say of one counts before it`() async throws {
    let room = try await PackingRoom()
    #expect(try await room.fulfilment.carriers() == Carrier.usual)
    var changed = try #require(Carrier.usual.first { $0.code == "shunfeng" })
    changed.name = LocalizedText(en: "SF", zhHans: "顺丰")
    changed.trackingAddress = "https://sf.example/{number}?lang=en"
    try await room.fulfilment.save(changed, by: room.staff)
    let own = Carrier(code: "pigeon", name: LocalizedText(en: "Pigeon", zhHans: "信鸽"), isTracked: false)
    try await room.fulfilment.save(own, by: room.staff)
    let book = CarrierBook(try await room.fulfilment.carriers())
    #expect(book["shunfeng"] == changed)
    #expect(book["pigeon"] == own)
    #expect(book.all.map(\.code) == book.all.map(\.code).sorted())
    #expect(book["shunfeng"]?.address(of: "SF1") == "https://sf.example/SF1?lang=en")
    #expect(book.name("Nobody & Co") == LocalizedText("Nobody & Co"))
  }

  @Test(arguments: [
    Carrier(code: "P", name: LocalizedText("p")), Carrier(code: "Pigeon", name: LocalizedText("p")),
    Carrier(code: "pi geon", name: LocalizedText("p")), Carrier(code: "pigeon", name: LocalizedText()),
    Carrier(code: "pigeon", name: LocalizedText("p"), trackingAddress: "http://p.example/{number}"),
    Carrier(code: "pigeon", name: LocalizedText("p"), trackingAddress: "https://p.example/"),
    Carrier(code: "pigeon", name: LocalizedText("p"), trackingAddress: "javascript:{number}"),
    Carrier(code: "pigeon", name: LocalizedText("p"), trackingAddress: "https://p.example/{number}\"onclick"),
  ])
  func `a carrier without a code, names or a page that can be linked to is refused`(carrier: Carrier) async throws {
    let room = try await PackingRoom()
    await #expect(throws: FieldFaults.self) { try await room.fulfilment.save(carrier, by: room.staff) }
    #expect(try await room.fulfilment.carriers() == Carrier.usual)
  }
}

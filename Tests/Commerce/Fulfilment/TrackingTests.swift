import Events
import Fulfilment
import Storage
import Synchronization
import TestKit
import Testing
import Values

@Suite struct TrackingTests {
  // req: 2.2-5 4.2.3-0
  @Test func `a parcel that has left is subscribed to, and what is told of it moves it`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    #expect(try await room.fulfilment.followUp(now: room.store.clock.now, limit: 10) == 1)
    let wish = try #require(room.tracker.wishes.withLock { $0.first })
    #expect(wish.label == parcel.label)
    #expect(wish.phoneEnd.isEmpty, "this carrier doesn't ask for it")
    #expect(wish.callback == "https://shop.example/logistics/kuaidi100/\(parcel.id)")
    #expect(wish.salt.count == 32)
    #expect(try await room.fulfilment.followUp(now: room.store.clock.now, limit: 10) == 0)
    try await room.push([room.trace(1, .collected)], about: parcel.id)
    #expect(try await room.parcel(parcel.id)?.state == .inTransit)
    room.store.clock.advance(by: .hours(30))
    let all = [room.trace(1, .collected), room.trace(600, .outForDelivery), room.trace(700, .delivered)]
    try await room.push(all, about: parcel.id)
    let delivered = try #require(try await room.parcel(parcel.id))
    #expect(delivered.state == .delivered)
    #expect(delivered.deliveredAt == room.trace(700, .delivered).at)
    #expect(delivered.latest == room.trace(700, .delivered))
    #expect(try await room.fulfilment.traces(of: room.order.order)[parcel.id] == all.reversed())
    #expect(try await room.fulfilment.consignment(of: room.order.order)?.isDelivered == true)
    #expect(try await room.told() == [ParcelHandedOver.name, ParcelMoved.name, ParcelMoved.name])
    #expect(try await room.fulfilment.followUp(now: room.store.clock.now.adding(.days(3)), limit: 10) == 0)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `repeated, late and mixed pushes leave what the best of them says`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    let way: [Trace.Kind] = [.collected, .inTransit, .inTransit, .outForDelivery, .delivered]
    let traces = way.enumerated().map { room.trace($0 * 60, $1, "step \($0)") }
    var dice = SystemRandomNumberGenerator()
    let pushes = (1...traces.count).map { Array(traces.prefix($0)) }
    for push in (pushes + pushes).shuffled(using: &dice) { try await room.push(push, about: parcel.id) }
    let found = try #require(try await room.parcel(parcel.id))
    #expect(found.state == .delivered)
    #expect(found.latest == traces.last)
    #expect(try await room.fulfilment.traces(of: room.order.order)[parcel.id]?.count == traces.count)
    let moves = try await room.store.toldEvents().filter { $0.name == ParcelMoved.name }
    #expect(try moves.last?.decode(ParcelMoved.self).state == .delivered)
    #expect(moves.count <= 2)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `pushes that come at once are taken in one after another`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    let traces = (0..<20).map { room.trace($0, $0 == 19 ? .delivered : .inTransit, "step \($0)") }
    room.tracker.reports.withLock { reports in
      for count in 1...20 {
        reports["p\(count)"] = TrackingReport(
          trackingNumber: "YT0000000000001", traces: Array(traces.prefix(count)), isLast: false, isGivenUp: false)
      }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for count in 1...20 {
        group.addTask {
          _ = try await room.fulfilment.takePush(RawPush(param: "p\(count)", sign: "true"), about: parcel.id)
        }
      }
      try await group.waitForAll()
    }
    #expect(try await room.parcel(parcel.id)?.state == .delivered)
    #expect(try await room.fulfilment.traces(of: room.order.order)[parcel.id]?.count == 20)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `who can't sign isn't believed, and a number that was corrected has nothing to say`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    room.tracker.reports.withLock {
      $0["push"] = TrackingReport(
        trackingNumber: "YT0000000000001", traces: [room.trace(1, .delivered)], isLast: true, isGivenUp: false)
    }
    await #expect(throws: FulfilmentRefusal.badPush) {
      try await room.fulfilment.takePush(RawPush(param: "push", sign: "false"), about: parcel.id)
    }
    await #expect(throws: FulfilmentRefusal.unknownParcel) {
      try await room.fulfilment.takePush(RawPush(param: "push", sign: "true"), about: room.store.ids.next())
    }
    try await room.push([room.trace(1, .collected)], about: parcel.id)
    let corrected = try await room.fulfilment.correct(
      parcel.id, PackingRoom.label("YT0000000000002"), by: room.staff)
    #expect(corrected.state == .handedOver && corrected.latest == nil)
    #expect(try await room.fulfilment.traces(of: room.order.order).isEmpty)
    let answer = try await room.fulfilment.takePush(RawPush(param: "push", sign: "true"), about: parcel.id)
    #expect(answer.body == "taken")
    #expect(try await room.parcel(parcel.id)?.state == .handedOver)
    try await room.push([room.trace(5, .delivered)], about: parcel.id, number: "YT0000000000002")
    #expect(try await room.parcel(parcel.id)?.state == .delivered)
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `a tracker that is silent is asked, at growing intervals and not for ever`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    let clock = room.store.clock
    var asked: [Int] = []
    for hour in 0...(24 * 70) {
      let before = room.tracker.questions.withLock { $0.count }
      _ = try await room.fulfilment.followUp(now: clock.now, limit: 10)
      if room.tracker.questions.withLock({ $0.count }) > before { asked.append(hour) }
      clock.advance(by: .hours(1))
    }
    #expect(asked.prefix(4) == [6, 18, 42, 66])
    #expect((asked.last ?? 0) <= 24 * 60)
    #expect(asked.count > 50)
    #expect(try await room.parcel(parcel.id)?.state == .handedOver)
  }

  @Test func `what a question brings counts like a push`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent("SF0001")
    _ = try await room.fulfilment.followUp(now: room.store.clock.now, limit: 10)
    room.tracker.reports.withLock {
      $0["SF0001"] = TrackingReport(
        trackingNumber: "SF0001", traces: [room.trace(1, .collected), room.trace(2, .delivered)], isLast: false,
        isGivenUp: false)
    }
    room.store.clock.advance(by: .hours(7))
    #expect(try await room.fulfilment.followUp(now: room.store.clock.now, limit: 10) == 1)
    #expect(try await room.parcel(parcel.id)?.state == .delivered)
  }

  @Test func `a tracker that is away is asked again, and one that declines a parcel is only asked`() async throws {
    let room = try await PackingRoom()
    _ = try await room.sent()
    let clock = room.store.clock
    room.tracker.fault.withLock { $0 = .unreachable("away") }
    #expect(try await room.fulfilment.followUp(now: clock.now, limit: 10) == 1)
    #expect(try await room.fulfilment.followUp(now: clock.now, limit: 10) == 0)
    clock.advance(by: .minutes(2))
    #expect(try await room.fulfilment.followUp(now: clock.now, limit: 10) == 1)
    room.tracker.fault.withLock { $0 = .declined(code: "702") }
    clock.advance(by: .hours(1))
    #expect(try await room.fulfilment.followUp(now: clock.now, limit: 10) == 1)
    room.tracker.fault.withLock { $0 = nil }
    clock.advance(by: .hours(6))
    #expect(try await room.fulfilment.followUp(now: clock.now, limit: 10) == 1)
    #expect(room.tracker.wishes.withLock { $0.isEmpty })
    #expect(room.tracker.questions.withLock { $0.count } == 1)
  }

  @Test func `a carrier that asks for the phone is told its end, and one that nobody tracks isn't asked`() async throws
  {
    let room = try await PackingRoom()
    let one = ParcelDraft(key: "1", lines: try room.lines((room.teapots, 1)))
    _ = try await room.fulfilment.send(one, PackingRoom.label("SF0001", "shunfeng"), of: room.order, by: room.staff)
    _ = try await room.fulfilment.send(
      ParcelDraft(key: "2"), PackingRoom.label("P-0001", "Pigeon"), of: room.order, by: room.staff)
    #expect(try await room.fulfilment.followUp(now: room.store.clock.now, limit: 10) == 1)
    #expect(room.tracker.wishes.withLock { $0.map(\.phoneEnd) } == ["8000"])
  }

  // req: 4.2.3-7
  @Test func `a buyer's word is awaited from delivery, or from shipping where nothing is told`() async throws {
    let room = try await PackingRoom()
    let parcel = try await room.sent()
    let start = room.store.clock.now
    func waiting(_ since: Timestamp) async throws -> [OrderID] {
      try await room.fulfilment.unconfirmed(since: since, PageRequest()).items
    }
    #expect(try await waiting(start) == [room.order.order])
    #expect(try await waiting(start.adding(.seconds(-1))).isEmpty)
    try await room.push([room.trace(1, .collected)], about: parcel.id)
    #expect(try await waiting(start.adding(.days(100))).isEmpty, "it is on its way")
    room.store.clock.advance(by: .days(2))
    try await room.push([room.trace(1, .collected), room.trace(2000, .delivered)], about: parcel.id)
    #expect(try await waiting(start.adding(.days(1))).isEmpty)
    #expect(try await waiting(room.store.clock.now) == [room.order.order])
    try await room.fulfilment.close(room.order.order)
    #expect(try await waiting(room.store.clock.now.adding(.days(100))).isEmpty)
    try await room.push(
      [room.trace(1, .collected), room.trace(2000, .delivered), room.trace(2500, .returned)], about: parcel.id)
    #expect(try await room.parcel(parcel.id)?.state == .returned)
    #expect(try await waiting(room.store.clock.now.adding(.days(100))).isEmpty)
    // What came back may be sent again.
    let again = try await room.fulfilment.send(
      ParcelDraft(key: "again"), PackingRoom.label("YT0000000000009"), of: room.order, by: room.staff)
    #expect(again.parcels.map(\.state) == [.returned, .handedOver])
    #expect(try await room.fulfilment.audit().isEmpty)
  }

  @Test func `proof is text or a picture, kept with who and when`() async throws {
    let room = try await PackingRoom()
    await #expect(throws: FieldFaults.self) {
      try await room.fulfilment.keep(ProofDraft(text: " "), of: room.order, by: room.staff)
    }
    let key = try #require(FileKey(rawValue: String(repeating: "a", count: 64) + ".png"))
    let kept = [
      try await room.fulfilment.keep(ProofDraft(text: "Signed by Lin"), of: room.order, by: room.staff),
      try await room.fulfilment.keep(ProofDraft(text: "", picture: key), of: room.order, by: room.staff),
    ]
    #expect(try await room.fulfilment.proofs(of: room.order.order) == kept)
  }
}

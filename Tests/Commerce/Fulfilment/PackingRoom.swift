import Events
import Fulfilment
import Logging
import Storage
import Synchronization
import TestKit
import Values

/// Parcels over a database of their own, with an order of three teapots and two cups to send.
struct PackingRoom {
  let store: TestStore
  let tracker = PaperTracker()
  let fulfilment: StoredFulfilment
  let order: OrderToSend
  let staff: StaffID

  var teapots: OrderLineID { order.lines[0].line }
  var cups: OrderLineID { order.lines[1].line }

  init() async throws {
    store = try await TestStore(StoredFulfilment.migrations)
    fulfilment = StoredFulfilment(
      database: store.database, outbox: store.outbox, ids: store.ids, clock: store.clock.clock, tracker: tracker,
      addresses: TrackingAddresses(publicURL: "https://shop.example"),
      logger: Logger(label: "packing", factory: { _ in SwiftLogNoOpLogHandler() }))
    staff = store.ids.next()
    order = Self.order(store, units: [3, 2])
  }

  static func order(_ store: TestStore, units: [Int]) -> OrderToSend {
    OrderToSend(
      order: store.ids.next(), merchant: store.ids.next(), buyer: store.ids.next(),
      lines: units.map { OrderToSend.Line(line: store.ids.next(), units: $0) }, phoneEnd: "8000")
  }

  static func label(_ number: String, _ carrier: String = "yuantong") -> ShippingLabel {
    ShippingLabel(carrier: carrier, trackingNumber: number)
  }

  func lines(_ units: (OrderLineID, Int)...) throws -> [ParcelLine] {
    try units.map { ParcelLine(line: $0.0, quantity: try unwrap(Quantity($0.1))) }
  }

  /// The whole order in one parcel that has left.
  func sent(_ number: String = "YT0000000000001") async throws -> Fulfilment.Parcel {
    let consignment = try await fulfilment.send(
      ParcelDraft(key: number), Self.label(number), of: order, by: staff)
    return try unwrap(consignment.parcels.last)
  }

  func parcel(_ id: ParcelID) async throws -> Fulfilment.Parcel? {
    try await fulfilment.consignment(of: order.order)?.parcels.first { $0.id == id }
  }

  /// Some minutes after the beginning of the test's time.
  func trace(_ minute: Int, _ kind: Trace.Kind, _ text: String? = nil) -> Trace {
    Trace(at: TestClock.start.adding(.minutes(minute)), kind: kind, text: text ?? kind.rawValue, place: "上海")
  }

  /// As `PaperTracker` signs it.
  func push(_ traces: [Trace], about parcel: ParcelID, number: String = "YT0000000000001") async throws {
    tracker.reports.withLock {
      $0["push"] = TrackingReport(trackingNumber: number, traces: traces, isLast: false, isGivenUp: false)
    }
    _ = try await fulfilment.takePush(RawPush(param: "push", sign: "true"), about: parcel)
  }

  func told() async throws -> [String] { try await store.toldEvents().map(\.name) }
}

/// A tracker on paper: tells what it was told to tell.
final class PaperTracker: ParcelTracker {
  let wishes = Mutex<[TrackingWish]>([])
  let questions = Mutex<[TrackingWish]>([])
  /// By number; what is under `push` is what pushes say.
  let reports = Mutex<[String: TrackingReport]>([:])
  let fault = Mutex<TrackerFault?>(nil)

  func subscribe(_ wish: TrackingWish) async throws {
    if let fault = fault.withLock({ $0 }) { throw fault }
    wishes.withLock { $0.append(wish) }
  }

  func query(_ wish: TrackingWish) async throws -> TrackingReport? {
    if let fault = fault.withLock({ $0 }) { throw fault }
    questions.withLock { $0.append(wish) }
    return reports.withLock { $0[wish.label.trackingNumber] }
  }

  func report(_ push: RawPush, salt: String) throws -> TrackingReport {
    guard push.sign == "true", !salt.isEmpty, let report = reports.withLock({ $0[push.param] }) else {
      throw TrackerFault.untrue("signature")
    }
    return report
  }

  var acknowledgement: PushAnswer { PushAnswer(contentType: "text/plain", body: "taken") }
}

struct Absent: Error {}

/// `#require` for code outside of tests.
func unwrap<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Absent() }
  return value
}

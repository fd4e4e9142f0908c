import Fulfilment
import Orders
import Values

/// What happened to an order and its goods, in one line of time for buyer and merchant alike.
public struct OrderTrack: Sendable {
  public enum Step: Sendable {
    case order(TimelineEntry)
    /// One of several parcels has left.
    case sent(Parcel)
    case trace(Trace, of: Parcel)
  }

  public struct Entry: Sendable {
    public let step: Step
    public let at: Timestamp
  }

  /// The newest first.
  public let entries: [Entry]
  public let timeline: [TimelineEntry]
  public let consignment: Consignment?
  /// Of each parcel, the latest first.
  public let traces: [ParcelID: [Trace]]
  public let carriers: CarrierBook

  /// Without what staff alone should know.
  public var forBuyer: OrderTrack {
    let shown = entries.filter { if case .order(let step) = $0.step { step.isForBuyer } else { true } }
    return OrderTrack(
      entries: shown, timeline: timeline.filter(\.isForBuyer), consignment: consignment, traces: traces,
      carriers: carriers)
  }

  /// What the buyer may know of: parcels that have left.
  public var parcels: [Parcel] { consignment?.parcels.filter(\.state.hasLeft) ?? [] }
}

extension Contexts {
  public func track(of order: OrderID) async throws -> OrderTrack {
    let timeline = try await orders.timeline(of: order)
    let consignment = try await fulfilment.consignment(of: order)
    let sent = consignment?.parcels.filter(\.state.hasLeft) ?? []
    let traces = try await sent.isEmpty ? [:] : fulfilment.traces(of: order)
    let hasLeft = !sent.isEmpty || timeline.contains { $0.kind == .shipped }
    let carriers = try await hasLeft ? carrierBook() : .usual
    var entries = timeline.map { OrderTrack.Entry(step: .order($0), at: $0.at) }
    // The only parcel of an order leaves when its timeline says that it was shipped.
    if sent.count > 1 || !timeline.contains(where: { $0.kind == .shipped }) {
      entries += sent.compactMap { parcel in
        parcel.handedOverAt.map { OrderTrack.Entry(step: .sent(parcel), at: $0) }
      }
    }
    for parcel in sent {
      entries += (traces[parcel.id] ?? []).reversed().map { OrderTrack.Entry(step: .trace($0, of: parcel), at: $0.at) }
    }
    // Of one moment, what was noted later comes first.
    let sorted = entries.enumerated().sorted { ($0.element.at, $0.offset) > ($1.element.at, $1.offset) }
    return OrderTrack(
      entries: sorted.map(\.element), timeline: timeline, consignment: consignment, traces: traces, carriers: carriers)
  }

  /// The carriers by name.
  public func carrierBook() async throws -> CarrierBook { CarrierBook(try await fulfilment.carriers()) }
}

import Flows
import Fulfilment
import Orders
import Values

extension OrderModel {
  /// Timeline, parcels and traces as one list, the newest first.
  /// - Parameter note: what the reader may know of an entry's note.
  public func timeline(_ track: OrderTrack, note: (TimelineEntry) -> String?) -> [Model] {
    let numbers = numbers(of: track.parcels)
    return track.entries.map { entry in
      switch entry.step {
      case .order(let step): self.entry(step, carriers: track.carriers, note: note(step))
      case .sent(let parcel): sent(parcel, numbers[parcel.id], track.carriers, at: entry.at)
      case .trace(let trace, let parcel): self.trace(trace, numbers[parcel.id])
      }
    }
  }

  /// Parcels that have left, and how the last part of their way goes; where nothing is known of parcels, what was noted
  /// when the order was shipped.
  public func shipment(_ track: OrderTrack) -> Model {
    let builder = ParcelModel(order, carriers: track.carriers, words: words)
    guard !track.parcels.isEmpty else {
      guard let shipment = order.shipment else { return [:] }
      return [
        "shipment": [
          "carrier": track.carriers.name(shipment.carrier)[language], "trackingNumber": shipment.trackingNumber,
        ] as Model
      ]
    }
    var model: Model = ["parcels": track.parcels.map(builder.model), "hasParcels": true]
    if let method = track.consignment?.method {
      model["method"] = words["deliveryMethod.\(method.rawValue)"] ?? method.rawValue
    }
    if order.state == .awaitingShipment { model["partText"] = partText(track) }
    return model
  }

  private func partText(_ track: OrderTrack) -> String {
    let sent = track.consignment?.sent.values.reduce(0, +) ?? 0
    let all = order.lines.reduce(0) { $0 + $1.kept }
    return words.phrase("parcel.part", ["sent": String(sent), "all": String(all)])
  }

  /// Where there are several, each goes by its number among them.
  private func numbers(of parcels: [Parcel]) -> [ParcelID: String] {
    guard parcels.count > 1 else { return [:] }
    return Dictionary(
      parcels.enumerated().map { ($1.id, words.phrase("parcel.number", ["number": String($0 + 1)])) },
      uniquingKeysWith: { first, _ in first })
  }

  private func sent(_ parcel: Parcel, _ number: String?, _ carriers: CarrierBook, at: Timestamp) -> Model {
    var model: Model = [
      "text": words.phrase("parcel.left", ["number": number ?? words.phrase("parcel.one")]),
      "at": format.dateTime(at), "atISO": at.description, "actor": words.phrase("actor.staff"),
    ]
    if let label = parcel.label {
      model["remark"] = "\(carriers.name(label.carrier)[language]) \(label.trackingNumber)"
    }
    return model
  }

  private func trace(_ trace: Trace, _ number: String?) -> Model {
    let kind = words["traceKind.\(trace.kind.rawValue)"] ?? trace.kind.rawValue
    return [
      "text": number.map { words.phrase("parcel.of", ["what": kind, "number": $0]) } ?? kind,
      "at": format.dateTime(trace.at), "atISO": trace.at.description, "actor": words.phrase("actor.carrier"),
      "remark": trace.place.isEmpty ? trace.text : "\(trace.text) (\(trace.place))",
    ]
  }
}

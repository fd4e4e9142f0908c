import Fulfilment
import Orders
import Values

/// Parcels as the order centre and the desks show them alike.
public struct ParcelModel: Sendable {
  private let order: Order
  private let carriers: CarrierBook
  private let words: Words
  private let format: Format

  public init(_ order: Order, carriers: CarrierBook, words: Words) {
    self.order = order
    self.carriers = carriers
    self.words = words
    format = Format(words.language)
  }

  public func model(_ parcel: Parcel) -> Model {
    var model: Model = [
      "id": parcel.id.description, "state": Self.state(parcel.state, words), "contents": contents(of: parcel),
      "packedText": words.phrase("parcel.packed", ["time": format.dateTime(parcel.packedAt)]),
    ]
    if let label = parcel.label {
      model["carrier"] = carriers.name(label.carrier)[words.language]
      model["trackingNumber"] = label.trackingNumber
      if let address = carriers[label.carrier]?.address(of: label.trackingNumber) { model["trackingURL"] = address }
    }
    if let latest = parcel.latest { model["latest"] = trace(latest) }
    return model
  }

  /// What is in it, a line each; none where it holds the whole order.
  private func contents(of parcel: Parcel) -> [Model] {
    let ordered = order.lines.reduce(0) { $0 + $1.quantity.count }
    guard parcel.units < ordered else { return [] }
    return parcel.lines.map { content in
      let line = order.lines.first { $0.id == content.line }
      let title = line?.title[words.language] ?? ""
      let choice = line?.choice[words.language] ?? ""
      return [
        "text": words.phrase(
          "parcel.content",
          ["title": choice.isEmpty ? title : "\(title) · \(choice)", "quantity": "\(content.quantity)"])
      ]
    }
  }

  public func trace(_ trace: Trace) -> Model {
    var model: Model = [
      "kind": words["traceKind.\(trace.kind.rawValue)"] ?? trace.kind.rawValue, "text": trace.text,
      "at": format.dateTime(trace.at), "atISO": trace.at.description,
    ]
    if !trace.place.isEmpty { model["place"] = trace.place }
    return model
  }

  public static func state(_ state: ParcelState, _ words: Words) -> Model {
    let (kind, icon) =
      switch state {
      case .packed: ("grey", "box")
      case .handedOver, .inTransit: ("sky", "truck")
      case .delivered: ("green", "check")
      case .returned: ("amber", "return")
      }
    return ["kind": kind, "icon": icon, "text": words["parcelState.\(state.rawValue)"] ?? state.rawValue]
  }
}

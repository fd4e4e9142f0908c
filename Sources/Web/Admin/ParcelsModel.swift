import Accounts
import Flows
import Fulfilment
import Merchants
import Orders
import Pages
import Values

/// The values of the page of one order's parcels.
struct ParcelsModel {
  /// What was sent and wasn't taken, and the parcel whose form it was.
  struct Typed {
    let form: Form
    let faults: FieldFaults
    let parcel: ParcelID?

    init(_ form: Form = Form(), _ faults: FieldFaults = FieldFaults(), parcel: ParcelID? = nil) {
      self.form = form
      self.faults = faults
      self.parcel = parcel
    }
  }

  private let order: Order
  private let staff: Staff
  private let track: OrderTrack
  private let carriers: CarrierBook
  private let typed: Typed
  private let words: Words
  private let address: String

  init(
    _ order: Order, _ staff: Staff, _ track: OrderTrack, _ carriers: CarrierBook, _ typed: Typed, words: Words
  ) {
    self.order = order
    self.staff = staff
    self.track = track
    self.carriers = carriers
    self.typed = typed
    self.words = words
    address = Addresses.shipping(order.number)
  }

  private var maySend: Bool { staff.rights.contains(.ordersShip) }
  /// Whether anything of it can still be changed.
  private var isOpen: Bool { order.state == .awaitingShipment || order.state == .awaitingReceipt }

  func model(merchant: Merchant?, proofs: [DeliveryProof]) -> Model {
    let builder = OrderModel(order, words: words)
    var model = builder.head(merchant: merchant)
    model["state"] = StateModel.of(order.state, isDesk: true, words)
    model["timeline"] = builder.timeline(track) { BuyerContact.note($0, for: staff) }
    model["parcels"] = parcels
    model["hasParcels"] = !parcels.isEmpty
    model["proofs"] = proofs.enumerated().map { proof($1, number: $0 + 1) }
    model["backURL"] = Addresses.shippingDesk
    model["orderURL"] = Addresses.desk(order.number)
    model["methodText"] = words["deliveryMethod.\(method.rawValue)"] ?? ""
    if BuyerContact.isOpen(to: staff) {
      model["slipURL"] = Addresses.with([("order", order.number.rawValue)], "\(Addresses.shippingDesk)/slips")
    } else {
      model["destination"] = nil
    }
    guard maySend, isOpen else { return model }
    if let pack { model["pack"] = pack }
    model["methodAction"] = "\(address)/method"
    model["methods"] = DeliveryMethod.allCases.map { choice -> Model in
      [
        "value": choice.rawValue, "name": words["deliveryMethod.\(choice.rawValue)"] ?? "",
        "isChosen": choice == method,
      ]
    }
    model["addressURL"] = "\(address)/address"
    if order.state == .awaitingReceipt {
      model["completeAction"] = "\(address)/complete"
      model["isProven"] = track.consignment?.isDelivered == true
    }
    return model
  }

  private var method: DeliveryMethod { track.consignment?.method ?? .door }

  /// The fields of the forms that stand on the page once, and what is wrong with any.
  var form: Model {
    let fields = FormModel(
      isOfParcel ? Form() : typed.form, faults: isOfParcel ? FieldFaults() : typed.faults, words: words)
    var model = fields.fields(["carrier", "carrierName", "trackingNumber", "proof", "picture", "units", "method"])
    let all = FormModel(typed.form, faults: typed.faults, words: words)
    model["hasFaults"] = !typed.faults.isEmpty
    model["faults"] = all.summary
    return model
  }

  private var isOfParcel: Bool { typed.parcel != nil }

  /// The form of a new parcel; nil when nothing is left for one, and while another form is to be mended.
  private var pack: Model? {
    guard !isOfParcel else { return nil }
    let packed = track.consignment?.packed ?? [:]
    let fields = FormModel(typed.form, faults: typed.faults, words: words)
    let lines = order.lines.compactMap { line -> Model? in
      let left = line.kept - (packed[line.id] ?? 0)
      guard left > 0 else { return nil }
      var model = fields.field("units.\(line.id)", initial: String(left))
      model["title"] = line.title[words.language]
      let choice = line.choice[words.language]
      if !choice.isEmpty { model["choice"] = choice }
      model["sku"] = line.sku
      model["max"] = String(left)
      model["leftText"] = words.phrase(
        "shipping.left", ["left": String(left), "all": String(line.kept)])
      return model
    }
    guard !lines.isEmpty else { return nil }
    let key = typed.form["key"] ?? Hex.text((0..<12).map { _ in UInt8.random(in: UInt8.min...UInt8.max) })
    return [
      "action": "\(address)/parcels", "key": key, "lines": lines,
      "carriers": LabelForm.choices(carriers, chosen: typed.form["carrier"] ?? "", words),
    ]
  }

  private var parcels: [Model] {
    let builder = ParcelModel(order, carriers: carriers, words: words)
    let all = track.consignment?.parcels ?? []
    return all.enumerated().map { index, parcel in
      var model = builder.model(parcel)
      model["name"] = words.phrase("parcel.number", ["number": String(index + 1)])
      model["traces"] = (track.traces[parcel.id] ?? []).map(builder.trace)
      guard maySend, isOpen, parcel.state != .returned else { return model }
      model["label"] = label(parcel)
      if !parcel.state.hasLeft { model["removeAction"] = "\(address)/parcels/\(parcel.id)/remove" }
      return model
    }
  }

  /// The form that hands a parcel over, or corrects what stands on it.
  private func label(_ parcel: Parcel) -> Model {
    let isTyped = typed.parcel == parcel.id
    let fields = FormModel(isTyped ? typed.form : Form(), faults: isTyped ? typed.faults : FieldFaults(), words: words)
    let code = parcel.label?.carrier ?? ""
    let isListed = code.isEmpty || carriers[code] != nil
    var model = fields.fields(
      ["carrier", "carrierName", "trackingNumber"],
      initial: [
        "carrierName": isListed ? "" : code, "trackingNumber": parcel.label?.trackingNumber ?? "",
      ])
    model["action"] = "\(address)/parcels/\(parcel.id)"
    model["carriers"] = LabelForm.choices(carriers, chosen: isTyped ? typed.form["carrier"] ?? "" : code, words)
    // The one whose faults are shown is the only form of its kind on the page.
    model["suffix"] = isTyped ? "" : "-\(parcel.id)"
    model["isNew"] = !parcel.state.hasLeft
    model["isOpen"] = !parcel.state.hasLeft || (isTyped && !typed.faults.isEmpty)
    return model
  }

  private func proof(_ proof: DeliveryProof, number: Int) -> Model {
    var model: Model = ["at": Format(words.language).dateTime(proof.at)]
    if !proof.text.isEmpty { model["text"] = proof.text }
    if proof.picture != nil, BuyerContact.isOpen(to: staff) { model["picture"] = "\(address)/proofs/\(number)" }
    return model
  }
}

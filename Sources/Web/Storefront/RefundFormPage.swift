import Accounts
import Catalog
import Flows
import Hummingbird
import Orders
import Pages
import Refunds
import Values

/// `/orders/{number}/refund`: what a buyer asks back of an order, whole or in part, with reason, words and pictures.
public struct RefundFormPage: Sendable {
  private let maker: PageMaker
  private var refunds: RefundOrder { maker.flows.refundOrder }

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/orders/:number/refund") { request, context in
      let order = try await own(context)
      guard let offer = try await refunds.offer(order) else { return away(order) }
      return try await page(offer, Form(), nil, request, context)
    }
    router.post("/orders/:number/refund") { request, context in
      let order = try await own(context)
      let offer = try await refunds.offer(order)
      var sent: MultipartForm
      do {
        sent = try await MultipartForm(body: request)
      } catch BodyRefusal.tooLarge {
        guard let offer else { throw BodyRefusal.tooLarge }
        return try await page(offer, Form(), BodyRefusal.tooLarge, request, context)
      }
      guard let offer else { return away(order) }
      do {
        let asked = try await ask(sent, offer)
        let said = asked.state == .requested ? "refundAsked" : "refundAgreed"
        return maker.go(Addresses.refund(asked.id), saying: Flash(.good, said))
      } catch let refusal as any Refusal {
        return try await page(offer, sent.form, refusal, request, context)
      }
    }
  }

  private func own(_ context: ShopRequestContext) async throws -> Order {
    let account = try context.visit.requireAccount()
    return try await maker.contexts.order(numbered: context.parameters.get("number"), of: account.id)
  }

  /// There is nothing to ask: the order says how it stands.
  private func away(_ order: Order) -> Response {
    maker.go(Addresses.order(order.number), saying: Flash(.bad, RefundRefusal.notRefundable.code))
  }

  private func ask(_ sent: MultipartForm, _ offer: RefundOffer) async throws -> RefundCase {
    let form = sent.form
    var faults = FieldFaults()
    let kind = choice("kind", form, offer.kinds, &faults)
    let reason = choice("reason", form, offer.reasons, &faults)
    // A line break is one character, as the field counts it in the browser.
    let explanation = faults.text(
      form["explanation"]?.replacing("\r\n", with: "\n"), "explanation", max: 1000, required: reason == .other,
      multiline: true)
    let isExchange = kind == .exchange
    let lines = lines(form, offer, isExchange: isExchange, &faults)
    let pictures = sent.pictures(&faults)
    try faults.throwIfAny()
    return try await maker.flows.keepEvidence.keeping(pictures) { evidence in
      try await refunds.request(
        RefundOrder.Input(
          account: offer.order.buyer, order: offer.order.id, kind: kind ?? .moneyOnly, reason: reason ?? .other,
          explanation: explanation, lines: lines, evidence: evidence,
          differencesSeen: isExchange ? Self.differencesSeen(form, lines, offer) : [:]))
    }
  }

  /// What the page showed travels along, so that nobody asks at a price that they haven't seen.
  private static func differencesSeen(
    _ form: Form, _ lines: [RefundDraft.Line], _ offer: RefundOffer
  ) -> [OrderLineID: Money] {
    var seen: [OrderLineID: Money] = [:]
    for line in lines {
      guard let wanted = line.wanted, let minor = form[seenName(line.line, wanted)].flatMap({ Int64($0) }) else {
        continue
      }
      seen[line.line] = Money(minor: minor, currency: offer.order.amounts.due.currency)
    }
    return seen
  }

  private static func seenName(_ line: OrderLineID, _ wanted: VariantID) -> String { "seen.\(line).\(wanted)" }

  private func choice<Value: RawRepresentable<String>>(
    _ name: String, _ form: Form, _ offered: [Value], _ faults: inout FieldFaults
  ) -> Value? where Value: Equatable {
    guard let text = form[name], !text.isEmpty else {
      faults.add(name, "missing")
      return nil
    }
    guard let value = Value(rawValue: text), offered.contains(value) else {
      faults.add(name, "unknownValue")
      return nil
    }
    return value
  }

  private func lines(
    _ form: Form, _ offer: RefundOffer, isExchange: Bool, _ faults: inout FieldFaults
  ) -> [RefundDraft.Line] {
    var lines: [RefundDraft.Line] = []
    var isReadable = true
    for line in offer.lines {
      let name = "units.\(line.line.id)"
      let text = form[name] ?? ""
      guard let count = text.isEmpty ? 0 : Int(text), (0...line.left).contains(count) else {
        faults.add(name, "outOfRange", ["min": "0", "max": String(line.left)])
        isReadable = false
        continue
      }
      guard let quantity = Quantity(count) else { continue }
      let wanted = wanted(form, line, isExchange: isExchange, &faults)
      lines.append(RefundDraft.Line(line: line.line.id, quantity: quantity, wanted: wanted))
    }
    if lines.isEmpty, isReadable { faults.add("lines", "missing") }
    return lines
  }

  private func wanted(
    _ form: Form, _ line: RefundOffer.Line, isExchange: Bool, _ faults: inout FieldFaults
  ) -> VariantID? {
    guard isExchange else { return nil }
    let name = "wanted.\(line.line.id)"
    guard let wanted = form[name].flatMap({ VariantID($0) }),
      line.exchanges.contains(where: { $0.variant.id == wanted })
    else {
      faults.add(name, form[name].map(\.isEmpty) ?? true ? "missing" : "unknownValue")
      return nil
    }
    return wanted
  }
}

// MARK: The page

extension RefundFormPage {
  private func page(
    _ offer: RefundOffer, _ form: Form, _ refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let refused = RefusedForm(form, refusal, words)
    let address = Addresses.order(offer.order.number)
    let heading = words.phrase(offer.wasShipped ? "refunds.ask" : "refunds.cancelPaid")
    var fields = refused.model(["kind", "reason", "explanation", "pictures", "lines"])
    fields["kinds"] = offer.kinds.map { kind -> Model in
      [
        "value": kind.rawValue, "name": words.phrase("refundKind.\(kind.rawValue)"),
        "hint": words.phrase("refundKindHint.\(offer.wasShipped ? kind.rawValue : "unshipped")"),
        "isChosen": (form["kind"] ?? (offer.kinds.count == 1 ? kind.rawValue : "")) == kind.rawValue,
      ]
    }
    fields["reasons"] = offer.reasons.map { reason -> Model in
      [
        "value": reason.rawValue, "name": words.phrase("refundReason.\(reason.rawValue)"),
        "isChosen": form["reason"] == reason.rawValue,
      ]
    }
    let model: Model = [
      "heading": heading, "orderURL": address,
      "orderText": words.phrase("order.title", ["number": offer.order.number.rawValue]),
      "action": Addresses.refundForm(offer.order.number),
      "lines": offer.lines.map { line($0, offer, form, refused.faults, words) },
      "form": fields,
    ]
    return refused.answer(
      try await maker.page(
        "refund-form", PageFrame.Head(title: heading), model, request, context, status: refusal?.status ?? .ok))
  }

  private func line(
    _ line: RefundOffer.Line, _ offer: RefundOffer, _ form: Form, _ faults: FieldFaults, _ words: Words
  ) -> Model {
    // All of an order that hasn't left, and the one thing that there is, are what is most likely meant.
    let isMeant = !offer.wasShipped || (offer.lines.count == 1 && line.left == 1)
    let fields = FormModel(form, faults: faults, words: words)
    var model = OrderModel(offer.order, words: words).line(line.line)
    model["units"] = fields.field("units.\(line.line.id)", initial: isMeant ? String(line.left) : "0")
    model["left"] = String(line.left)
    model["leftText"] = words.phrase("refunds.left", count: line.left)
    model["hasExchanges"] = !line.exchanges.isEmpty
    let name = "wanted.\(line.line.id)"
    var wanted = fields.field(name)
    wanted["choices"] = line.exchanges.map { exchange -> Model in
      [
        "value": exchange.variant.id.description, "name": Self.name(of: exchange, words),
        "isChosen": form[name] == exchange.variant.id.description,
        "seenName": Self.seenName(line.line.id, exchange.variant.id), "seen": String(exchange.difference.minor),
      ]
    }
    model["wanted"] = wanted
    return model
  }

  /// What it is, and what it costs more or less.
  private static func name(of exchange: RefundOffer.Exchange, _ words: Words) -> String {
    let choice = exchange.variant.choice[words.language]
    let name = choice.isEmpty ? exchange.variant.title[words.language] : choice
    guard !exchange.difference.isZero else { return name }
    let amount = Money(minor: abs(exchange.difference.minor), currency: exchange.difference.currency)
    return words.phrase(
      exchange.difference.isPositive ? "refunds.dearer" : "refunds.cheaper",
      ["name": name, "amount": Format(words.language).money(amount)])
  }
}

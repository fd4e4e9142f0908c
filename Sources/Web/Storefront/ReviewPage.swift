import Accounts
import Files
import Flows
import Hummingbird
import Orders
import Pages
import Reviews
import Values

/// `/orders/{number}/review/{line}`: what a buyer says of a line of a completed order, with pictures.
public struct ReviewPage: Sendable {
  /// As `ReviewDraft` takes it; checked before pictures are stored.
  private static let mostCharacters = 2000

  private let maker: PageMaker
  private let files: any FileStore

  public init(_ maker: PageMaker, files: any FileStore) {
    self.maker = maker
    self.files = files
  }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/orders/:number/review/:line") { request, context in
      let (order, line) = try await own(context)
      if let refusal = try await obstacle(order, line) { return away(order, refusal) }
      return try await page(order, line, Form(), request, context)
    }
    router.post("/orders/:number/review/:line") { request, context in
      let (order, line) = try await own(context)
      if let refusal = try await obstacle(order, line) { return away(order, refusal) }
      var sent: MultipartForm
      do {
        sent = try await MultipartForm(body: request)
      } catch BodyRefusal.tooLarge {
        return try await page(order, line, Form(), refusal: BodyRefusal.tooLarge, request, context)
      }
      do {
        let review = try await write(sent, order, line)
        let said = review.state == .waiting ? "reviewWaits" : "reviewed"
        return maker.go(Addresses.order(order.number), saying: Flash(.good, said))
      } catch let refusal as ReviewRefusal {
        return away(order, refusal)
      } catch let refusal as any Refusal {
        return try await page(order, line, sent.form, refusal: refusal, request, context)
      }
    }
  }

  /// Another's order, and a line of another order, don't exist.
  private func own(_ context: ShopRequestContext) async throws -> (Order, OrderLine) {
    let account = try context.visit.requireAccount()
    let order = try await maker.contexts.order(numbered: context.parameters.get("number"), of: account.id)
    guard let id = context.parameters.get("line").flatMap({ OrderLineID($0) }),
      let line = order.lines.first(where: { $0.id == id })
    else { throw OrderRefusal.unknownOrder }
    return (order, line)
  }

  private func obstacle(_ order: Order, _ line: OrderLine) async throws -> ReviewRefusal? {
    guard order.state == .completed else { return .notBought }
    return try await maker.contexts.reviews.reviewed([line.id]).contains(line.id) ? .alreadyReviewed : nil
  }

  /// There is no form to go back to: the order says how it stands.
  private func away(_ order: Order, _ refusal: ReviewRefusal) -> Response {
    maker.go(Addresses.order(order.number), saying: Flash(.bad, refusal.code, refusal.details))
  }

  private func write(_ sent: MultipartForm, _ order: Order, _ line: OrderLine) async throws -> Review {
    var faults = FieldFaults()
    let stars = sent.form["stars"].flatMap { Int($0) }
    if stars == nil { faults.add("stars", "missing") }
    if let stars, !(1...5).contains(stars) { faults.add("stars", "outOfRange", ["min": "1", "max": "5"]) }
    // A line break is one character, as the field counts it in the browser.
    let text = faults.text(
      sent.form["text"]?.replacing("\r\n", with: "\n"), "text", max: Self.mostCharacters, multiline: true)
    let checked = sent.pictures(&faults)
    try faults.throwIfAny()
    var keys: [FileKey] = []
    for (bytes, kind) in checked {
      let key = try await files.put(bytes, fileExtension: kind.fileExtension)
      if !keys.contains(key) { keys.append(key) }
    }
    return try await maker.flows.writeReview.run(
      WriteReview.Input(
        account: order.buyer, order: order.id, line: line.id, stars: stars ?? 0, text: text, pictures: keys))
  }

  private func page(
    _ order: Order, _ line: OrderLine, _ form: Form, refusal: (any Refusal)? = nil, _ request: Request,
    _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let faults = refusal as? FieldFaults ?? FieldFaults()
    let builder = FormModel(form, faults: faults, words: words)
    var fields = builder.fields(["stars", "text", "pictures"])
    fields["hasFaults"] = !faults.isEmpty
    fields["faults"] = builder.summary
    if let refusal, faults.isEmpty { fields["refusal"] = words.refusal(refusal) }
    let address = Addresses.order(order.number)
    let model: Model = [
      "orderURL": address, "orderText": words.phrase("order.title", ["number": order.number.rawValue]),
      "line": OrderModel(order, words: words).line(line), "action": "\(address)/review/\(line.id)",
      "stars": (1...5).map { stars -> Model in
        [
          "value": String(stars), "name": words["reviewForm.star\(stars)"] ?? String(stars),
          "isChosen": form["stars"] == String(stars),
        ]
      }, "form": fields,
    ]
    let head = PageFrame.Head(title: words["reviewForm.heading"] ?? "")
    return try await maker.page("review", head, model, request, context, status: refusal?.status ?? .ok)
  }
}

import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Merchants
import Orders
import Pages
import Payments
import Values

/// `/orders/{number}/pay`: the choice of how to pay. `/checkout/result/{payment}`: what became of it.
public struct PaymentPages: Sendable {
  private let maker: PageMaker

  public init(_ maker: PageMaker) { self.maker = maker }

  public func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/orders/:number/pay") { request, context in
      let order = try await ownOrder(context)
      guard order.payable != nil else { return maker.go(Addresses.order(order.number)) }
      return try await payPage(order, Form(), refusal: nil, request, context)
    }
    router.post("/orders/:number/pay") { request, context in
      let order = try await ownOrder(context)
      let form = try await Form(body: request, context: context)
      do {
        let opened = try await maker.flows.payOrder.run(
          order.id, by: order.buyer, try await choice(form, request, context.visit), language: context.visit.language)
        return handOver(opened)
      } catch let refusal as OrderRefusal {
        // Paid or cancelled meanwhile: there is nothing to choose any more.
        return maker.go(Addresses.order(order.number), saying: Flash(.bad, refusal.code, refusal.details))
      } catch let refusal as any Refusal {
        if let payment = refusal.details["payment"].flatMap({ PaymentID($0) }) {
          return maker.go(Addresses.paymentResult(payment))
        }
        return try await payPage(order, form, refusal: refusal, request, context)
      }
    }
    router.get("/checkout/result/:payment") { request, context in
      let account = try context.visit.requireAccount()
      guard let id = context.parameters.get("payment").flatMap({ PaymentID($0) }),
        let payment = try await maker.contexts.payments.payment(id), payment.payer == account.id
      else { throw PaymentRefusal.unknownPayment }
      let isQuiet = Form(query: request)["quiet"] != nil
      return try await resultPage(isQuiet ? payment : try await current(payment), request, context)
    }
  }

  private func ownOrder(_ context: ShopRequestContext) async throws -> Order {
    let account = try context.visit.requireAccount()
    return try await maker.contexts.order(numbered: context.parameters.get("number"), of: account.id)
  }

  /// The browser's return proves nothing: while the payment is open, the platform is asked. If it doesn't answer, the page
  /// says that it waits.
  private func current(_ payment: Payment) async throws -> Payment {
    guard payment.state.isOpen else { return payment }
    do {
      return try await maker.contexts.payments.refresh(payment.id)
    } catch is PaymentRefusal {
      return payment
    }
  }

  /// Throws `PaymentRefusal.unknownMethod` when nothing was chosen and the balance isn't to be used.
  private func choice(_ form: Form, _ request: Request, _ visit: Visit) async throws -> PayingChoice {
    let usesBalance = form["balance"] != nil
    let chosen = form["method"].flatMap(PaymentMethod.init(rawValue:))
    guard let method = chosen ?? (usesBalance ? .balance : nil) else { throw PaymentRefusal.unknownMethod }
    let device = PayingDevice(request, visit)
    let ways = try await maker.contexts.payments.ways()[method] ?? []
    return PayingChoice(
      method, way: device.way(of: method, among: ways), client: device.client, usesBalance: usesBalance)
  }

  /// What isn't an address to go to stands on the page of the payment itself.
  private func handOver(_ opened: OpenedPayment) -> Response {
    if case .redirect(let url) = opened.handover { return .seeOther(url) }
    return maker.go(Addresses.paymentResult(opened.payment.id))
  }

  private func payPage(
    _ order: Order, _ form: Form, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let contexts = maker.contexts
    // What a change added is paid alone, a checkout together.
    let isDifference = order.openDifference != nil
    let due =
      isDifference
      ? [order] : try await contexts.orders.orders(checkout: order.checkout).filter { $0.state == .awaitingPayment }
    let sum = try Money.sum(due.compactMap(\.payable), currency: order.amounts.due.currency)
    let basis = PaymentBasis(channel: order.channel, merchants: due.map(\.merchant), amount: sum)
    let balance = try await contexts.spendable(by: order.buyer, for: due.map(\.id), sum.currency)
    let offered = try await contexts.offeredMethods(for: basis, balance: balance)
      .filter { !isDifference || $0.method != .cash }
    let pay = PayModel(
      words: words, sum: sum, methods: sum.isZero ? [OfferedMethod(.free)] : offered, balance: balance,
      chosen: form["method"], usesBalance: form["balance"] != nil)
    var model = pay.model
    model["deadlineText"] = words.phrase(
      "pay.deadline", ["time": Format(words.language).dateTime(order.payBefore)])
    model["orders"] = try await rows(due, context.visit.language)
    model["action"] = "\(Addresses.order(order.number))/pay"
    if let refusal { model["refusal"] = words.refusal(refusal) }
    var page = try await maker.page(
      "pay", PageFrame.Head(title: words["pay.heading"] ?? ""), model, request, context, status: refusal?.status ?? .ok)
    page.headers[.retryAfter] = refusal?.retryAfter
    return page
  }

  private func resultPage(
    _ payment: Payment, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let orders = try await maker.contexts.orders.orders(payment.shares.map(\.order))
    let result = PaymentResultModel(
      payment: payment, orders: orders,
      handover: payment.state.isOpen ? try await maker.contexts.payments.handover(of: payment.id) : nil,
      account: maker.flows.payOrder.terms.account,
      needsOtherBrowser: PayingDevice(request, context.visit).hides(payment.method), now: maker.clock.now, words: words)
    var model = result.model
    model["orders"] = try await rows(orders, context.visit.language)
    return try await maker.page("payment-result", PageFrame.Head(title: result.title), model, request, context)
  }

  private func rows(_ orders: [Order], _ language: Language) async throws -> [Model] {
    let merchants = try await maker.contexts.merchants.merchants()
    return orders.map { order in
      [
        "number": order.number.rawValue, "address": Addresses.order(order.number),
        "merchantName": merchants.first { $0.id == order.merchant }?.name[language] ?? "",
        "due": Format(language).money(order.payable ?? order.amounts.due),
      ]
    }
  }
}

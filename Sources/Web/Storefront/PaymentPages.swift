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
      return try await payPage(order, refusal: nil, request, context)
    }
    router.post("/orders/:number/pay") { request, context in
      let order = try await ownOrder(context)
      let form = try await Form(body: request, context: context)
      do {
        guard let method = form["method"].flatMap(PaymentMethod.init(rawValue:)) else {
          throw PaymentRefusal.unknownMethod
        }
        let opened = try await maker.flows.payOrder.run(
          order.id, by: order.buyer, method: method, language: context.visit.language)
        return handOver(opened)
      } catch let refusal as OrderRefusal {
        // Paid or cancelled meanwhile: there is nothing to choose any more.
        return maker.go(Addresses.order(order.number), saying: Flash(.bad, refusal.code, refusal.details))
      } catch let refusal as any Refusal {
        if let payment = refusal.details["payment"].flatMap({ PaymentID($0) }) {
          return maker.go(Addresses.paymentResult(payment))
        }
        return try await payPage(order, refusal: refusal, request, context)
      }
    }
    router.get("/checkout/result/:payment") { request, context in
      let account = try context.visit.requireAccount()
      guard let id = context.parameters.get("payment").flatMap({ PaymentID($0) }),
        let payment = try await maker.contexts.payments.payment(id), payment.payer == account.id
      else { throw PaymentRefusal.unknownPayment }
      return try await resultPage(try await current(payment), request, context)
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

  private func handOver(_ opened: OpenedPayment) -> Response {
    switch opened.handover {
    case .redirect(let url): return .seeOther(url)
    // No provider hands over in another way yet; the result page at least says how the payment stands.
    case .settled, .form, .code, .client: return maker.go(Addresses.paymentResult(opened.payment.id))
    }
  }

  private func payPage(
    _ order: Order, refusal: (any Refusal)?, _ request: Request, _ context: ShopRequestContext
  ) async throws -> Response {
    let words = maker.frame.words(context.visit.language)
    let format = Format(context.visit.language)
    // What a change added is paid alone, a checkout together.
    let due =
      order.openDifference != nil
      ? [order]
      : try await maker.contexts.orders.orders(checkout: order.checkout).filter { $0.state == .awaitingPayment }
    let sum = try Money.sum(due.compactMap(\.payable), currency: order.amounts.due.currency)
    let methods = sum.isZero ? [.free] : try await maker.contexts.payments.methods()
    var model: Model = [
      "due": format.money(sum),
      "deadlineText": words.phrase("pay.deadline", ["time": format.dateTime(order.payBefore)]),
      "orders": try await rows(due, context.visit.language), "action": "\(Addresses.order(order.number))/pay",
      "payText": words.payText(sum),
      "methods": methods.enumerated().map { index, method -> Model in
        [
          "code": method.rawValue, "name": words.phrase("pay.methods.\(method)"),
          "hint": words.phrase("pay.hints.\(method)"),
          "isChosen": index == 0,
        ]
      },
    ]
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
    let isPaid = payment.state.hasMoney
    let title = isPaid ? "result.paid" : payment.state.isOpen ? "result.pending" : "result.refused"
    var model: Model = [
      "isPaid": isPaid, "isPending": payment.state.isOpen, "isRefused": !isPaid && !payment.state.isOpen,
      "amountName": words.phrase(isPaid ? "order.paid" : "cart.due"),
      "amount": Format(context.visit.language).money(payment.amount),
      "orders": try await rows(orders, context.visit.language),
    ]
    if payment.state.isOpen { model["refreshURL"] = Addresses.paymentResult(payment.id) }
    if !isPaid, let waiting = orders.first(where: { $0.payable != nil }) {
      model["retryURL"] = "\(Addresses.order(waiting.number))/pay"
    }
    return try await maker.page(
      "payment-result", PageFrame.Head(title: words.phrase(title)), model, request, context)
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

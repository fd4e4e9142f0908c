import Accounts
import Carts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// The coupon and the points of the caller's cart.
struct DiscountEndpoints: Sendable {
  private struct CouponChoice: Decodable {
    let code: String
  }

  private struct PointChoice: Decodable {
    let points: Int
  }

  private let parts: APIParts

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [apply, drop, spend, points] }

  private var apply: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/cart/coupon", .cart, "Names a coupon for what is ticked; the next checkout takes it",
        access: .visitor, with: "Cart"
      ).taking("CouponChoice").worded()
        .refusing(
          "couponUnknown", "couponNotYet", "couponExpired", "couponSpent", "couponUsedByYou", "couponBelowMinimum",
          "couponNotForTheseGoods", "couponBringsNothing", "nothingTicked")
    ) { call in
      let choice: CouponChoice = try call.decoded()
      let owner = try call.cartOwner()
      return try await answer(
        try await parts.flows.useDiscounts.applyCoupon(choice.code, in: owner, account: owner.account), call)
    }
  }

  private var drop: Endpoint {
    Endpoint(
      APIDescription(
        .delete, "/cart/coupon", .cart, "Takes the coupon off; harmless without one", access: .visitor, with: "Cart"
      ).worded()
    ) { call in try await answer(try await parts.flows.useDiscounts.dropCoupon(in: try call.cartOwner()), call) }
  }

  private var spend: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/cart/points", .cart, "Says how many points the next checkout spends; 0 spends none",
        access: .account, with: "Cart"
      ).taking("PointChoice").worded()
        .refusing("notEnoughPoints", "tooManyPoints", "pointsOff", "nothingTicked")
    ) { call in
      let choice: PointChoice = try call.decoded()
      return try await answer(
        try await parts.flows.useDiscounts.usePoints(choice.points, of: try call.account().id), call)
    }
  }

  private var points: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/points", .account, "The caller's points and their movements, the newest first", access: .account,
        with: "PointList"
      ).paged()
    ) { call in
      let (account, work) = (try call.account().id, parts.flows.workPoints)
      let page = try await work.entries(of: account, call.page())
      return try Answer(
        PointListAnswer(
          balance: try await work.balance(of: account), items: page.items.map(PointListAnswer.Entry.init),
          next: page.next?.description)
      ).linking(to: page.next, call)
    }
  }

  private func answer(_ cart: Cart, _ call: APICall) async throws -> Answer {
    try Answer(CartAnswer(try await parts.flows.viewCart.view(cart), call.words))
  }
}

extension CartOwner {
  /// Nil for a device's.
  fileprivate var account: AccountID? { if case .account(let account) = self { account } else { nil } }
}

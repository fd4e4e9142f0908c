import Accounts
import Carts
import Flows
import Pages
import Pricing
import Values

/// The fields for a coupon and for points, on the cart and on the confirmation: `coupon`, `points`, and `dropCoupon`.
struct DiscountForm {
  private let maker: PageMaker

  init(_ maker: PageMaker) { self.maker = maker }

  /// Throws `CouponRefusal`, `PointRefusal`, `CartRefusal.nothingTicked`, and `FieldFaults` for `points`.
  /// - Returns: whether anything costs another sum from then on.
  func apply(_ form: Form, to owner: CartOwner, account: Account?) async throws -> Bool {
    let use = maker.flows.useDiscounts
    let cart = try await maker.contexts.carts.cart(of: owner)
    var isNew = false
    if form["dropCoupon"] != nil {
      _ = try await use.dropCoupon(in: owner)
      isNew = cart.coupon != nil
    } else if let text = Self.filled(form["coupon"]),
      CouponCode(rawValue: text)?.rawValue != cart.coupon || cart.coupon == nil
    {
      _ = try await use.applyCoupon(text, in: owner, account: account?.id)
      isNew = true
    }
    guard let account, use.hasPoints, let points = try Self.points(form) else { return isNew }
    guard points != cart.points else { return isNew }
    _ = try await use.usePoints(points, of: account.id)
    return true
  }

  /// Before anything else of the form is kept. Throws as `apply` for what can't be a code, or a number of points.
  static func check(_ form: Form) throws {
    if form["dropCoupon"] == nil, let text = filled(form["coupon"]), CouponCode(rawValue: text) == nil {
      throw CouponRefusal.couponUnknown
    }
    _ = try points(form)
  }

  /// Nil where the form has no such field.
  private static func points(_ form: Form) throws -> Int? {
    guard let typed = form["points"] else { return nil }
    guard let points = filled(typed).map({ Int($0) }) ?? 0, points >= 0 else {
      throw FieldFaults(field: "points", code: "notANumber")
    }
    return points
  }

  private static func filled(_ text: String?) -> String? {
    let text = (text ?? "").filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }
}

/// What those fields show.
struct DiscountModel {
  private let words: Words
  private var format: Format { Format(words.language) }

  init(_ words: Words) { self.words = words }

  /// Whether a refusal is said beside one of the fields.
  static func isBeside(_ refusal: any Refusal) -> Bool {
    if let faults = refusal as? FieldFaults { return faults.faults.allSatisfy { $0.field == "points" } }
    return refusal is CouponRefusal || refusal is PointRefusal
  }

  /// - Parameters:
  ///   - quoted: nil where nothing can be priced.
  ///   - refusal: of what was just asked for.
  ///   - points: whether they are spent here.
  func model(
    _ quoted: DiscountedQuote?, of cart: Cart, _ form: Form, _ refusal: (any Refusal)?, points: Bool = true
  ) -> Model {
    let said = DiscountWords(words)
    var model: Model = ["couponValue": form["coupon"] ?? "", "hasCoupon": cart.coupon != nil]
    if let code = cart.coupon {
      model["couponCode"] = code
      if let coupon = quoted?.coupon { model["couponName"] = coupon.name[words.language] }
      if let problem = quoted?.refusal { model["couponProblem"] = said.said(problem) }
    } else if let refusal = refusal as? CouponRefusal {
      model["couponFault"] = said.said(refusal)
    }
    guard points, let offered = quoted?.points else { return model }
    var field: Model = [
      "pointsValue": form["points"] ?? (offered.spent > 0 ? String(offered.spent) : ""),
      "pointsHint": words.phrase(
        "discounts.pointsHint",
        [
          "balance": String(offered.balance), "most": String(offered.most), "worth": format.money(offered.mostWorth),
        ]),
    ]
    if let refusal = refusal as? PointRefusal { field["pointsFault"] = said.said(refusal) }
    if let fault = (refusal as? FieldFaults)?.faults.first(where: { $0.field == "points" }) {
      field["pointsFault"] = words.fault(fault)
    }
    model["points"] = field
    return model
  }
}

import Accounts
import Carts
import Catalog
import Flows
import Merchants
import Pages
import Pricing
import Values

struct CartAnswer: Encodable, Sendable {
  struct Group: Encodable, Sendable {
    let merchant: NamedAnswer
    let lines: [Line]
  }

  struct Line: Encodable, Sendable {
    let id: String
    let product: String
    let variant: String
    let title: TextAnswer
    let choice: TextAnswer
    let sku: String
    let picture: PictureAnswer
    let quantity: Int
    let isTicked: Bool
    @OrNull var price: MoneyAnswer?
    @OrNull var listPrice: MoneyAnswer?
    @OrNull var total: MoneyAnswer?
    /// What could be bought now.
    let stock: Int
    @OrNull var problem: Problem?
  }

  struct Problem: Encodable, Sendable {
    let code: String
    /// Whether it stands in the way of ordering.
    let blocks: Bool
  }

  let version: Int
  let units: Int
  let groups: [Group]
  /// The ticked goods that can be ordered, before freight.
  let goods: MoneyAnswer
  let canBeOrdered: Bool
  /// The code of the coupon that is named.
  @OrNull var coupon: String?
  /// Those that the next checkout spends, as far as it can.
  let points: Int

  init(_ view: CartView, _ words: Wording) throws {
    version = view.cart.version
    units = view.cart.unitCount
    goods = MoneyAnswer(try view.goods())
    canBeOrdered = view.canBeOrdered
    _coupon = OrNull(wrappedValue: view.cart.coupon)
    points = view.cart.points
    groups = view.groups.map { group in
      Group(merchant: NamedAnswer(group.merchant, words), lines: group.lines.map { Line($0, words) })
    }
  }
}

extension CartAnswer.Line {
  init(_ line: CartView.Line, _ words: Wording) {
    let title = line.summary?.title ?? LocalizedText()
    self.init(
      id: line.line.id.description, product: line.line.product.description, variant: line.line.variant.description,
      title: words(title), choice: words(line.summary?.choice ?? LocalizedText()), sku: line.summary?.sku ?? "",
      picture: PictureAnswer(line.summary?.picture, of: line.line.product, title: title, words),
      quantity: line.line.quantity.count, isTicked: line.line.isTicked,
      price: line.price.map { MoneyAnswer($0.sale) }, listPrice: line.price?.list.map(MoneyAnswer.init),
      total: line.total.map(MoneyAnswer.init), stock: line.free,
      problem: line.problem.map { CartAnswer.Problem(code: $0.code, blocks: $0.blocks) })
  }
}

struct AddressAnswer: Encodable, Sendable {
  let id: String
  let recipient: String
  let phone: String
  let region: String
  let regionName: TextAnswer
  let street: String
  let postcode: String
  let isDefault: Bool

  init(_ address: Address, _ regions: RegionDirectory, _ words: Wording) {
    id = address.id.description
    recipient = address.recipient
    phone = address.phone
    region = address.region.rawValue
    regionName = words(regions.name(of: address.region))
    street = address.street
    postcode = address.postcode
    isDefault = address.isDefault
  }
}

struct QuoteAnswer: Encodable, Sendable {
  struct Merchant: Encodable, Sendable {
    let merchant: String
    let goods: MoneyAnswer
    let discount: MoneyAnswer
    let freight: MoneyAnswer
    let due: MoneyAnswer
    /// The shortest and the longest usual time from payment to arrival.
    let deliveryDays: [Int]
  }

  let merchants: [Merchant]
  let goods: MoneyAnswer
  let discount: MoneyAnswer
  let freight: MoneyAnswer
  let due: MoneyAnswer
  let isForDestination: Bool
  let discounts: [DiscountAnswer]
  /// Freight that offers bear, besides `freight`.
  let waived: [DiscountAnswer]

  init(_ quote: Quote) {
    goods = MoneyAnswer(quote.goods)
    discount = MoneyAnswer(quote.discount)
    freight = MoneyAnswer(quote.freight)
    due = MoneyAnswer(quote.due)
    isForDestination = quote.isForDestination
    discounts = quote.shares.map(DiscountAnswer.init)
    waived = quote.waived.map(DiscountAnswer.init)
    merchants = quote.merchants.map {
      Merchant(
        merchant: $0.merchant.description, goods: MoneyAnswer($0.goods), discount: MoneyAnswer($0.discount),
        freight: MoneyAnswer($0.freight), due: MoneyAnswer($0.due),
        deliveryDays: [$0.deliveryDays.lowerBound, $0.deliveryDays.upperBound])
    }
  }
}

struct CheckoutAnswer: Encodable, Sendable {
  let cart: CartAnswer
  @OrNull var address: AddressAnswer?
  /// The ticked lines that can be ordered; null when there are none or they can't be priced. `refusal` says what is in the way.
  @OrNull var quote: QuoteAnswer?
  @OrNull var refusal: JSONValue?
  let paymentMethods: [String]
  let discounts: CheckoutDiscountsAnswer
}

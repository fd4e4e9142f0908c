import Catalog
import Content
import Merchants
import Orders
import Payments
import Search
import Values

/// The addresses of pages that other pages link to, in one place.
public enum Addresses {
  public static let home = "/"
  public static let search = "/search"
  /// What may be meant while somebody types, as a piece of a page.
  public static let suggestions = "/search/suggest"
  public static let cart = "/cart"
  public static let checkout = "/checkout"
  public static let orders = "/orders"
  public static let refunds = "/refunds"
  public static let account = "/account"
  public static let help = "/help"
  public static let docs = "/docs"
  public static let balance = "/account/balance"
  /// What the shop wrote to a buyer.
  public static let messages = "/account/messages"
  public static let readMessages = "/account/messages/read"
  public static func message(_ id: MessageID) -> String { "\(messages)/\(id)" }
  public static let history = "/account/history"
  public static let favourites = "/account/favourites"
  public static let addresses = "/account/addresses"
  public static let points = "/account/points"
  public static let profile = "/account/profile"
  public static let password = "/account/password"
  public static let reset = "/reset"
  /// Where payment providers tell what became of payments.
  public static let notices = "/payments/notices"
  /// Where staff work on orders.
  public static let adminHome = "/admin"
  public static let ordersDesk = "/admin/orders"
  /// Where staff read what the shop wrote to their merchant.
  public static let messagesDesk = "/admin/messages"
  public static let readMessagesDesk = "/admin/messages/read"
  public static func desk(_ message: MessageID) -> String { "\(messagesDesk)/\(message)" }
  /// Where staff find orders, goods and desks.
  public static let findDesk = "/admin/find"
  /// Where staff check paid orders before they are packed.
  public static let reviewDesk = "/admin/review"
  /// Where staff say what goods are and show them to shoppers.
  public static let goodsDesk = "/admin/products"
  public static func desk(_ product: ProductID) -> String { "\(goodsDesk)/\(product)" }
  /// Where staff decide on refunds.
  public static let refundsDesk = "/admin/refunds"
  /// Where staff see to goods on their way, to what sending costs, and to who carries it.
  public static let shippingDesk = "/admin/shipping"
  public static let freightDesk = "/admin/freight"
  public static let carriersDesk = "/admin/carriers"
  /// Where staff see to events that weren't followed.
  public static let eventsDesk = "/admin/events"
  /// Where those who operate the platform see its parts and switch things off.
  public static let partsDesk = "/admin/parts"

  /// Where staff see payments and refunds.
  public static let paymentCases = "/admin/payments/cases"
  public static let transactionsDesk = "/admin/transactions"
  /// Where methods are set up and switched, and where what providers told is looked at.
  public static let methodsDesk = "/admin/payments/methods"
  public static let noticesDesk = "/admin/payments/notices"
  public static func desk(of method: String) -> String { "\(methodsDesk)/\(method)" }
  public static func notice(_ id: ID<NoticeTag>) -> String { "\(noticesDesk)/\(id)" }
  public static func transaction(_ id: PaymentID) -> String { "\(transactionsDesk)/\(id)" }
  public static func ledger(_ number: OrderNumber) -> String { "\(desk(number))/ledger" }

  /// Where staff see what merchants get.
  public static let settlementsDesk = "/admin/settlements"
  public static func statement(_ id: StatementID) -> String { "\(settlementsDesk)/\(id)" }
  /// Where staff of the platform say what commission is taken.
  public static let commissionsDesk = "\(settlementsDesk)/commissions"

  /// Where staff read what staff did.
  public static let logDesk = "/admin/log"
  public static func logEntry(_ number: Int64) -> String { "\(logDesk)/\(number)" }

  /// Where staff are hired and given roles.
  public static let staffDesk = "/admin/staff"
  public static let roleDesk = "/admin/roles"
  /// Where each of the staff sees to their own log-in.
  public static let staffAccount = "/admin/account"
  public static let staffSecondFactor = "/admin/account/second-factor"

  /// Where people ask to sell here.
  public static let sell = "/sell"
  /// Where staff of the platform see to who sells here and who asks to.
  public static let merchantsDesk = "/admin/merchants"
  public static let applicationsDesk = "/admin/applications"
  /// Where a merchant says what shoppers read of it.
  public static let shopDesk = "/admin/shop"

  public static func desk(_ merchant: MerchantID) -> String { "\(merchantsDesk)/\(merchant)" }
  public static func desk(_ application: MerchantApplicationID) -> String { "\(applicationsDesk)/\(application)" }
  /// Where whoever applied sees what became of it.
  public static func application(_ application: MerchantApplication) -> String {
    "\(sell)/\(application.id)/\(application.key.rawValue)"
  }

  /// Where staff look after customers, and after what they say of goods.
  public static let customersDesk = "/admin/customers"
  public static func customer(_ id: AccountID) -> String { "\(customersDesk)/\(id)" }
  public static let goodsReviewsDesk = "/admin/reviews"
  public static func desk(_ review: ReviewID) -> String { "\(goodsReviewsDesk)/\(review)" }
  /// Where a reader says that a review shouldn't be there.
  public static func reviewReport(_ id: ReviewID) -> String { "/reviews/\(id)/report" }

  /// Where staff make and revoke the tokens of their programs.
  public static let tokensDesk = "/admin/tokens"

  public static let articles = "/articles"
  /// Where staff of the platform work on what the shop says of itself.
  public static let contentDesk = "/admin/content"
  public static let bannersDesk = "/admin/content/banners"
  public static let menusDesk = "/admin/content/menus"
  public static let contentPictures = "/admin/content/pictures"

  /// Where staff of the platform arrange what goods stand on.
  public static let categoriesDesk = "/admin/categories"
  public static let brandsDesk = "/admin/brands"
  /// Where staff bring files of goods, and take them.
  public static let goodsImport = "/admin/goods/import"
  public static let goodsExport = "/admin/goods/export"

  /// Where staff see to coupons.
  public static let couponsDesk = "/admin/coupons"
  public static let newCoupon = "/admin/coupons/new"
  public static func desk(_ coupon: CouponID) -> String { "\(couponsDesk)/\(coupon)" }

  public static let stockDesk = "/admin/stock"
  public static let countsDesk = "/admin/stock/counts"
  public static let locationsDesk = "/admin/locations"

  /// Below here programs ask and are answered; no page stands here.
  public static func isAPI(_ path: String) -> Bool { path == "/api" || path.hasPrefix("/api/") }

  /// A letter to the merchant; the shop's own help where the merchant has no address yet.
  public static func letter(to merchant: Merchant, about subject: String = "") -> String {
    guard !merchant.email.isEmpty else { return help }
    let address = "mailto:" + escaped(merchant.email)
    return subject.isEmpty ? address : address + "?subject=" + queryEscaped(subject)
  }

  public static func category(_ category: Catalog.Category) -> String { "/c/\(escaped(category.slug.rawValue))" }
  public static func merchant(_ merchant: Merchant) -> String { "/m/\(escaped(merchant.slug.rawValue))" }
  /// Leads on to the address with the handle.
  public static func product(_ id: ProductID) -> String { "/products/\(id)" }
  public static func product(_ id: ProductID, _ handle: Slug) -> String {
    "/products/\(id)/\(escaped(handle.rawValue))"
  }
  public static func entry(_ kind: EntryKind, _ slug: Slug) -> String {
    let place =
      switch kind {
      case .page: "/pages"
      case .article: articles
      case .announcement: "/announcements"
      }
    return "\(place)/\(escaped(slug.rawValue))"
  }
  public static func desk(_ entry: EntryID) -> String { "\(contentDesk)/entries/\(entry)" }
  public static func desk(_ banner: BannerID) -> String { "\(bannersDesk)/\(banner)" }
  public static func desk(_ category: CategoryID) -> String { "\(categoriesDesk)/\(category)" }
  public static func desk(_ brand: BrandID) -> String { "\(brandsDesk)/\(brand)" }
  public static func desk(_ run: ImportRunID) -> String { "\(goodsImport)/\(run)" }
  /// The stock of one item.
  public static func desk(_ variant: VariantID) -> String { "\(stockDesk)/\(variant)" }
  public static func desk(_ count: CountSheetID) -> String { "\(countsDesk)/\(count)" }
  public static func desk(_ location: LocationID) -> String { "\(locationsDesk)/\(location)" }
  public static func favourite(_ id: ProductID) -> String { "/products/\(id)/favourite" }
  public static func order(_ number: OrderNumber) -> String { "/orders/\(number)" }
  /// Where a buyer asks for money back.
  public static func refundForm(_ number: OrderNumber) -> String { "\(order(number))/refund" }
  public static func refund(_ id: RefundCaseID) -> String { "\(refunds)/\(id)" }
  public static func address(_ id: AddressID) -> String { "\(addresses)/\(id)" }
  public static func desk(_ number: OrderNumber) -> String { "\(ordersDesk)/\(number)" }
  public static func staff(_ id: StaffID) -> String { "\(staffDesk)/\(id)" }
  public static func role(_ id: StaffRoleID) -> String { "\(roleDesk)/\(id)" }
  public static func desk(_ refund: RefundCaseID) -> String { "\(refundsDesk)/\(refund)" }
  public static func goodwillDesk(_ number: OrderNumber) -> String { "\(desk(number))/goodwill" }
  public static func shipping(_ number: OrderNumber) -> String { "\(shippingDesk)/\(number)" }
  public static func paymentResult(_ payment: PaymentID) -> String { "/checkout/result/\(payment)" }
  public static func logIn(returningTo path: String) -> String { "/login?to=\(queryEscaped(path))" }
  public static func register(returningTo path: String) -> String { "/register?to=\(queryEscaped(path))" }

  /// What staff hand to a colleague, who needs no log-in for it.
  public static func preview(_ id: EntryID, pass: String) -> String { "/preview/content/\(id)/\(pass)" }
  public static func preview(_ id: ProductID, pass: String) -> String { "/preview/products/\(id)/\(pass)" }

  public static func media(_ file: FileKey) -> String { "/media/\(file)" }

  /// The picture's own bytes, or the stand-in that is drawn for its product.
  public static func picture(_ picture: Picture?, of product: ProductID) -> String {
    picture?.file.map { "/media/\($0)" } ?? "/pictures/\(product).svg"
  }

  /// Percent-encodes what a path segment can't hold.
  public static func escaped(_ text: String) -> String { FormText.percentEscaped(text, keeping: "-._~!$&'()*+,;=:@") }
  public static func queryEscaped(_ text: String) -> String { FormText.percentEscaped(text, keeping: "-._~/") }

  /// `path?name=value&…`, without the `?` when there is nothing behind it.
  public static func with(_ query: [(String, String)], _ path: String) -> String {
    guard !query.isEmpty else { return path }
    return path + "?" + query.map { "\(queryEscaped($0.0))=\(queryEscaped($0.1))" }.joined(separator: "&")
  }
}

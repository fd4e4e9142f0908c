import Governance

/// What operators can switch off by hand when there is too much to do or something is wrong, what buyers need least first.
extension Switch {
  /// The row of goods like this one, on product pages.
  public static let related = Switch("related")
  /// Finding goods by words, and suggestions. Categories and merchants are still listed.
  public static let search = Switch("search")
  /// Writing reviews. They are still shown.
  public static let reviews = Switch("reviews")
  /// New accounts. Those who have one still log in.
  public static let registration = Switch("registration")
  /// New payments. Orders are still placed and wait for theirs, and payments under way are still taken in.
  public static let payments = Switch("payments")
  /// New orders. Carts are kept.
  public static let checkout = Switch("checkout")

  public static let ofShop: [Switch] = [.related, .search, .reviews, .registration, .payments, .checkout]
}

import Values

/// What someone is about to buy. A cart knows variants and quantities; words, prices and stock are joined by `Flows`.
public protocol CartService: Sendable {
  /// An owner always has a cart; one that was never used is empty at version 0 and isn't stored.
  func cart(of owner: CartOwner) async throws -> Cart

  /// Adds units; more of a variant that is in the cart raises its quantity and ticks it. Throws `CartRefusal.tooManyLines`
  /// above 100 lines, `.tooMany` above 9999 units of one variant.
  func add(_ item: CartItem, to owner: CartOwner) async throws -> Cart
  /// Throws `.unknownLine`.
  func setQuantity(_ quantity: Quantity, of line: CartLineID, in owner: CartOwner) async throws -> Cart
  /// Ticks or unticks lines; nil means all.
  func tick(_ lines: [CartLineID]?, _ isTicked: Bool, in owner: CartOwner) async throws -> Cart
  /// Removes that line only; harmless when it is gone.
  func remove(_ line: CartLineID, from owner: CartOwner) async throws -> Cart
  /// Notes the prices that the owner has been shown.
  func acknowledgePrices(_ prices: [CartLineID: Money], in owner: CartOwner) async throws -> Cart

  /// Names a coupon, up to 40 characters, or none (nil); which ones there are is not the cart's to know. A cart that was
  /// never used keeps none.
  func setCoupon(_ code: String?, in owner: CartOwner) async throws -> Cart
  /// How many points are to be spent: 0…1,000,000,000.
  func setPoints(_ points: Int, in owner: CartOwner) async throws -> Cart

  /// Moves a device's cart into the account's at log-in, in one transaction: a variant in both gets the larger of the two
  /// quantities, so that logging in twice can't double an order; ticks of either stay, and so does a coupon. Of lines
  /// above 100 the device's oldest are dropped. The device's cart is empty after.
  func merge(device: String, into account: AccountID) async throws -> Cart

  /// Sets the ticked lines apart for an order; they stay in sight and the version stays, so that a second submit makes the
  /// same key. Repeating joins the attempt and answers the same lines, also after they were settled; throws `.cartChanged`
  /// when the version isn't the cart's any more, `.nothingTicked`.
  func freeze(_ owner: CartOwner, version: Int) async throws -> FrozenCart
  /// The frozen lines have become orders: each line loses the frozen quantity, and goes when nothing is left, so that units
  /// added meanwhile stay; its coupon and points are used up. Makes a new version. Harmless when done already.
  /// - Returns: whether the attempt was alone. One that joined it may have given up and given back what both held.
  func settle(_ key: CheckoutKey) async throws -> Bool
  /// Forgets a freeze of which nothing came, unless it was settled, or somebody froze or joined it since the moment.
  func thaw(_ key: CheckoutKey, frozenBefore: Timestamp) async throws

  /// Checkouts that nobody froze or joined since the moment, and that were neither settled nor thawed: they failed or broke
  /// off. The oldest first.
  func unsettled(frozenBefore: Timestamp, limit: Int) async throws -> [CheckoutKey]

  /// Forgets what was settled before the moment; drops device carts untouched since `staleBefore`.
  func prune(settledBefore: Timestamp, staleBefore: Timestamp) async throws -> Int
}

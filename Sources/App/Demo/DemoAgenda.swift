import Insight
import Orders
import Refunds
import Reviews
import Values

/// One thing that happens in the days that the demo plays.
enum DemoDeed {
  /// By its place among the buyers.
  case register(Int)
  case buy(DemoPurchase)
  /// Staff look at what waits for them.
  case round
  case trace(DemoParcel, Int)
  case confirm(OrderID)
  case review(OrderID)
  case reply(ReviewID, MerchantID, String)
  case report(Int)
  case look
  case refund(Int)
  case refundStep(RefundCaseID, Int)
  case goodwill(Int)
  case note(Int)
  case receiveGoods
  case count
  case beginCount
  /// The minutes of a day in which they look around.
  case visits(ShopDay, Range<Int>)
  case ask(DemoQuestion)
  /// A payment that the shop has closed is paid all the same.
  case payLate(PaymentID)
  /// Money goes back at the provider's own desk, and nobody tells the shop.
  case unheard(Int)
  /// What the bill says of it is taken over.
  case takeOver(Int)
  /// Statements are approved, and those from before are paid.
  case settle
}

/// What a buyer wants, and how they go about it.
struct DemoPurchase {
  enum Way: Equatable {
    case usual
    /// Lets the time to pay pass.
    case lapses
    /// Thinks better of it.
    case cancels
    /// The same at the cashier, and then pays after all.
    case cancelsLate
    /// Hasn't paid yet.
    case opens
    /// Gives money back before anybody looked at the order.
    case regrets
    /// Paid, and waits for a person with reasons.
    case odd(Oddity)
  }

  enum Oddity { case newPlace, newAccount, oddQuantity, failedPayments }

  let at: Timestamp
  let buyer: Int
  let lines: [(variant: VariantID, units: Int)]
  let way: Way
  let note: LocalizedText?
}

/// What somebody searches for, and what of the finds they open.
struct DemoQuestion {
  enum Asker {
    /// Who isn't logged in.
    case somebody(Int)
    /// By their place among the buyers.
    case buyer(Int)
  }

  let asker: Asker
  let text: String
  let language: Language
  let found: Int
  let opened: ProductID?
}

/// What its carrier will say of a parcel.
struct DemoParcel {
  let order: OrderID
  let parcel: ParcelID
  let carrier: String
  let number: String
  /// In the order of time.
  let steps: [(at: Timestamp, state: String, text: String, place: String)]
}

/// What is still to happen, in the order of time.
struct DemoAgenda {
  private var entries: [(at: Timestamp, number: Int, deed: DemoDeed)] = []
  private var count = 0

  mutating func add(_ deed: DemoDeed, at moment: Timestamp) {
    count += 1
    var (low, high) = (0, entries.count)
    // The last first, so that taking costs nothing; of one moment, what was added first comes first.
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].at > moment { low = middle + 1 } else { high = middle }
    }
    entries.insert((moment, count, deed), at: low)
  }

  /// The next one up to the moment.
  mutating func next(until moment: Timestamp) -> (at: Timestamp, deed: DemoDeed)? {
    guard let last = entries.last, last.at <= moment else { return nil }
    entries.removeLast()
    return (last.at, last.deed)
  }
}

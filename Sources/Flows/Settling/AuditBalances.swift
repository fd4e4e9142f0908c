import Payments
import Settlement
import Values

/// Compares what the merchants' books say that the shop owes its buyers with their balances, buyer by buyer and both ways.
/// What a buyer's open payments have taken isn't spent yet: the balance lacks it, and the books don't know of it.
struct AuditBalances: Sendable {
  private static let most = 100

  let contexts: Contexts
  /// What happened later may not have been heard of.
  let due: Timestamp

  func run() async throws -> [Discrepancy] {
    // What was there before these books is brought in bit by bit.
    guard try await contexts.settlement.walk().isThroughBuyers else { return [] }
    var (found, next): ([Discrepancy], Cursor?) = ([], nil)
    repeat {
      let page = try await contexts.payments.holders(PageRequest(limit: 100, after: next))
      for account in page.items where found.count < Self.most {
        if let discrepancy = try await discrepancy(of: account) { found.append(discrepancy) }
      }
      next = page.next
    } while next != nil && found.count < Self.most
    return found.isEmpty ? try await strangers() : found
  }

  /// Whom the books have given something, and who never had a balance.
  private func strangers() async throws -> [Discrepancy] {
    var (found, next): ([Discrepancy], Cursor?) = ([], nil)
    repeat {
      let page = try await contexts.settlement.creditedAccounts(PageRequest(limit: 100, after: next))
      for account in page.items {
        guard try await contexts.payments.movements(of: account, PageRequest(limit: 1)).items.isEmpty else { continue }
        if let discrepancy = try await discrepancy(of: account) { found.append(discrepancy) }
      }
      next = page.next
    } while next != nil && found.count < Self.most
    return found
  }

  func discrepancy(of account: AccountID) async throws -> Discrepancy? {
    let movements = try await contexts.movements(of: account)
    let given = Dictionary(
      movements.filter { $0.kind == .goodwill }.map { (CreditFact.key($0.id.description), $0) },
      uniquingKeysWith: { first, _ in first })
    let credits = try await credits(of: account)
    let booked = Dictionary(credits.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    for key in Set(given.keys).union(booked.keys).sorted() where given[key]?.amount != booked[key]?.amount {
      if booked[key] == nil, let movement = given[key], movement.at > due { continue }
      return Discrepancy(
        book: "settlement", row: key,
        expected: given[key].map { "\($0.amount) given to \(account)" } ?? "nothing given to \(account)",
        found: booked[key]?.amount.description ?? "nothing")
    }
    return try await sum(of: account, movements)
  }

  private func credits(of account: AccountID) async throws -> [CreditFact] {
    var (found, next): ([CreditFact], Cursor?) = ([], nil)
    repeat {
      let page = try await contexts.settlement.credits(of: account, PageRequest(limit: 100, after: next))
      found += page.items
      next = page.next
    } while next != nil
    return found
  }

  /// What is owed in all: given, less what it paid for, and what went back there. A buyer whose balance moves meanwhile is
  /// left for the next time.
  private func sum(of account: AccountID, _ movements: [BalanceMovement]) async throws -> Discrepancy? {
    var owed: [Currency: Int64] = [:]
    for movement in movements where movement.kind == .goodwill {
      owed[movement.amount.currency, default: 0] += movement.amount.minor
    }
    for id in Set(movements.compactMap(\.payment)).sorted() {
      guard let payment = try await contexts.payments.payment(id) else { continue }
      owed[payment.amount.currency, default: 0] += try await moved(by: payment)
    }
    for currency in Set(movements.map(\.amount.currency)).sorted(by: { $0.code < $1.code }) {
      let balance = movements.first { $0.amount.currency == currency }?.after.minor ?? 0
      guard balance != owed[currency] ?? 0 else { continue }
      let newest = try await contexts.payments.movements(of: account, PageRequest(limit: 1)).items.first
      guard newest?.id == movements.first?.id else { return nil }
      return Discrepancy(
        book: "settlement", row: "\(account)",
        expected: "\(Money(minor: balance, currency: currency)) owed to the buyer, by the balance",
        found: "\(Money(minor: owed[currency] ?? 0, currency: currency))")
    }
    return nil
  }

  /// Minor units that the payment took from the balance and brought there, as the books have it. What they needn't know yet
  /// counts as the payment says, and is looked at payment by payment.
  private func moved(by payment: Payment) async throws -> Int64 {
    if payment.state.isOpen { return -payment.fromBalance.minor }
    guard payment.state.hasMoney else { return 0 }
    let money = MovedMoney(payment)
    let refunds = try await contexts.payments.refunds(of: payment.id)
    let told =
      try payment.shares.flatMap { try money.captures(for: $0.order) } + refunds.flatMap { money.facts(of: $0) }
    let booked = try await contexts.settlement.facts(of: payment.shares.map(\.order)).values.joined()
      .filter { $0.payment == payment.id }
    let known = Set(booked.map(\.key))
    return (Array(booked) + told.filter { !known.contains($0.key) }).reduce(0) { sum, fact in
      guard fact.method == PaymentMethod.balance.rawValue else { return sum }
      return switch fact.kind {
      case .captured, .stray: sum - fact.amount.minor
      case .refunded: sum + fact.amount.minor
      default: sum
      }
    }
  }
}

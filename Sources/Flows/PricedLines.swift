import Carts
import Catalog
import Orders
import Pricing
import Values

/// Cart lines joined with what Catalog says of them, ready to be priced and to become orders.
struct PricedLines {
  private let lines: [(line: CartLine, summary: VariantSummary)]
  private let summaries: [VariantID: VariantSummary]

  /// Throws `CheckoutRefusal.noLongerSold` for a variant that is gone or withdrawn.
  init(_ lines: [CartLine], contexts: Contexts) async throws {
    let summaries = try await contexts.catalog.variants(lines.map(\.variant))
    self.lines = try lines.map { line in
      guard let summary = summaries[line.variant], summary.isPublished else {
        throw CheckoutRefusal.noLongerSold(line.variant)
      }
      return (line, summary)
    }
    self.summaries = summaries
  }

  func request(to destination: RegionCode?, currency: Currency) -> QuoteRequest {
    QuoteRequest(
      channel: .main, currency: currency,
      lines: lines.map { line, summary in QuoteRequest.Line(summary, quantity: line.quantity) },
      destination: destination)
  }

  func checkout(
    key: CheckoutKey, quote: Quote, buyer: AccountID, destination: Destination, notes: (MerchantID) -> String,
    payBefore: Timestamp, ids: IDGenerator
  ) throws -> CheckoutOrders {
    CheckoutOrders(
      key: key.rawValue, buyer: buyer, channel: .main, currency: quote.due.currency, destination: destination,
      payBefore: payBefore,
      orders: try quote.merchants.map { merchant in
        CheckoutOrders.NewOrder(
          id: ids.next(), merchant: merchant.merchant, lines: try merchant.lines.map(orderLine),
          freight: merchant.freight, note: notes(merchant.merchant),
          waived: merchant.waived)
      })
  }

  private func orderLine(_ line: QuotedLine) throws -> CheckoutOrders.NewLine {
    guard let summary = summaries[line.variant] else { throw CheckoutRefusal.noLongerSold(line.variant) }
    return CheckoutOrders.NewLine(
      variant: line.variant, product: summary.product, title: summary.title, choice: summary.choice, sku: summary.sku,
      picture: summary.picture, unit: line.unit.sale, quantity: line.quantity,
      discount: try Money.sum(line.discounts.map(\.amount), currency: line.due.currency), shares: line.discounts)
  }
}

extension QuoteRequest.Line {
  init(_ summary: VariantSummary, quantity: Quantity) {
    self.init(
      variant: summary.id, product: summary.product, merchant: summary.merchant, quantity: quantity,
      weightGrams: summary.weightGrams, requiresShipping: summary.requiresShipping)
  }
}

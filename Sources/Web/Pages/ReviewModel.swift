import Orders
import Values

/// What staff and buyers see of a paid order that was held or changed.
public struct ReviewModel: Sendable {
  private let order: Order
  private let words: Words
  private let format: Format

  public init(_ order: Order, words: Words) {
    self.order = order
    self.words = words
    format = Format(words.language)
  }

  /// Why a person looks at it, one sentence each.
  /// - Parameter others: what the page says elsewhere.
  public static func reasons(_ order: Order, _ words: Words, without others: Set<HoldReason> = []) -> [String] {
    order.heldFor.filter { !others.contains($0) }.map { words["holdReason.\($0.rawValue)"] ?? $0.rawValue }
  }

  /// The newest first. Rejections aren't changes; the timeline has them.
  /// - Parameters:
  ///   - isForStaff: why it was changed is for them alone.
  ///   - showsPlace: whether the reader may see where the goods go.
  public func changes(_ edits: [OrderEdit], isForStaff: Bool, showsPlace: Bool) -> [Model] {
    edits.reversed().filter { $0.kind == .changed }.map { edit in
      var model: Model = [
        "changedAt": format.dateTime(edit.at), "dueText": dueText(edit),
        "differences": edit.differences.map { difference($0, showsPlace: showsPlace) },
      ]
      if isForStaff, !edit.reason.isEmpty { model["why"] = edit.reason }
      if edit.refund.isPositive {
        model["refundText"] = words.phrase("review.refund", ["amount": format.money(edit.refund)])
      }
      return model
    }
  }

  private func dueText(_ edit: OrderEdit) -> String {
    words.phrase(
      "review.due", ["before": format.money(edit.dueBefore), "after": format.money(edit.dueAfter)])
  }

  private func difference(_ difference: OrderEdit.Difference, showsPlace: Bool) -> Model {
    let name = words["difference.\(difference.what.rawValue)"] ?? difference.what.rawValue
    var model: Model = ["what": difference.sku.isEmpty ? name : words.pair(difference.sku, name)]
    switch difference.what {
    case .unit, .freight:
      model["before"] = money(difference.before)
      model["after"] = money(difference.after)
    case .recipient, .phone, .region, .street, .postcode:
      if showsPlace {
        model["before"] = difference.before
        model["after"] = difference.after
      }
    case .added, .removed, .quantity, .note:
      model["before"] = difference.before
      model["after"] = difference.after
    }
    return model
  }

  private func money(_ text: String) -> String {
    Money(decimalText: text, currency: order.amounts.due.currency).map(format.money) ?? text
  }
}

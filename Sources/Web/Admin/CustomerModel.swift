import Accounts
import Catalog
import Flows
import Orders
import Pages
import Refunds
import Reviews
import Values

/// A customer as the desk shows one.
struct CustomerModel {
  private let file: CustomerFile
  private let staff: Staff
  private let regions: RegionDirectory
  private let words: Words
  private let format: Format
  private var account: Account { file.row.account }

  init(_ file: CustomerFile, for staff: Staff, regions: RegionDirectory, _ words: Words) {
    self.file = file
    self.staff = staff
    self.regions = regions
    self.words = words
    format = Format(words.language)
  }

  static func name(of account: Account, for staff: Staff, _ words: Words) -> String {
    if account.isErased { return words["customers.states.erased"] ?? "" }
    return account.profile.name.isEmpty ? account.id.description : BuyerContact.name(account.profile.name, for: staff)
  }

  /// Amounts of several currencies stand side by side.
  static func sum(_ amounts: [Money], _ words: Words) -> String {
    amounts.isEmpty ? "–" : amounts.map { Format(words.language).money($0) }.joined(separator: " + ")
  }

  /// Nil for one about whom there is nothing to say.
  static func state(of account: Account, _ words: Words) -> Model? {
    func mark(_ key: String, _ kind: String, _ icon: String) -> Model {
      ["kind": kind, "icon": icon, "text": words["customers.states.\(key)"] ?? key]
    }
    if account.isErased { return mark("erased", "grey", "bin") }
    return account.isBlocked ? mark("blocked", "red", "cross") : nil
  }

  /// Who it is, and the figures.
  func head() -> Model {
    var model: Model = [
      "name": Self.name(of: account, for: staff, words), "id": account.id.description,
      "since": words.phrase("account.since", ["date": format.date(account.registeredAt)]),
      "figures": figures(), "tagsText": file.row.tags.joined(separator: words["review.comma"] ?? ", "),
      "tags": file.row.tags.map { tag -> Model in
        ["tag": tag, "tagURL": Addresses.with([("tag", tag)], Addresses.customersDesk)]
      }, "hasTags": !file.row.tags.isEmpty, "isMasked": !BuyerContact.isOpen(to: staff),
    ]
    if !account.isErased {
      model["email"] = BuyerContact.email(account.email, for: staff)
      let phone = BuyerContact.phone(account.profile.phone, for: staff)
      if !phone.isEmpty { model["phone"] = phone }
    }
    if let state = Self.state(of: account, words) { model["mark"] = ["state": state] as Model }
    if let block = account.block {
      model["blockedText"] = words.phrase("customers.blockedSince", ["time": format.dateTime(block.at)])
      if staff.merchant == nil { model["blockReason"] = block.reason }
    }
    return model
  }

  private func figures() -> [Model] {
    let purchases = file.row.purchases
    let rows = [
      ("orders", String(purchases?.orders ?? 0)), ("paid", Self.sum(purchases?.paid ?? [], words)),
      ("refunded", Self.sum(file.refunded, words)),
      ("last", purchases.map { format.date($0.lastPlacedAt) } ?? "–"),
    ]
    return rows.map { ["figure": words["customers.figures.\($0.0)"] ?? "", "amount": $0.1] }
  }

  func orders() -> [Model] {
    let opens = WorkOrder.opens(to: staff)
    return file.orders.items.map { order in
      var model: Model = [
        "number": order.number.rawValue,
        "what": OrderSummary.productNames(order, words), "due": format.money(order.amounts.due),
        "placedAt": format.dateTime(order.placedAt), "state": StateModel.of(order.state, isDesk: true, words),
      ]
      if opens { model["address"] = Addresses.desk(order.number) }
      return model
    }
  }

  func refunds() -> [Model] {
    let opens = WorkRefund.opens(to: staff)
    return file.refunds.compactMap { refund in
      guard let order = file.refundedOrders[refund.order] else { return nil }
      return RefundModel(refund, of: order, words: words).row(address: opens ? Addresses.desk(refund.id) : nil)
    }
  }

  func reviews() -> [Model] {
    let opens = WorkReviews.opens(to: staff)
    return file.reviews.map { row in
      var model: Model = [
        "title": row.product?.content.title[words.language] ?? "", "text": GoodsReviewModel.cut(row.review.text),
        "starsText": words.phrase("count.stars", count: row.review.stars),
        "writtenAt": format.date(row.review.writtenAt), "state": GoodsReviewModel.state(of: row.review, words),
      ]
      if opens { model["address"] = Addresses.desk(row.review.id) }
      return model
    }
  }

  func notes() -> [Model] {
    file.notes.items.map { note in
      var model: Model = [
        "text": note.text, "author": note.authorName, "writtenAt": format.dateTime(note.writtenAt),
        "writtenAtISO": note.writtenAt.description,
      ]
      if WorkCustomers.removes(note, staff) {
        model["removeAction"] = "\(Addresses.customer(account.id))/notes/\(note.id)/remove"
      }
      return model
    }
  }

  func addresses() -> [Model] {
    file.addresses.map { address in
      let shown = BuyerContact.address(address, for: staff)
      var model: Model = [
        "recipient": shown.recipient, "phone": shown.phone, "street": shown.street,
        "region": regions.name(of: shown.region)[words.language], "isDefault": shown.isDefault,
      ]
      if !shown.postcode.isEmpty { model["postcode"] = shown.postcode }
      return model
    }
  }

  func sessions() -> [Model] {
    file.sessions.map { session in
      [
        "usedText": words.phrase("customers.sessionUsed", ["date": format.date(session.usedAt)]),
        "untilText": words.phrase("customers.sessionUntil", ["date": format.date(session.expiresAt)]),
      ]
    }
  }
}

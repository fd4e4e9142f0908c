import Accounts
import Messages
import Orders
import Refunds
import Reviews
import Search
import Values

/// What staff do with customers. Those of the platform see all of them, and alone keep them out, log them out or erase them;
/// those of a merchant see who ordered from it, with notes and tags of its own. Rights and ownership are checked here, so
/// that every face refuses alike.
public struct WorkCustomers: Sendable {
  private let contexts: Contexts

  public init(_ contexts: Contexts) { self.contexts = contexts }

  /// Whether the staff may look here at all.
  public static func opens(to staff: Staff) -> Bool { staff.rights.contains(.usersView) }
  public static func edits(_ staff: Staff) -> Bool { opens(to: staff) && staff.rights.contains(.usersEdit) }
  /// Whether they say who may come in.
  public static func governs(_ staff: Staff) -> Bool { edits(staff) && staff.merchant == nil }

  /// Whether they may hand out all that is kept of one, in which nothing is masked.
  public static func exports(_ staff: Staff) -> Bool { governs(staff) && staff.rights.contains(.buyersContact) }

  // MARK: Reads

  /// Throws `StaffRefusal.notAllowed`, as all below do, and `FieldFaults` for a cursor of another list.
  /// - Parameter order: the number of one of their orders.
  public func customers(
    matching filter: CustomerFilter, order: OrderNumber?, _ page: PageRequest, for staff: Staff
  ) async throws -> Page<CustomerRow> {
    try staff.require(.usersView)
    var filter = filter
    filter.isWhole = !BuyerContact.isOpen(to: staff)
    if let order {
      guard let found = try await contexts.orders.order(number: order),
        staff.merchant == nil || staff.merchant == found.merchant
      else { return Page(items: [], next: nil) }
      filter.account = found.buyer
    }
    let found = try await contexts.customers.customers(of: staff.merchant, matching: filter, page)
    let ids = found.items.map(\.id)
    let purchases = try await contexts.orders.purchases(of: ids, at: staff.merchant)
    let tags = try await contexts.customers.tags(of: ids, employer: staff.merchant)
    return found.map { CustomerRow(account: $0, purchases: purchases[$0.id], tags: tags[$0.id] ?? []) }
  }

  /// Puts into the log that the list is taken out as a file, before it begins: what the file has is known outside from
  /// its first line on.
  public func beginExport(matching filter: CustomerFilter, order: OrderNumber?, by staff: Staff) async throws {
    try staff.require(.usersView)
    try await contexts.customers.noteListExport(
      of: staff.merchant, matching: filter, order: order?.rawValue, by: staff.id)
  }

  /// Throws `CustomerRefusal.unknownCustomer` for one who never ordered from the staff's merchant, as all below do.
  public func customer(_ id: AccountID, for staff: Staff) async throws -> CustomerRow {
    try staff.require(.usersView)
    return try await known(id, to: staff)
  }

  private func known(_ id: AccountID, to staff: Staff) async throws -> CustomerRow {
    let purchases = try await contexts.orders.purchases(of: [id], at: staff.merchant)[id]
    guard let account = try await contexts.accounts.account(id), staff.merchant == nil || purchases != nil else {
      throw CustomerRefusal.unknownCustomer
    }
    let tags = try await contexts.customers.tags(of: [id], employer: staff.merchant)
    return CustomerRow(account: account, purchases: purchases, tags: tags[id] ?? [])
  }

  public func notes(on id: AccountID, _ page: PageRequest, for staff: Staff) async throws -> Page<CustomerNote> {
    try await contexts.customers.notes(on: customer(id, for: staff).account.id, of: staff.merchant, page)
  }

  /// What the customer ordered, at the staff's merchant or anywhere, the newest first.
  public func orders(of id: AccountID, _ page: PageRequest, for staff: Staff) async throws -> Page<Order> {
    try await contexts.orders.orders(of: customer(id, for: staff).account.id, at: staff.merchant, page)
  }

  /// Whether the staff may take the note back: who wrote it, and who manages staff.
  public static func removes(_ note: CustomerNote, _ staff: Staff) -> Bool {
    edits(staff) && (note.author == staff.id || staff.rights.contains(.staffEdit))
  }

  // MARK: Notes and tags

  @discardableResult
  public func addNote(_ text: String, on id: AccountID, by staff: Staff) async throws -> CustomerNote {
    try await contexts.customers.addNote(text, on: edited(id, by: staff), of: staff.merchant, by: staff.id)
  }

  /// Throws `CustomerRefusal.unknownNote`, and `StaffRefusal.beyondOwnRights` for a colleague's.
  public func removeNote(_ note: CustomerNoteID, on id: AccountID, by staff: Staff) async throws {
    let account = try await edited(id, by: staff)
    guard let found = try await contexts.customers.note(note, on: account, of: staff.merchant) else {
      throw CustomerRefusal.unknownNote
    }
    guard Self.removes(found, staff) else { throw StaffRefusal.beyondOwnRights }
    try await contexts.customers.removeNote(note, on: account, of: staff.merchant, by: staff.id)
  }

  public func setTags(_ tags: [String], of id: AccountID, by staff: Staff) async throws {
    try await contexts.customers.setTags(tags, of: edited(id, by: staff), employer: staff.merchant, by: staff.id)
  }

  // MARK: The door

  public func block(_ id: AccountID, reason: String, by staff: Staff) async throws {
    try await contexts.customers.block(governed(id, by: staff), reason: reason, by: staff.id)
  }

  public func unblock(_ id: AccountID, by staff: Staff) async throws {
    try await contexts.customers.unblock(governed(id, by: staff), by: staff.id)
  }

  /// For staff of the platform.
  public func sessions(of id: AccountID, for staff: Staff) async throws -> [CustomerSession] {
    guard staff.merchant == nil else { throw StaffRefusal.notAllowed(.usersView) }
    return try await contexts.customers.sessions(of: customer(id, for: staff).account.id)
  }

  /// - Returns: how many ended.
  public func endSessions(of id: AccountID, by staff: Staff) async throws -> Int {
    try await contexts.customers.endSessions(of: governed(id, by: staff), by: staff.id)
  }

  /// All that the shop keeps of the customer, for whom asks what that is. That it was handed out stands in the log.
  public func export(of id: AccountID, by staff: Staff) async throws -> CustomerExport {
    let account = try await governed(id, by: staff)
    try staff.require(.buyersContact)
    guard let known = try await contexts.accounts.account(account) else { throw CustomerRefusal.unknownCustomer }
    let export = try await CustomerExport(of: known, contexts: contexts)
    try await contexts.customers.noteExport(of: account, by: staff.id)
    return export
  }

  /// Takes out who it was, in all contexts; orders and refunds keep what the books need.
  public func erase(_ id: AccountID, by staff: Staff) async throws {
    let account = try await governed(id, by: staff)
    try await contexts.browsing.forgetViews(of: .account(account))
    try await contexts.browsing.forgetSearches(of: .account(account))
    try await contexts.searchLedger.forgetClicks(of: Visitor.account(account).searchKey)
    try await contexts.reviews.forgetAuthor(account)
    try await contexts.customers.erase(account, by: staff.id)
    // Nothing new is written to it from here on. What was on its way here takes itself away again (`WriteLetters`).
    try await contexts.messages.forget(account)
  }

  // MARK: Who may

  private func edited(_ id: AccountID, by staff: Staff) async throws -> AccountID {
    try staff.require(.usersView)
    try staff.require(.usersEdit)
    return try await known(id, to: staff).account.id
  }

  private func governed(_ id: AccountID, by staff: Staff) async throws -> AccountID {
    guard Self.governs(staff) else { throw StaffRefusal.notAllowed(.usersEdit) }
    return try await known(id, to: staff).account.id
  }
}

/// A customer as staff see one: all of it for the platform, what concerns it for a merchant.
public struct CustomerRow: Sendable {
  public let account: Account
  /// Nil for one who has ordered nothing.
  public let purchases: Purchases?
  public let tags: [String]
}

import Values

/// What staff did, as a context notes it in the transaction that does it:
///
///     try DeedLog.note(
///       Deed(
///         "orders.ship", on: order, named: number.rawValue, of: merchant, before: ["state": before.state.rawValue],
///         after: ["state": after.state.rawValue, "carrier": shipment.carrier]),
///       by: .staff(staff), at: clock.now, in: transaction)
///
/// Every verb has a word in the theme, under `log.verbs.`. Passwords and other secrets are never part of a deed. Where
/// buyers live and how to call them goes into fields that `DeedFields.contacts` names, which are masked for those who have
/// no need of it.
public struct Deed: Sendable {
  /// `context.verb`, at most 60 characters.
  public let verb: String
  /// An identifier, at most 80 characters.
  public let subject: String
  /// What people call it: an order's number, an e-mail address.
  public let name: String
  /// Whose row was changed; nil for what is the platform's. Staff of a merchant see what is theirs.
  public let merchant: MerchantID?
  /// Nil where there was nothing before.
  public let before: DeedFields?
  /// Nil where nothing is left.
  public let after: DeedFields?
  /// What the one who did it wrote to it. Cut at 500 characters.
  public let note: String

  public init(
    _ verb: String, on subject: some CustomStringConvertible, named name: String = "", of merchant: MerchantID?,
    before: DeedFields? = nil, after: DeedFields? = nil, note: String = ""
  ) {
    self.verb = verb
    self.subject = subject.description
    self.name = name
    self.merchant = merchant
    self.before = before
    self.after = after
    self.note = note
  }
}

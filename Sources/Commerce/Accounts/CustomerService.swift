import Values

/// Customers as staff see them: found, noted down, tagged, kept out. Notes and tags are an employer's own (nil is the
/// platform), so that no merchant reads another's; whether somebody may see a customer at all is the flows' to say.
public protocol CustomerService: Sendable {
  /// Those who ordered from the merchant, the last order first; of all accounts (nil) the newest first. With a word to look
  /// for, in its order. Throws `FieldFaults` for a cursor of another list.
  func customers(of employer: MerchantID?, matching filter: CustomerFilter, _ page: PageRequest) async throws
    -> Page<Account>
  /// Keeps in mind who ordered from whom, and when last. Harmless when it is known.
  func noteOrders(_ orders: [CustomerOrder]) async throws
  /// Up to where orders of the time before this was kept were gone through; nil once all of them were.
  func gathered() async throws -> CustomerGathering?
  func noteGathered(upTo place: Cursor?) async throws
  /// Fills in what accounts are found by that are from before that was kept; until then no name and no phone finds them.
  /// - Returns: how many were looked at; fewer than the limit once all were.
  func fillKeys(limit: Int) async throws -> Int

  /// The newest first.
  func notes(on account: AccountID, of employer: MerchantID?, _ page: PageRequest) async throws -> Page<CustomerNote>
  func note(_ id: CustomerNoteID, on account: AccountID, of employer: MerchantID?) async throws -> CustomerNote?
  /// Throws `FieldFaults` for `text`, `.unknownCustomer`, and `.tooManyNotes` above 500.
  func addNote(_ text: String, on account: AccountID, of employer: MerchantID?, by staff: StaffID) async throws
    -> CustomerNote
  /// Throws `.unknownNote`.
  func removeNote(_ id: CustomerNoteID, on account: AccountID, of employer: MerchantID?, by staff: StaffID) async throws

  /// In order; accounts without are left out.
  func tags(of accounts: [AccountID], employer: MerchantID?) async throws -> [AccountID: [String]]
  /// In place of those that there were. Throws `FieldFaults` for `tags` (20 at most, 1…30 characters each) and
  /// `.unknownCustomer`.
  func setTags(_ tags: [String], of account: AccountID, employer: MerchantID?, by staff: StaffID) async throws

  /// Ends the account's sessions; it can't log in nor order until it is unblocked. Throws `FieldFaults` without a `reason`
  /// (500 characters) and `.unknownCustomer`. Of one that is blocked already the reason is another.
  func block(_ account: AccountID, reason: String, by staff: StaffID) async throws
  /// Harmless when it isn't blocked. Throws `.unknownCustomer`.
  func unblock(_ account: AccountID, by staff: StaffID) async throws
  /// The last used first; at most 100.
  func sessions(of account: AccountID) async throws -> [CustomerSession]
  /// - Returns: how many ended.
  func endSessions(of account: AccountID, by staff: StaffID) async throws -> Int
  /// Puts into the log that all that is kept of the account was handed out.
  func noteExport(of account: AccountID, by staff: StaffID) async throws
  /// Puts into the log that the list of customers was taken out as a file, and what it was filtered by. Names, e-mail
  /// addresses, phones and tags that were looked for aren't kept, since erasing wouldn't reach them.
  /// - Parameter order: the number of an order that was looked for.
  func noteListExport(of employer: MerchantID?, matching filter: CustomerFilter, order: String?, by staff: StaffID)
    async throws
  /// Takes out who it was: name, e-mail, phone, password, addresses, favourites, history, notes, tags, sessions. The account
  /// stays as a number, since orders name it, and can't be entered again. Harmless when it is done already. Throws
  /// `.unknownCustomer`.
  func erase(_ account: AccountID, by staff: StaffID) async throws
}

/// What customers are looked for by. Names, addresses and phones are beginnings, unless they must be whole.
public struct CustomerFilter: Hashable, Sendable {
  public var name: String?
  public var email: String?
  /// Digits; anything else in it doesn't count.
  public var phone: String?
  /// The whole of a tag.
  public var tag: String?
  public var account: AccountID?
  public var isBlocked: Bool?
  /// Name, e-mail and phone must be told whole: for who may not know them, and shouldn't find them out sign by sign.
  public var isWhole = false

  public init(
    name: String? = nil, email: String? = nil, phone: String? = nil, tag: String? = nil, account: AccountID? = nil,
    isBlocked: Bool? = nil
  ) {
    self.name = name
    self.email = email
    self.phone = phone
    self.tag = tag
    self.account = account
    self.isBlocked = isBlocked
  }
}

public struct CustomerOrder: Hashable, Sendable {
  public let buyer: AccountID
  public let merchant: MerchantID
  public let placedAt: Timestamp

  public init(buyer: AccountID, merchant: MerchantID, placedAt: Timestamp) {
    self.buyer = buyer
    self.merchant = merchant
    self.placedAt = placedAt
  }
}

public struct CustomerGathering: Hashable, Sendable {
  /// The last order that was gone through; nil at the beginning.
  public let place: Cursor?

  public init(place: Cursor?) { self.place = place }
}

/// What staff wrote down about a customer.
public struct CustomerNote: Hashable, Sendable {
  public let id: CustomerNoteID
  public let author: StaffID
  /// Empty for one of the staff who isn't known any more.
  public let authorName: String
  /// 1…1000 characters.
  public let text: String
  public let writtenAt: Timestamp

  public init(id: CustomerNoteID, author: StaffID, authorName: String, text: String, writtenAt: Timestamp) {
    self.id = id
    self.author = author
    self.authorName = authorName
    self.text = text
    self.writtenAt = writtenAt
  }
}

/// A log-in of a customer that is open.
public struct CustomerSession: Hashable, Sendable {
  /// To within a day.
  public let usedAt: Timestamp
  public let expiresAt: Timestamp

  public init(expiresAt: Timestamp) {
    usedAt = expiresAt.adding(.zero - Session.lifetime)
    self.expiresAt = expiresAt
  }
}

/// Every way in which work on customers is told no.
public enum CustomerRefusal: Refusal, Hashable {
  /// Also for one who isn't the staff's to see.
  case unknownCustomer
  case unknownNote
  case tooManyNotes(most: Int)
  /// It was erased, so there is nobody to do this to.
  case erased

  public var code: String {
    switch self {
    case .unknownCustomer: "unknownCustomer"
    case .unknownNote: "unknownNote"
    case .tooManyNotes: "tooManyNotes"
    case .erased: "customerErased"
    }
  }

  public var details: [String: String] {
    if case .tooManyNotes(let most) = self { ["most": String(most)] } else { [:] }
  }

  public var kind: RefusalKind {
    switch self {
    case .unknownCustomer, .unknownNote: .notFound
    case .tooManyNotes, .erased: .conflict
    }
  }
}

import Foundation
import Storage
import Values

/// An account with its secrets as they lie in the database.
struct StoredAccount: Sendable {
  /// As its row says it; whether its secrets can be read is said of `seen`.
  let account: PaymentAccount
  let identity: String
  let sealed: [String: String]

  /// Where a secret lies, so that it opens nowhere else.
  static func place(_ id: PaymentAccountID, _ field: String) -> String { "\(id)/\(field)" }

  /// Nil when one of them doesn't open.
  func opened(by seal: SecretSeal?) -> [String: PaymentSecret]? {
    if sealed.isEmpty { return [:] }
    guard let seal else { return nil }
    var secrets: [String: PaymentSecret] = [:]
    for (name, text) in sealed {
      guard let secret = seal.open(text, at: Self.place(account.id, name)) else { return nil }
      secrets[name] = secret
    }
    return secrets
  }
}

enum AccountRows {
  static let most = 200

  /// Those that are used in the order of offering, then the retired, the newest first; of more than `most` the oldest are
  /// left out.
  static func all(_ seal: SecretSeal?, in transaction: any ReadTransaction) throws -> [StoredAccount] {
    try transaction.rows(
      """
      SELECT * FROM payment_account
      ORDER BY CASE WHEN retired_at IS NULL THEN 0 ELSE 1 END, place, retired_at DESC, id LIMIT \(most)
      """
    ).map { try account($0, seal) }
  }

  /// All in the order in which they came, `most` at a time.
  static func after(
    _ id: PaymentAccountID?, _ seal: SecretSeal?, in transaction: any ReadTransaction
  ) throws -> [StoredAccount] {
    try transaction.rows(
      "SELECT * FROM payment_account WHERE id > \(id?.raw ?? -1) ORDER BY id LIMIT \(most)"
    ).map { try account($0, seal) }
  }

  static func account(
    _ id: PaymentAccountID, _ seal: SecretSeal?, in transaction: any ReadTransaction
  ) throws -> StoredAccount? {
    try transaction.row("SELECT * FROM payment_account WHERE id = \(id)").map { try account($0, seal) }
  }

  /// The account of a method that is used, held for the rest of the transaction.
  static func held(
    _ method: PaymentMethod, _ seal: SecretSeal?, in transaction: any Transaction
  ) throws -> StoredAccount? {
    try transaction.row(
      """
      SELECT * FROM payment_account WHERE method = \(method) AND retired_at IS NULL ORDER BY id
      LIMIT 1\(transaction.dialect.forUpdate)
      """
    ).map { try account($0, seal) }
  }

  static func account(
    _ method: PaymentMethod, identity: String, _ seal: SecretSeal?, in transaction: any Transaction
  ) throws -> StoredAccount? {
    try transaction.row("SELECT * FROM payment_account WHERE method = \(method) AND identity = \(identity)")
      .map { try account($0, seal) }
  }

  private static func account(_ row: Row, _ seal: SecretSeal?) throws -> StoredAccount {
    let currency: Currency = try row["currency"]
    let sealed = try texts(try row["secrets"])
    let (least, most): (Int64?, Int64?) = (try row["least_amount"], try row["most_amount"])
    func account(isReadable: Bool) throws -> PaymentAccount {
      PaymentAccount(
        id: try row["id"], method: try row["method"], fields: try texts(try row["fields"]),
        secrets: Set(sealed.keys),
        terms: PaymentTerms(
          isOn: try row["is_on"], feePoints: try row["fee_points"],
          feeFixed: Money(minor: try row["fee_fixed"], currency: currency),
          least: least.map { Money(minor: $0, currency: currency) },
          most: most.map { Money(minor: $0, currency: currency) }, place: try row["place"]),
        version: try row["version"], changedAt: try row["changed_at"], retiredAt: try row["retired_at"],
        isReadable: isReadable)
    }
    let identity: String = try row["identity"]
    let stored = StoredAccount(account: try account(isReadable: true), identity: identity, sealed: sealed)
    guard stored.opened(by: seal) == nil else { return stored }
    return StoredAccount(account: try account(isReadable: false), identity: identity, sealed: sealed)
  }

  private static func texts(_ bytes: [UInt8]) throws -> [String: String] {
    try JSONDecoder().decode([String: String].self, from: Data(bytes))
  }

  static func bytes(_ texts: [String: String]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(texts))
  }

  static func insert(_ stored: StoredAccount, by staff: StaffID, in transaction: any Transaction) throws {
    let (account, terms) = (stored.account, stored.account.terms)
    try transaction.execute(
      """
      INSERT INTO payment_account (id, method, identity, fields, secrets, is_on, fee_points, fee_fixed, least_amount,
        most_amount, currency, place, version, changed_at, changed_by, current_method)
      VALUES (\(account.id), \(account.method), \(stored.identity), \(try bytes(account.fields)),
        \(try bytes(stored.sealed)), \(terms.isOn), \(terms.feePoints), \(terms.feeFixed.minor),
        \(terms.least?.minor), \(terms.most?.minor), \(terms.feeFixed.currency), \(terms.place),
        \(account.version), \(account.changedAt), \(staff), \(account.method))
      """)
  }

  /// Answers whether the row still had the version before.
  static func update(_ stored: StoredAccount, by staff: StaffID, in transaction: any Transaction) throws -> Bool {
    let (account, terms) = (stored.account, stored.account.terms)
    let changed = try transaction.execute(
      """
      UPDATE payment_account SET fields = \(try bytes(account.fields)), secrets = \(try bytes(stored.sealed)),
        is_on = \(terms.isOn), fee_points = \(terms.feePoints), fee_fixed = \(terms.feeFixed.minor),
        least_amount = \(terms.least?.minor), most_amount = \(terms.most?.minor),
        currency = \(terms.feeFixed.currency), place = \(terms.place), version = \(account.version),
        changed_at = \(account.changedAt), changed_by = \(staff), retired_at = NULL,
        current_method = \(account.method)
      WHERE id = \(account.id) AND version = \(account.version - 1)
      """)
    return changed == 1
  }

  /// All of a method but the one that is used from now on.
  /// Of the one that was seen alone: another, begun meanwhile, keeps the method.
  static func retire(_ account: PaymentAccount, at now: Timestamp, in transaction: any Transaction) throws {
    try transaction.execute(
      """
      UPDATE payment_account SET retired_at = \(now), current_method = NULL, version = version + 1
      WHERE id = \(account.id) AND version = \(account.version) AND retired_at IS NULL
      """)
  }

  static func switchedOff(in transaction: any ReadTransaction) throws -> Set<PaymentSwitchedOff> {
    let rows = try transaction.rows("SELECT owner, method FROM payment_switch ORDER BY owner, method LIMIT 100000")
    return Set(try rows.map { PaymentSwitchedOff(owner: try $0["owner"], method: try $0["method"]) })
  }
}

import AuditLog
import Crypto
import Foundation
import Storage
import Values

extension StoredPaymentAccounts {
  private static let longestFields = 50_000

  public func save(_ draft: PaymentAccountDraft, by staff: StaffID) async throws -> PaymentAccount {
    let draft = try checked(draft)
    do {
      return try await store(draft, by: staff)
    } catch StorageFault.duplicateKey {
      // Another began the method at the same moment, and counts as one that was there before.
      return try await store(draft, by: staff)
    }
  }

  private func store(_ draft: PaymentAccountDraft, by staff: StaffID) async throws -> PaymentAccount {
    let new: PaymentAccountID = ids.next()
    let now = clock.now
    let saved = try await database.write { transaction in
      let before = try AccountRows.held(draft.method, seal, in: transaction)
      guard draft.version == before?.account.version else {
        if let known = before?.account, draft.isSaved(as: known) { return known }
        throw PaymentAccountRefusal.changedMeanwhile
      }
      let (secrets, identity, known) = try wanted(draft, over: before, at: now, in: transaction)
      guard secrets.isEmpty || seal != nil else { throw PaymentAccountRefusal.noSealKey }
      let id = known?.account.id ?? new
      let after = StoredAccount(
        account: PaymentAccount(
          id: id, method: draft.method, fields: draft.fields, secrets: Set(secrets.keys), terms: draft.terms,
          version: (known?.account.version ?? 0) + 1, changedAt: now, retiredAt: nil, isReadable: true),
        identity: identity,
        sealed: try seal.map { try Self.sealed(secrets, of: id, by: $0) } ?? [:])
      // Before the other takes its place, of which each method has one.
      if let before, before.account.id != id { try AccountRows.retire(before.account, at: now, in: transaction) }
      if known == nil {
        try AccountRows.insert(after, by: staff, in: transaction)
      } else if try !AccountRows.update(after, by: staff, in: transaction) {
        throw PaymentAccountRefusal.changedMeanwhile
      }
      try note(draft, before, after, by: staff, at: now, in: transaction)
      return after.account
    }
    directory.renew()
    return saved
  }

  /// What an account is to be: its secrets, its identity, and the account that has this already. Throws `FieldFaults`.
  private func wanted(
    _ draft: PaymentAccountDraft, over before: StoredAccount?, at now: Timestamp, in transaction: any Transaction
  ) throws -> (secrets: [String: PaymentSecret], identity: String, known: StoredAccount?) {
    var secrets = try secrets(of: draft, over: before)
    let identity = try identity(of: draft, secrets, at: now)
    let known = try AccountRows.account(draft.method, identity: identity, seal, in: transaction)
    if let known, known.account.id != before?.account.id {
      // One that is taken up again has its own, not those of the one that is left.
      secrets = try self.secrets(of: draft, over: known)
      _ = try self.identity(of: draft, secrets, at: now)
    }
    if let held = known ?? before { try expectTyped(draft, over: held.account) }
    if known == nil, let before, draft.isAnothers(than: before.account) { secrets = draft.secrets }
    return (secrets, identity, known)
  }

  /// Nobody reads secrets here, so they don't go by themselves where they weren't entered for: to another account, and what
  /// calls show neither to another address than the provider's own nor for another app.
  private func expectTyped(_ draft: PaymentAccountDraft, over held: PaymentAccount) throws {
    let method = draft.method
    let isAnothers = draft.isAnothers(than: held)
    let address = draft.fields["gateway"]
    let isOwn = address.map { TestOnlyKeys.isReal($0, of: method) } ?? true
    let isElsewhere = !isOwn && address != held.fields["gateway"]
    let isShown = isElsewhere || draft.fields["appID"] != held.fields["appID"]
    var faults = FieldFaults()
    for field in method.accountFields ?? [] where field.isSecret {
      guard draft.secrets[field.name] == nil, !draft.forgotten.contains(field.name) else { continue }
      let isKept = field.isRequired || held.secrets.contains(field.name)
      let isAsked = (isAnothers && field.isRequired) || (isShown && isKept && field.name == method.shownSecret)
      if isAsked { faults.add(field.name, "typeAgain") }
    }
    try faults.throwIfAny()
  }

  /// What was kept, with what was typed over it.
  private func secrets(
    of draft: PaymentAccountDraft, over before: StoredAccount?
  ) throws -> [String: PaymentSecret] {
    let names = Set((draft.method.accountFields ?? []).filter(\.isSecret).map(\.name))
    var secrets: [String: PaymentSecret] = [:]
    if let before {
      if let opened = before.opened(by: seal) {
        secrets = opened
      } else if !Set(draft.secrets.keys).union(draft.forgotten).isSuperset(of: before.sealed.keys) {
        throw PaymentAccountRefusal.sealedOtherwise
      }
    }
    for name in draft.forgotten { secrets[name] = nil }
    return secrets.merging(draft.secrets) { _, typed in typed }.filter { names.contains($0.key) }
  }

  /// Throws `FieldFaults` for what a provider could do nothing with.
  private func identity(
    of draft: PaymentAccountDraft, _ secrets: [String: PaymentSecret], at now: Timestamp
  ) throws -> String {
    var reading = AccountReading(
      draft.method, draft.fields, secrets,
      rules: AccountReading.Rules(isProduction: terms.isProduction, now: now))
    _ = reading.configuration()
    try reading.faults.throwIfAny()
    return draft.method.identity(draft.fields, secrets)
  }

  private func note(
    _ draft: PaymentAccountDraft, _ before: StoredAccount?, _ after: StoredAccount, by staff: StaffID,
    at now: Timestamp, in transaction: any Transaction
  ) throws {
    let deed = Deed(
      "payments.saveMethod", on: after.account.id, named: draft.method.rawValue, of: nil,
      before: before.map { $0.account.deedFields(changing: []) },
      after: after.account.deedFields(changing: Set(draft.secrets.keys)))
    try DeedLog.note(deed, by: .staff(staff), at: now, in: transaction)
  }

  // MARK: What was typed

  private func checked(_ draft: PaymentAccountDraft) throws -> PaymentAccountDraft {
    guard let fields = draft.method.accountFields else { throw PaymentAccountRefusal.unknownAccount }
    var faults = FieldFaults()
    var checked = draft
    checked.fields = [:]
    checked.secrets = [:]
    for field in fields {
      let typed = field.isSecret ? draft.secrets[field.name]?.text : draft.fields[field.name]
      let text = Self.text(typed, of: field, &faults)
      if text.isEmpty { continue }
      if field.isSecret { checked.secrets[field.name] = PaymentSecret(text) } else { checked.fields[field.name] = text }
    }
    if checked.fields.values.reduce(0, { $0 + $1.utf8.count }) > Self.longestFields {
      faults.add("rootCertificates", "tooLong", ["max": String(Self.longestFields)])
    }
    Self.check(draft.terms, &faults)
    try faults.throwIfAny()
    return checked
  }

  private static func text(_ typed: String?, of field: PaymentAccountField, _ faults: inout FieldFaults) -> String {
    switch field.kind {
    case .text(let longest), .secret(let longest):
      return faults.text(typed, field.name, max: longest, required: false)
    case .choice(let values):
      let text = faults.text(typed, field.name, max: 40, required: false)
      if !text.isEmpty, !values.contains(text) { faults.add(field.name, "unknownValue") }
      return text
    case .key, .secretKey:
      return faults.text(
        typed, field.name, max: PaymentAccountField.longestKey, required: false, multiline: true)
    case .certificate, .certificates:
      let text = faults.text(typed, field.name, max: longestFields, required: false, multiline: true)
      return text.isEmpty || text.contains("-----BEGIN") ? text : PlatformText.pem(of: text)
    }
  }

  private static func check(_ terms: PaymentTerms, _ faults: inout FieldFaults) {
    if !(0...10_000).contains(terms.feePoints) { faults.add("feePoints", "outOfRange", ["min": "0", "max": "100"]) }
    if terms.feeFixed.isNegative { faults.add("feeFixed", "notAnAmount") }
    if !(0...999).contains(terms.place) { faults.add("place", "outOfRange", ["min": "0", "max": "999"]) }
    if let least = terms.least, least.isNegative { faults.add("least", "notAnAmount") }
    if let most = terms.most, !most.isPositive { faults.add("most", "notAnAmount") }
    if let least = terms.least, let most = terms.most, least.minor > most.minor {
      faults.add("least", "rangeReversed", ["other": "most"])
    }
  }
}

extension PaymentAccountDraft {
  /// Whether its secrets are another's than the account's.
  fileprivate func isAnothers(than account: PaymentAccount) -> Bool {
    method.secretsOwner.map { fields[$0] != account.fields[$0] } ?? false
  }

  /// Whether it says what is there already: a form that was sent twice.
  fileprivate func isSaved(as account: PaymentAccount) -> Bool {
    fields == account.fields && terms == account.terms && secrets.isEmpty && forgotten.isEmpty
  }
}

extension PaymentAccount {
  /// - Parameter changing: secrets that were typed anew, of which the log tells that alone.
  func deedFields(changing: Set<String>) -> DeedFields {
    var told = [
      ("isOn", "\(terms.isOn)"), ("feePoints", "\(terms.feePoints)"), ("feeFixed", terms.feeFixed.decimalText),
      ("least", terms.least?.decimalText ?? ""), ("most", terms.most?.decimalText ?? ""), ("place", "\(terms.place)"),
    ]
    for field in method.accountFields ?? [] {
      if field.isSecret {
        if secrets.contains(field.name) {
          told.append(("secret.\(field.name)", changing.contains(field.name) ? "*** (\(version))" : "***"))
        }
      } else if let text = fields[field.name] {
        told.append((field.name, field.takesFile ? Self.digest(text) : text))
      }
    }
    return DeedFields(told)
  }

  /// Tells long texts apart.
  private static func digest(_ text: String) -> String {
    "SHA-256 \(Hex.text(SHA256.hash(data: Data(text.utf8)).prefix(8)))"
  }
}

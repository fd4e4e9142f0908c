import Accounts
import Flows
import Orders
import Payments
import Values

/// On which terms a method is offered.
struct PaymentTermsAnswer: Encodable, Sendable {
  let isOn: Bool
  /// `0.6`.
  let feePercent: String
  let feeFixed: MoneyAnswer
  @OrNull var least: MoneyAnswer?
  @OrNull var most: MoneyAnswer?
  let place: Int

  init(_ terms: PaymentTerms) {
    isOn = terms.isOn
    feePercent = BasisPoints.percentText(of: terms.feePoints)
    feeFixed = MoneyAnswer(terms.feeFixed)
    _least = OrNull(wrappedValue: terms.least.map(MoneyAnswer.init))
    _most = OrNull(wrappedValue: terms.most.map(MoneyAnswer.init))
    place = terms.place
  }
}

/// A way to pay as it stands for whoever reads.
struct PaymentMethodAnswer: Encodable, Sendable {
  let method: String
  let isSetUp: Bool
  /// Whether it is set up by settings, and has no account.
  let isOfStart: Bool
  /// For the whole shop, for goods of the merchant that is looked at, and in the main channel.
  let isOn: Bool
  let isOnHere: Bool
  /// Whether the platform keeps it off for those goods.
  let isBarred: Bool
  let isOnInMainChannel: Bool
  /// The end of the number by which the provider knows the shop; null for programs of a merchant, as are the terms.
  @OrNull var identity: String?
  @OrNull var terms: PaymentTermsAnswer?
  /// What a payment may be.
  @OrNull var least: MoneyAnswer?
  @OrNull var most: MoneyAnswer?

  init(_ seen: SeenMethod) {
    method = seen.method.rawValue
    isSetUp = seen.isSetUp
    isOfStart = seen.isOfStart
    isOn = seen.isOn
    isOnHere = seen.isOnHere
    isBarred = seen.isBarred
    isOnInMainChannel = seen.isOnInMainChannel
    let (agreed, terms) = (seen.account?.terms, seen.terms)
    _identity = OrNull(wrappedValue: seen.showsAgreement ? seen.account?.shownIdentity : nil)
    _terms = OrNull(wrappedValue: seen.showsAgreement ? agreed.map(PaymentTermsAnswer.init) : nil)
    _least = OrNull(wrappedValue: (terms?.least).map(MoneyAnswer.init))
    _most = OrNull(wrappedValue: (terms?.most).map(MoneyAnswer.init))
  }
}

/// How one method is set up, and what it needs. It never has a secret.
struct PaymentMethodDetailAnswer: Encodable, Sendable {
  struct Need: Encodable, Sendable {
    let name: String
    let isSecret: Bool
    let isRequired: Bool
    /// What it may be; empty where it isn't chosen out of a list.
    let choices: [String]

    init(_ field: PaymentAccountField) {
      name = field.name
      isSecret = field.isSecret
      isRequired = field.isRequired
      choices = if case .choice(let values) = field.kind { values } else { [] }
    }
  }

  struct Account: Encodable, Sendable {
    let id: String
    let fields: [String: String]
    /// The names of those that are kept.
    let secrets: [String]
    let terms: PaymentTermsAnswer
    let version: Int
    let changedAt: String
    /// Whether its secrets open with the key that the shop has.
    let isReadable: Bool

    init(_ account: PaymentAccount) {
      id = account.id.description
      fields = account.fields
      secrets = account.secrets.sorted()
      terms = PaymentTermsAnswer(account.terms)
      version = account.version
      changedAt = account.changedAt.description
      isReadable = account.isReadable
    }
  }

  struct Retired: Encodable, Sendable {
    let id: String
    @OrNull var identity: String?
    @OrNull var retiredAt: String?

    init(_ account: PaymentAccount) {
      id = account.id.description
      _identity = OrNull(wrappedValue: account.shownIdentity)
      _retiredAt = OrNull(wrappedValue: account.retiredAt?.description)
    }
  }

  let method: String
  /// Where the provider tells what became of payments.
  let noticeURL: String
  /// Whether there is a key to seal secrets with.
  let canSeal: Bool
  let needs: [Need]
  @OrNull var account: Account?
  /// The newest first.
  let retired: [Retired]

  init(
    _ method: PaymentMethod, _ account: PaymentAccount?, retired: [PaymentAccount], canSeal: Bool, noticeURL: String
  ) {
    self.method = method.rawValue
    self.noticeURL = noticeURL
    self.canSeal = canSeal
    needs = (method.accountFields ?? []).map(Need.init)
    _account = OrNull(wrappedValue: account.map(Account.init))
    self.retired = retired.map(Retired.init)
  }
}

/// What came of asking a provider something harmless.
struct PaymentTrialAnswer: Encodable, Sendable {
  let outcome: String
  /// The provider's own word for it.
  @OrNull var code: String?
  /// Names of fields that it couldn't try.
  let untried: [String]

  init(_ trial: AccountTrial) {
    outcome = trial.outcome.rawValue
    untried = trial.untried
    _code = OrNull(wrappedValue: trial.code)
  }
}

/// What a provider told.
struct PaymentNoticeAnswer: Encodable, Sendable {
  let id: String
  let method: String
  @OrNull var payment: String?
  let isBelieved: Bool
  /// `verified`, or why it wasn't believed.
  let verification: String
  let effect: String
  let body: String
  /// Those that the provider signed in, line by line; null of what was heard before they were kept.
  @OrNull var headers: String?
  let at: String

  init(_ heard: HeardNotice) {
    id = heard.id.description
    method = heard.method.rawValue
    _payment = OrNull(wrappedValue: heard.payment?.description)
    isBelieved = heard.isBelieved
    verification = heard.notice.verification
    effect = heard.notice.effect
    body = heard.notice.body
    _headers = OrNull(wrappedValue: heard.headers)
    at = heard.notice.receivedAt.description
  }
}

/// Something about money that a person should know of.
struct PaymentCaseAnswer: Encodable, Sendable {
  let id: String
  let kind: String
  let payment: String
  @OrNull var order: String?
  /// The order's.
  @OrNull var number: String?
  @OrNull var merchant: String?
  let amount: MoneyAnswer
  /// The provider's code, or empty.
  let detail: String
  /// What who asks can do about it; empty once it is handled.
  let decisions: [String]
  /// What the shop did about it by itself, the oldest first.
  let refunds: [MovementAnswer]
  let openedAt: String
  @OrNull var handledAt: String?
  /// Null while it is open, and where the shop saw to it by itself.
  @OrNull var handledBy: String?
  let reason: String

  init(_ seen: SeenCase, for staff: Staff) {
    let item = seen.item
    id = item.id.description
    kind = item.kind.rawValue
    payment = item.payment.description
    _order = OrNull(wrappedValue: item.order?.description)
    _number = OrNull(wrappedValue: seen.order?.number.rawValue)
    _merchant = OrNull(wrappedValue: item.merchant?.description)
    amount = MoneyAnswer(item.amount)
    detail = item.detail
    decisions = WorkPayments.decisions(on: seen, by: staff).map(\.rawValue)
    refunds = seen.refunds.map { MovementAnswer($0, of: $0.order == seen.order?.id ? seen.order : nil) }
    openedAt = item.openedAt.description
    _handledAt = OrNull(wrappedValue: item.handledAt?.description)
    _handledBy = OrNull(wrappedValue: item.handledBy?.description)
    reason = item.reason
  }
}

/// What was found for a payment of one of the shop's own methods.
struct ReceivedMoneyAnswer: Encodable, Sendable {
  struct Receipt: Encodable, Sendable {
    let key: String
    let amount: MoneyAnswer
    let receivedAt: String
    let note: String

    init(_ receipt: MoneyReceipt) {
      key = receipt.key
      amount = MoneyAnswer(receipt.amount)
      receivedAt = receipt.receivedAt.description
      note = receipt.note
    }
  }

  let payment: String
  let method: String
  let state: String
  /// Without what was taken from the buyer's balance.
  let due: MoneyAnswer
  let left: MoneyAnswer
  /// The oldest first.
  let receipts: [Receipt]

  init(_ received: ReceivedMoney) {
    payment = received.payment.id.description
    method = received.payment.method.rawValue
    state = received.payment.state.rawValue
    due = MoneyAnswer(received.payment.atProvider)
    left = MoneyAnswer(received.left)
    receipts = received.receipts.map(Receipt.init)
  }
}

/// What the shop owes a customer.
struct StaffBalanceAnswer: Encodable, Sendable {
  struct Movement: Encodable, Sendable {
    let id: String
    let kind: String
    let amount: MoneyAnswer
    let after: MoneyAnswer
    @OrNull var payment: String?
    let reason: String
    let at: String

    init(_ movement: BalanceMovement) {
      id = movement.id.description
      kind = movement.kind.rawValue
      amount = MoneyAnswer(movement.amount)
      after = MoneyAnswer(movement.after)
      _payment = OrNull(wrappedValue: movement.payment?.description)
      reason = movement.reason
      at = movement.at.description
    }
  }

  let customer: String
  let balance: MoneyAnswer
  let items: [Movement]
  @OrNull var next: String?

  init(_ seen: SeenBalance) {
    customer = seen.account.id.description
    balance = MoneyAnswer(seen.amount)
    items = seen.movements.items.map(Movement.init)
    _next = OrNull(wrappedValue: seen.movements.next?.description)
  }
}

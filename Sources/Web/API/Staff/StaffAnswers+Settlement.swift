import Settlement
import Values

/// What a merchant gets for a period.
struct StatementAnswer: Encodable, Sendable {
  let id: String
  let merchant: String
  let merchantName: LocalizedText
  /// `weekly`, `monthly`, or `manual` where somebody asked for it.
  let rhythm: String
  /// The last day of its period.
  let through: String
  let state: String
  let orders: Int
  let sums: StatementSumsAnswer
  /// The bank's, of what was paid; empty before.
  let reference: String
  let drawnAt: String
  @OrNull var approvedAt: String?
  @OrNull var paidAt: String?
  @OrNull var cancelledAt: String?

  init(_ statement: Statement, of name: LocalizedText) {
    id = statement.id.description
    merchant = statement.merchant.description
    merchantName = name
    rhythm = statement.period.rhythm.rawValue
    through = statement.period.through.description
    state = statement.state.rawValue
    orders = statement.orders
    sums = StatementSumsAnswer(statement.sums)
    reference = statement.reference
    drawnAt = statement.drawnAt.description
    _approvedAt = OrNull(wrappedValue: statement.approvedAt?.description)
    _paidAt = OrNull(wrappedValue: statement.paidAt?.description)
    _cancelledAt = OrNull(wrappedValue: statement.cancelledAt?.description)
  }
}

struct StatementSumsAnswer: Encodable, Sendable {
  let paid: MoneyAnswer
  /// What buyers were spared and the platform bears.
  let borne: MoneyAnswer
  let refunds: MoneyAnswer
  let commission: MoneyAnswer
  let fee: MoneyAnswer
  let net: MoneyAnswer

  init(_ sums: StatementSums) {
    paid = MoneyAnswer(sums.paid)
    borne = MoneyAnswer(sums.borne)
    refunds = MoneyAnswer(sums.refunds)
    commission = MoneyAnswer(sums.commission)
    fee = MoneyAnswer(sums.fee)
    net = MoneyAnswer(sums.net)
  }
}

/// What a statement has of an order.
struct StatementLineAnswer: Encodable, Sendable {
  let order: String
  let number: String
  let endedAt: String
  let sums: StatementSumsAnswer

  init(_ line: StatementLine) {
    order = line.order.description
    number = line.number
    endedAt = line.endedAt.description
    sums = StatementSumsAnswer(line.sums)
  }
}

/// What a run did.
struct SettlementRunAnswer: Encodable, Sendable {
  let drawn: [String]
  let standing: [String]
  /// Merchants whose open sums go into their next statement.
  let carried: [String]

  init(_ run: SettlementRun) {
    drawn = run.drawn.map(\.description)
    standing = run.standing.map(\.description)
    carried = run.carried.map(\.description)
  }
}

struct SettlementBalancesAnswer: Encodable, Sendable {
  struct Owed: Encodable, Sendable {
    /// In no statement yet.
    let open: MoneyAnswer
    /// In statements that aren't paid yet.
    let stated: MoneyAnswer

    init(_ balance: MerchantBalance) {
      open = MoneyAnswer(balance.open)
      stated = MoneyAnswer(balance.stated)
    }
  }

  struct Account: Encodable, Sendable {
    let account: String
    /// Above zero is debit, below credit.
    let amount: MoneyAnswer

    init(_ balance: BookBalance) {
      account = balance.account.rawValue
      amount = MoneyAnswer(balance.amount)
    }
  }

  /// Empty for tokens of the platform.
  let owed: [Owed]
  /// Empty for those of a merchant.
  let accounts: [Account]
}

/// What the platform takes of sales, from a day on.
struct CommissionRuleAnswer: Encodable, Sendable {
  let id: String
  /// Null for all merchants.
  @OrNull var merchant: String?
  /// Null for all goods.
  @OrNull var category: String?
  /// `5.5`; null where it ends the rule before.
  @OrNull var percent: String?
  let from: String
  let madeAt: String

  init(_ rule: CommissionRule) {
    id = rule.id.description
    _merchant = OrNull(wrappedValue: rule.merchant?.description)
    _category = OrNull(wrappedValue: rule.category?.description)
    _percent = OrNull(wrappedValue: rule.rate?.percentText)
    from = rule.from.description
    madeAt = rule.madeAt.description
  }
}

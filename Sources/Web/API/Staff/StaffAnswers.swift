import Accounts
import Content
import Flows
import Fulfilment
import Merchants
import Orders
import Refunds
import Values

/// An order as a program of staff reads it: what its buyer reads, and what staff alone know.
struct StaffOrderAnswer: Encodable, Sendable {
  let order: OrderAnswer
  let buyer: String
  let revision: Int
  let heldFor: [String]
  @OrNull var openDifference: MoneyAnswer?

  /// Masks where the buyer lives from those who don't need it.
  init(_ order: Order, for staff: Staff, _ words: Wording) {
    self.order = OrderAnswer(BuyerContact.order(order, for: staff), words)
    buyer = order.buyer.description
    revision = order.revision
    heldFor = order.heldFor.map(\.rawValue)
    _openDifference = OrNull(wrappedValue: order.openDifference.map(MoneyAnswer.init))
  }
}

/// What happened to an order or a refund, and by whom.
struct StaffStepAnswer: Encodable, Sendable {
  let kind: String
  let actor: String
  let note: String
  let at: String

  /// Masks where the buyer lives from those who don't need it.
  init(_ entry: TimelineEntry, for staff: Staff) {
    (kind, actor) = (entry.kind.rawValue, entry.actor.text)
    (note, at) = (BuyerContact.note(entry, for: staff), entry.at.description)
  }

  init(_ step: RefundStep) {
    (kind, actor) = (step.kind.rawValue, step.actor.text)
    (note, at) = (step.note, step.at.description)
  }
}

struct StaffOrderDetailAnswer: Encodable, Sendable {
  struct Change: Encodable, Sendable {
    struct Difference: Encodable, Sendable {
      let what: String
      let sku: String
      let before: String
      let after: String
    }

    private static let contacts: Set<OrderEdit.Difference.What> = [.recipient, .phone, .street, .postcode]

    let id: String
    let kind: String
    let revision: Int
    let actor: String
    let reason: String
    let differences: [Difference]
    let dueBefore: MoneyAnswer
    let dueAfter: MoneyAnswer
    let refund: MoneyAnswer
    let at: String

    init(_ edit: OrderEdit, for staff: Staff) {
      id = edit.id.description
      kind = edit.kind.rawValue
      revision = edit.revision
      actor = edit.actor.text
      reason = edit.reason
      let isOpen = BuyerContact.isOpen(to: staff)
      differences = edit.differences.map { difference in
        let isHidden = !isOpen && Self.contacts.contains(difference.what)
        return Difference(
          what: difference.what.rawValue, sku: difference.sku, before: isHidden ? "***" : difference.before,
          after: isHidden ? "***" : difference.after)
      }
      dueBefore = MoneyAnswer(edit.dueBefore)
      dueAfter = MoneyAnswer(edit.dueAfter)
      refund = MoneyAnswer(edit.refund)
      at = edit.at.description
    }
  }

  let order: StaffOrderAnswer
  let timeline: [StaffStepAnswer]
  let parcels: [ParcelAnswer]
  let edits: [Change]
}

struct StaffRefundAnswer: Encodable, Sendable {
  let refund: RefundAnswer
  let buyer: String
  let merchant: String
  let wasShipped: Bool
  @OrNull var replacement: String?

  init(_ refund: RefundCase, number: OrderNumber) {
    self.refund = RefundAnswer(refund, number: number, isForStaff: true)
    buyer = refund.buyer.description
    merchant = refund.merchant.description
    wasShipped = refund.wasShipped
    _replacement = OrNull(wrappedValue: refund.replacement?.description)
  }
}

struct StaffRefundDetailAnswer: Encodable, Sendable {
  let refund: StaffRefundAnswer
  let steps: [StaffStepAnswer]
}

struct CarrierAnswer: Encodable, Sendable {
  let code: String
  let name: TextAnswer
  /// Whether staff may choose it.
  let isOn: Bool
  /// With `{number}` for the number of a parcel; empty where there is none.
  let trackingAddress: String
  let isTracked: Bool
  let asksForPhone: Bool

  init(_ carrier: Carrier, _ words: Wording) {
    code = carrier.code
    name = words(carrier.name)
    isOn = carrier.isOn
    trackingAddress = carrier.trackingAddress
    isTracked = carrier.isTracked
    asksForPhone = carrier.asksForPhone
  }
}

struct EntryAnswer: Encodable, Sendable {
  let id: String
  let kind: String
  let slug: String
  let state: String
  let version: Int
  @OrNull var shownVersion: Int?
  let title: LocalizedText
  let summary: LocalizedText
  /// HTML.
  let body: LocalizedText
  @OrNull var picture: String?
  @OrNull var from: String?
  @OrNull var until: String?
  let changedAt: String

  init(_ entry: Entry) {
    id = entry.id.description
    kind = entry.kind.rawValue
    slug = entry.slug.rawValue
    state = entry.state.rawValue
    version = entry.version
    _shownVersion = OrNull(wrappedValue: entry.shownVersion)
    title = entry.text.title
    summary = entry.text.summary
    body = entry.text.body
    _picture = OrNull(wrappedValue: entry.text.picture.map { "/media/\($0)" })
    _from = OrNull(wrappedValue: entry.text.from?.description)
    _until = OrNull(wrappedValue: entry.text.until?.description)
    changedAt = entry.changedAt.description
  }
}

struct StaffMemberAnswer: Encodable, Sendable {
  let id: String
  let name: String
  let email: String
  @OrNull var merchant: String?
  let role: String
  let isActive: Bool
  let hasSecondFactor: Bool
  @OrNull var loggedInAt: String?

  init(_ member: StaffMember) {
    id = member.staff.id.description
    name = member.staff.name
    email = member.staff.email
    _merchant = OrNull(wrappedValue: member.staff.merchant?.description)
    role = member.staff.role.id.description
    isActive = member.isActive
    hasSecondFactor = member.staff.hasSecondFactor
    _loggedInAt = OrNull(wrappedValue: member.loggedInAt?.description)
  }
}

/// Somebody who was hired, and how they get in for the first time.
struct HiredAnswer: Encodable, Sendable {
  let member: StaffMemberAnswer
  /// Nobody keeps it, nor the answer that says it; another has to be chosen with the first log-in.
  let password: String
}

struct RoleAnswer: Encodable, Sendable {
  let id: String
  let name: String
  let isOwner: Bool
  let rights: [String]

  init(_ role: StaffRole) {
    id = role.id.description
    name = role.name
    isOwner = role.isOwner
    rights = role.rights.map(\.rawValue).sorted()
  }
}

struct TokenAnswer: Encodable, Sendable {
  let id: String
  let name: String
  let staff: String
  @OrNull var merchant: String?
  /// What it may do now.
  let rights: [String]
  let expiresAt: String

  init(_ bearer: StaffBearer) {
    id = bearer.token.description
    name = bearer.tokenName
    staff = bearer.staff.id.description
    _merchant = OrNull(wrappedValue: bearer.staff.merchant?.description)
    rights = bearer.staff.rights.map(\.rawValue).sorted()
    expiresAt = bearer.expiresAt.description
  }
}

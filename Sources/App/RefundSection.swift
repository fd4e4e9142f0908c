import Configuration
import Refunds

/// What buyers may ask back, and for how long.
struct RefundSection: Sendable {
  /// Days after the receipt in which goods can go back without a fault, 0…365.
  var mindDays: Int
  /// The same for goods that are damaged, others than ordered, or never came.
  var faultDays: Int
  /// Up to which moment a request for a whole order is agreed to by itself.
  var approval: StandardRefundPolicy.Approval

  init(_ reader: ConfigReader) throws {
    mindDays = try Settings.number(reader, "refunds.mindDays", default: 7, in: 0...365)
    faultDays = try Settings.number(reader, "refunds.faultDays", default: 30, in: 0...365)
    approval = try Settings.choice(reader, "refunds.approval", default: .beforeReview)
  }

  var policy: any RefundPolicy {
    StandardRefundPolicy(mindDays: mindDays, faultDays: faultDays, approval: approval)
  }
}

import Configuration
import Flows
import Settlement

/// How the platform settles with its merchants.
struct SettlementSection: Sendable {
  /// How often statements are drawn by themselves.
  var rhythm: SettlementRhythm
  /// Days after its end in which an order isn't settled yet, 0…365.
  var holdBackDays: Int
  /// Commission is taken of freight, too.
  var takesFreight: Bool
  /// Merchants bear what providers keep.
  var merchantBearsFees: Bool
  /// A statement is approved by somebody else than who drew it.
  var needsFourEyes: Bool
  /// Who bears money that is given out of goodwill.
  var goodwill: GoodwillBearer

  init(_ reader: ConfigReader) throws {
    rhythm = try Settings.choice(reader, "settlement.rhythm", default: .weekly)
    holdBackDays = try Settings.number(reader, "settlement.holdBackDays", default: 7, in: 0...365)
    takesFreight = try Settings.flag(reader, "settlement.takesFreight", default: false)
    merchantBearsFees = try Settings.flag(reader, "settlement.merchantBearsFees", default: false)
    needsFourEyes = try Settings.flag(reader, "settlement.needsFourEyes", default: false)
    goodwill = try Settings.choice(reader, "settlement.goodwill", default: .giver)
  }

  var policy: SettlementPolicy {
    SettlementPolicy(
      rhythm: rhythm, holdBackDays: holdBackDays, takesFreight: takesFreight, merchantBearsFees: merchantBearsFees,
      needsFourEyes: needsFourEyes)
  }
}

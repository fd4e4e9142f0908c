/// How the platform settles with its merchants.
public struct SettlementPolicy: Sendable {
  /// How often statements are drawn by themselves.
  public var rhythm: SettlementRhythm
  /// Days after its end in which an order isn't settled yet, 0…365, for what may still go back.
  public var holdBackDays: Int
  /// Whether commission is taken of freight, too; by the rule for all goods of the merchant.
  public var takesFreight: Bool
  /// Whether merchants bear what providers keep.
  public var merchantBearsFees: Bool
  /// Whether a statement is approved by somebody else than who drew it.
  public var needsFourEyes: Bool

  public init(
    rhythm: SettlementRhythm = .weekly, holdBackDays: Int = 7, takesFreight: Bool = false,
    merchantBearsFees: Bool = false, needsFourEyes: Bool = false
  ) {
    self.rhythm = rhythm
    self.holdBackDays = holdBackDays
    self.takesFreight = takesFreight
    self.merchantBearsFees = merchantBearsFees
    self.needsFourEyes = needsFourEyes
  }
}

import Values

public enum SettlementRhythm: String, CaseIterable, Codable, Sendable {
  /// Monday to Sunday.
  case weekly
  case monthly
  /// Only when somebody asks for it.
  case manual
}

/// The days up to whose last an order must have ended, the days of holding back counted in, to be in a statement. A
/// merchant has one statement for each.
public struct SettlementPeriod: Hashable, Codable, Sendable, CustomStringConvertible {
  public let rhythm: SettlementRhythm
  public let through: ShopDay

  public init(rhythm: SettlementRhythm, through: ShopDay) {
    self.rhythm = rhythm
    self.through = through
  }

  /// The last week or month that is over; nil for what nobody settles by itself.
  public init?(last rhythm: SettlementRhythm, on today: ShopDay) {
    switch rhythm {
    case .weekly:
      // 1970-01-01 was a Thursday: day 3 is the first Sunday.
      let sinceSunday = ((today.rawValue - 3) % 7 + 7) % 7
      self.init(rhythm: .weekly, through: today.adding(sinceSunday == 0 ? -7 : -sinceSunday))
    case .monthly:
      guard let day = Int(today.description.suffix(2)) else { return nil }
      self.init(rhythm: .monthly, through: today.adding(-day))
    case .manual: return nil
    }
  }

  /// `weekly:2026-11-29`.
  public var description: String { "\(rhythm.rawValue):\(through)" }

  /// Orders that ended before are settled.
  func cutOff(holdingBack days: Int) -> Timestamp { through.adding(1 - days).start }
}

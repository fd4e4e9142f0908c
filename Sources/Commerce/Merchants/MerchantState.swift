/// Where a merchant stands. Running orders go on in every state; goods are shown and sold in the first alone.
public enum MerchantState: String, CaseIterable, Codable, Sendable {
  case open
  case suspended
  case closed

  /// Where it may go from here.
  public var next: Set<MerchantState> { Self.moves[self] ?? [] }

  private static let moves: [MerchantState: Set<MerchantState>] = [
    .open: [.suspended, .closed], .suspended: [.open, .closed], .closed: [],
  ]
}
